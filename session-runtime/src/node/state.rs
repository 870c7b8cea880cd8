//! What is known of a session that is shared with Node, during one request.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::sync::Mutex;

use super::{CookieSettings, RequestHead, cookie::RecordCookie};
use crate::cookie::Overrides;
#[cfg(feature = "inspector")]
use crate::registry::OpenedBy;

/// Beside the [`State`](crate::handle::State) of any session.
#[derive(Clone)]
pub(crate) struct NodeState {
    /// What its cookies are made of: of the configuration and the record.
    pub(super) settings: CookieSettings,
    /// What stands in the place of the configuration, if it was opened so.
    pub(super) opened_with: Option<Box<CookieSettings>>,
    /// The record, as it was read or written last.
    pub(super) origin: Option<NodeOrigin>,
    /// The record of the session in whose place this one is.
    pub(super) former: Option<Former>,
    /// Of a session that has no record yet, once somebody has asked for it.
    pub(super) id: Option<String>,
    pub(super) came: Came,
    /// Whether the browser used https, where it is known.
    pub(super) is_https: Option<bool>,
    /// The cookie's path does not cover the request: there is no session here.
    pub(super) is_outside: bool,
    /// [`NodeRecord::save`](super::NodeRecord::save) has saved it.
    pub(super) is_saved: bool,
    /// It is to be kept though no field is another: somebody was given what depends on its id.
    pub(crate) is_wanted: bool,
    /// How often it was regenerated in this request.
    pub(super) regenerated: u32,
    /// What was sent to the store without an answer.
    pub(super) doubts: Vec<Doubt>,
    /// Held by whoever saves or reloads, once somebody has.
    pub(super) turn: Option<Arc<Mutex<()>>>,
    pub(super) head: Option<Box<RequestHead>>,
}

#[derive(Clone)]
pub(super) struct NodeOrigin {
    pub(super) id: String,
    /// What the store has.
    pub(super) text: String,
    /// What the fields of the session started from, if it is not that: then the two are to be
    /// merged before anything is written.
    pub(super) base: Option<String>,
}

impl NodeOrigin {
    pub(super) const fn new(id: String, text: String) -> Self {
        Self {
            id,
            text,
            base: None,
        }
    }
}

/// A text that the store may have.
#[derive(Clone)]
pub(super) struct Doubt {
    pub(super) text: String,
    /// The session's fields as they were then, without what was merged into them.
    pub(super) base: String,
}

#[derive(Clone)]
pub(super) struct Former {
    pub(super) origin: NodeOrigin,
    pub(super) why: Left,
}

/// Why a record was left for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Its time has passed.
    Expired,
    /// By `regenerate`.
    Replaced,
    /// By `regenerate_keep`, with these fields.
    Continued { keep: u64 },
}

impl Left {
    /// Left once more, for another reason.
    const fn then(self, why: Self) -> Self {
        match (self, why) {
            (Self::Expired, _) => Self::Expired,
            (Self::Continued { keep }, Self::Continued { keep: still }) => {
                Self::Continued { keep: keep & still }
            }
            _ => Self::Replaced,
        }
    }
}

/// What the request's cookie is to the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// There was none.
    Nothing,
    /// It names the session.
    Current,
    /// It names the session, and an old secret vouches for it.
    Stale,
    /// It names no session, or another than this.
    Other,
}

impl NodeState {
    pub(super) const fn fresh(settings: CookieSettings) -> Self {
        Self {
            settings,
            opened_with: None,
            origin: None,
            former: None,
            id: None,
            came: Came::Nothing,
            is_https: None,
            is_outside: false,
            is_saved: false,
            is_wanted: false,
            regenerated: 0,
            doubts: Vec::new(),
            turn: None,
            head: None,
        }
    }

    /// Whether the session was saved while its request ran, so that its cookie is due whatever becomes
    /// of the rest.
    pub(crate) const fn is_saved(&self) -> bool {
        self.is_saved
    }

    /// `keep`: the fields with which it goes on under another id; none of another session.
    pub(crate) fn regenerate(&mut self, keep: u64) {
        let why = match keep {
            0 => Left::Replaced,
            keep => Left::Continued { keep },
        };
        match (self.origin.take(), &mut self.former) {
            (Some(origin), _) => self.former = Some(Former { origin, why }),
            (None, Some(former)) => former.why = former.why.then(why),
            (None, None) => {}
        }
        self.id = None;
        self.is_saved = false;
        self.regenerated += 1;
        if self.came != Came::Nothing {
            self.came = Came::Other;
        }
    }

    /// The id, as far as it is known.
    pub(crate) fn id(&self) -> Option<&str> {
        let origin = self.origin.as_ref().map(|origin| &origin.id);
        origin.or(self.id.as_ref()).map(String::as_str)
    }

    /// When the record that was read had been saved, in Unix milliseconds, if it tells.
    pub(crate) fn last_saved(&self) -> Option<u64> {
        self.origin.as_ref()?;
        self.settings.last_saved()
    }

    /// Which secret vouched for the cookie.
    #[cfg(feature = "inspector")]
    pub(crate) fn opened_by(&self) -> OpenedBy {
        match self.came {
            Came::Stale => OpenedBy::OlderSecret,
            Came::Nothing | Came::Current | Came::Other => OpenedBy::Current,
        }
    }

    /// When the session that was read ends, in Unix milliseconds, if its record tells.
    #[cfg(feature = "inspector")]
    pub(crate) fn end(&self) -> Option<u64> {
        self.origin.as_ref()?;
        u64::try_from(self.settings.expires?).ok()
    }

    /// Bytes of the record.
    #[cfg(feature = "inspector")]
    pub(crate) fn record_size(&self) -> Option<usize> {
        Some(self.origin.as_ref()?.text.len())
    }

    /// `origin` was saved for what another session is by now: its record goes.
    pub(super) fn leave(&mut self, origin: Option<NodeOrigin>) {
        let Some(origin) = origin else { return };
        match &mut self.former {
            Some(former) if former.origin.id == origin.id => {}
            // That one has gone when this was saved.
            Some(former) => former.origin = origin,
            None => {
                let why = Left::Replaced;
                self.former = Some(Former { origin, why });
            }
        }
    }

    /// When it ends. `is_to_be_saved`: it will live anew.
    pub(crate) fn expires(
        &self,
        options: Option<&Overrides>,
        now: u64,
        is_to_be_saved: bool,
    ) -> Option<SystemTime> {
        if self.origin.is_some() && !is_to_be_saved {
            let end = u64::try_from(self.settings.expires?).ok()?;
            return UNIX_EPOCH.checked_add(Duration::from_millis(end));
        }
        self.cookie(options, now).expires()
    }

    /// Whether the cookie must not go in the clear, and would.
    pub(super) fn is_in_the_clear(&self, options: Option<&Overrides>, now: u64) -> bool {
        self.is_https == Some(false) && self.cookie(options, now).secure()
    }

    /// The cookie as it would be sent, and written into the record, at `now`.
    pub(super) fn cookie(&self, options: Option<&Overrides>, now: u64) -> RecordCookie {
        match options {
            Some(options) => {
                let settings = self.settings.clone().with(options);
                settings.cookie(now, self.is_https)
            }
            None => self.settings.cookie(now, self.is_https),
        }
    }
}
