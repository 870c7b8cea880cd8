//! What a session sends with its response: decided by a pure function, then carried out.

use http::{HeaderValue, StatusCode};

use crate::{
    EventKind, SecureSession,
    event::{DiscardCause, SendCause},
    handle::{Renewal, Slot, State},
    registry::Entry,
};

/// What a response does with the cookie of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Commit {
    Keep,
    Discard(DiscardCause),
    Set(SendCause),
    Remove,
}

/// What is known of a session when its response is ready.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, no state machine"
)]
struct Facts {
    deleted: bool,
    changed: bool,
    unwound: bool,
    renewal: Option<Renewal>,
    status: StatusCode,
    discard_on_server_error: bool,
}

/// Deletion counts, always. Changes count unless it is likely that half of them is missing. Only
/// then does it matter whether a new cookie is due for other reasons.
fn decide(facts: Facts) -> Commit {
    if facts.deleted {
        return Commit::Remove;
    }
    if let Some(cause) = discard_cause(facts) {
        return if facts.changed {
            Commit::Discard(cause)
        } else {
            Commit::Keep
        };
    }
    match (facts.changed, facts.renewal) {
        (true, _) => Commit::Set(SendCause::Changed),
        (false, Some(Renewal::KeyRotated)) => Commit::Set(SendCause::KeyRotated),
        (false, Some(Renewal::Rolling)) => Commit::Set(SendCause::Rolling),
        (false, None) => Commit::Keep,
    }
}

fn discard_cause(facts: Facts) -> Option<DiscardCause> {
    let is_timeout = matches!(
        facts.status,
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT
    );
    if facts.unwound {
        Some(DiscardCause::Panic)
    } else if is_timeout {
        Some(DiscardCause::Timeout)
    } else if facts.discard_on_server_error && facts.status.is_server_error() {
        Some(DiscardCause::ServerError)
    } else {
        None
    }
}

/// What became of a session.
pub(crate) enum Outcome {
    Nothing,
    Header(HeaderValue),
    Failed,
}

/// Closes the slot and makes the header it has to send.
pub(super) fn commit<T: SecureSession>(
    slot: &Slot<T>,
    entry: &Entry,
    status: StatusCode,
) -> Outcome {
    let unwound = slot.is_unwound();
    let mut state = slot.lock();
    state.sent = true;
    let commit = decide(Facts {
        deleted: state.deleted,
        changed: state.changed,
        unwound,
        renewal: state.renewal,
        status,
        discard_on_server_error: entry.discard_on_server_error,
    });
    let (outcome, event) = carry_out(commit, entry, &mut state);
    drop(state);
    if let Some(event) = event {
        entry.emit(event);
    }
    outcome
}

fn carry_out<T: SecureSession>(
    commit: Commit,
    entry: &Entry,
    state: &mut State<T>,
) -> (Outcome, Option<EventKind>) {
    let sent = match commit {
        Commit::Keep => return (Outcome::Nothing, None),
        Commit::Discard(cause) => return (Outcome::Nothing, Some(EventKind::Discarded(cause))),
        Commit::Remove => entry
            .removal(state.options.take())
            .map(|header| (header, EventKind::Removed)),
        Commit::Set(cause) => entry.seal(state, cause).and_then(|value| {
            let size = entry.set_cookie().name().len() + value.len();
            let header = entry.header(&value, state.options.take())?;
            Ok((header, EventKind::Sent { cause, size }))
        }),
    };
    match sent {
        Ok((header, event)) => (Outcome::Header(header), Some(event)),
        Err(error) => (Outcome::Failed, Some(EventKind::Failed(error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Facts = Facts {
        deleted: false,
        changed: false,
        unwound: false,
        renewal: None,
        status: StatusCode::OK,
        discard_on_server_error: false,
    };
    const WRITTEN: Facts = Facts {
        changed: true,
        ..READ
    };
    const DELETED: Facts = Facts {
        changed: true,
        deleted: true,
        ..READ
    };

    #[test]
    fn d22_a_read_sends_nothing() {
        assert_eq!(decide(READ), Commit::Keep);
    }

    #[test]
    fn a_write_sends_the_cookie() {
        assert_eq!(decide(WRITTEN), Commit::Set(SendCause::Changed));
    }

    #[test]
    fn d38_a_write_survives_any_status_but_a_timeout() {
        for status in (100..600).filter_map(|code| StatusCode::from_u16(code).ok()) {
            let expected = match status.as_u16() {
                408 | 504 => Commit::Discard(DiscardCause::Timeout),
                _ => Commit::Set(SendCause::Changed),
            };
            assert_eq!(decide(Facts { status, ..WRITTEN }), expected);
        }
    }

    #[test]
    fn server_errors_discard_only_if_asked_for() {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        let facts = Facts {
            status,
            discard_on_server_error: true,
            ..WRITTEN
        };
        assert_eq!(decide(facts), Commit::Discard(DiscardCause::ServerError));
        let status = StatusCode::BAD_REQUEST;
        assert_eq!(
            decide(Facts { status, ..facts }),
            Commit::Set(SendCause::Changed)
        );
    }

    #[test]
    fn d38_a_deletion_counts_whatever_happens() {
        for status in [
            StatusCode::OK,
            StatusCode::BAD_GATEWAY,
            StatusCode::GATEWAY_TIMEOUT,
        ] {
            for unwound in [false, true] {
                let facts = Facts {
                    status,
                    unwound,
                    discard_on_server_error: true,
                    ..DELETED
                };
                assert_eq!(decide(facts), Commit::Remove);
            }
        }
    }

    #[test]
    fn a_panic_discards_what_it_unwound() {
        let facts = Facts {
            unwound: true,
            ..WRITTEN
        };
        assert_eq!(decide(facts), Commit::Discard(DiscardCause::Panic));
    }

    #[test]
    fn a_read_renews_when_it_is_due_and_nothing_went_wrong() {
        let rotated = Facts {
            renewal: Some(Renewal::KeyRotated),
            ..READ
        };
        assert_eq!(decide(rotated), Commit::Set(SendCause::KeyRotated));
        let rolling = Facts {
            renewal: Some(Renewal::Rolling),
            ..READ
        };
        assert_eq!(decide(rolling), Commit::Set(SendCause::Rolling));
        assert_eq!(
            decide(Facts {
                unwound: true,
                ..rolling
            }),
            Commit::Keep
        );
        assert_eq!(
            decide(Facts {
                status: StatusCode::GATEWAY_TIMEOUT,
                ..rotated
            }),
            Commit::Keep
        );
    }

    #[test]
    fn a_write_is_the_cause_even_if_a_renewal_is_due() {
        let facts = Facts {
            renewal: Some(Renewal::KeyRotated),
            ..WRITTEN
        };
        assert_eq!(decide(facts), Commit::Set(SendCause::Changed));
    }
}
