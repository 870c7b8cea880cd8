//! When the cookie that a session was taken over from is removed.
//!
//! | the session | the response sets ours | it sets nothing |
//! |---|---|---|
//! | came in the old cookie | removed | stays |
//! | came in ours, the old one beside it | removed | removed, with a page |
//! | did not come, begins anew, or is deleted | removed, whether it came or not | stays |
//! | any, and the response failed | stays | stays |
//!
//! With `JarCookie::keep` it stays in the first two rows.

use http::HeaderValue;

use super::commit::Outcome;
use crate::{
    handle::{OldCookieCame, State},
    registry::Entry,
    stored::Rotation,
};

/// What removes the old cookie of one session, and with which answer.
pub(crate) struct Removal {
    name: String,
    header: HeaderValue,
    alone: bool,
}

impl Removal {
    /// Asked before the commit takes from the state. `None`: never.
    pub(super) fn of<T>(state: &State<T>, entry: &Entry) -> Option<Self> {
        let (name, header) = entry.removal_of_old()?;
        let alone = is_due(
            Facts {
                is_another: state.deleted
                    || state.reason.is_some()
                    || state.rotation == Some(Rotation::Anew),
                came: state.old_cookie,
            },
            entry.keeps_old_cookie(),
        )?;
        Some(Self {
            name: name.to_owned(),
            header: header.clone(),
            alone,
        })
    }

    /// The header for a response with this outcome.
    pub(super) fn with(self, outcome: &Outcome) -> Option<(String, HeaderValue)> {
        let sends = match outcome {
            Outcome::Header(_) => true,
            Outcome::Nothing => self.alone,
            Outcome::Failed(_) => false,
        };
        sends.then_some((self.name, self.header))
    }
}

#[derive(Clone, Copy)]
struct Facts {
    /// The session is not the one that the old cookie stands for.
    is_another: bool,
    came: Option<OldCookieCame>,
}

/// `Some`: with the cookie of ours; `Some(true)`: without it too.
fn is_due(facts: Facts, keeps: bool) -> Option<bool> {
    match facts {
        Facts {
            is_another: true, ..
        } => Some(false),
        Facts { came: None, .. } => None,
        _ if keeps => None,
        Facts { came, .. } => Some(came == Some(OldCookieCame::BesideOurs)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(is_another: bool, came: Option<OldCookieCame>, keeps: bool) -> Option<bool> {
        is_due(Facts { is_another, came }, keeps)
    }

    #[test]
    fn it_goes_with_ours_and_without_it_only_if_ours_was_there() {
        assert_eq!(due(false, Some(OldCookieCame::Alone), false), Some(false));
        assert_eq!(
            due(false, Some(OldCookieCame::BesideOurs), false),
            Some(true)
        );
        assert_eq!(due(false, None, false), None);
    }

    #[test]
    fn what_is_kept_goes_all_the_same_when_the_session_is_another() {
        for came in [
            None,
            Some(OldCookieCame::Alone),
            Some(OldCookieCame::BesideOurs),
        ] {
            assert_eq!(due(true, came, true), Some(false));
            assert_eq!(due(false, came, true), None);
        }
    }
}
