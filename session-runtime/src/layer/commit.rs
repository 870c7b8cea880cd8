//! What a session sends with its response: decided by a pure function, then carried out.

use std::{pin::Pin, sync::Arc};

use http::{HeaderValue, StatusCode};

use super::{request::AnySlot, revoking::Revoking};
use crate::{
    EventKind, SecureSession,
    event::{DiscardCause, SendCause},
    handle::{Renewal, Slot, State},
    node,
    registry::Entry,
    stored::{Failure, Rotation, Work},
};

/// What a response does with the cookie of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commit {
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
        (false, Some(Renewal::Migrated)) => Commit::Set(SendCause::Migrated),
        (false, Some(Renewal::Rolling)) => Commit::Set(SendCause::Rolling),
        (false, Some(Renewal::Id)) => Commit::Set(SendCause::IdRenewed),
        (false, Some(Renewal::Fresh)) => Commit::Set(SendCause::Fresh),
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
    Failed(Failure),
}

/// The rest of a commit.
pub(crate) enum Step {
    /// There is none.
    Done(Outcome),
    /// A store is to be asked.
    Store(Asking),
}

/// What a store is asked, and what it comes to.
pub(crate) type Asking = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Closes the slot and makes the header it has to send.
pub(super) fn commit<T: SecureSession>(
    slot: &Slot<T>,
    this: &Arc<dyn AnySlot>,
    entry: &Arc<Entry>,
    status: StatusCode,
) -> Step {
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
    if matches!(commit, Commit::Set(_) | Commit::Remove)
        && let Some(procedures) = entry.procedures::<T>()
        && let Some(asking) = (procedures.commit)(commit, &mut state, this, entry)
    {
        return Step::Store(asking);
    }
    if let Some(node) = &state.node
        && (commit == Commit::Keep || node.is_saved())
        && let Some(outcome) = node::unwritten(node, state.options.as_deref(), entry)
    {
        if let Commit::Discard(cause) = commit {
            entry.emit(EventKind::Discarded(cause));
        }
        return Step::Done(outcome);
    }
    let (outcome, event) = carry_out(commit, entry, &mut state);
    drop(state);
    if let Some(event) = event {
        entry.emit(event);
    }
    Step::Done(outcome)
}

#[expect(clippy::expect_used, reason = "only called for what the slot is")]
fn itself<T: SecureSession>(slot: &Arc<dyn AnySlot>) -> Arc<Slot<T>> {
    let slot = Arc::clone(slot).into_any().downcast();
    slot.expect("it is the slot of this session")
}

/// With a list of those that have ended.
pub(crate) fn revoking<T: SecureSession>(
    commit: Commit,
    state: &mut State<T>,
    this: &Arc<dyn AnySlot>,
    entry: &Arc<Entry>,
) -> Option<Asking> {
    let revoking = Revoking::of(commit, state, entry)?;
    let (slot, entry) = (itself::<T>(this), Arc::clone(entry));
    Some(Box::pin(revoking.then_send(commit, slot, entry)))
}

/// Of a session that is shared with Node.
pub(crate) fn with_node<T: SecureSession>(
    commit: Commit,
    state: &mut State<T>,
    _: &Arc<dyn AnySlot>,
    entry: &Arc<Entry>,
) -> Option<Asking> {
    let work = node::Work::take(state, entry)?;
    Some(match commit {
        Commit::Set(cause) => Box::pin(work.keep(cause)),
        _ => Box::pin(work.remove()),
    })
}

/// Of a session that is kept in a store.
#[expect(
    clippy::unnecessary_wraps,
    reason = "of others there may be nothing to ask"
)]
pub(crate) fn in_store<T: SecureSession>(
    commit: Commit,
    state: &mut State<T>,
    _: &Arc<dyn AnySlot>,
    entry: &Arc<Entry>,
) -> Option<Asking> {
    let rotation = match (state.rotation, state.renewal) {
        (None, Some(Renewal::Id)) => Some(Rotation::Renewing),
        (rotation, _) => rotation,
    };
    state.envelope.keep_lifetime(state.options.as_deref());
    let mut work = Work {
        entry: Arc::clone(entry),
        data: Arc::clone(&state.data),
        envelope: state.envelope.clone(),
        unknown: state.unknown.clone(),
        dirty: state.dirty,
        rotation,
        token: state.token.take(),
        origin: state.origin.take(),
        superseded: state.superseded,
        options: state.options.take(),
        asked: state.asked,
        is_navigation: state.is_navigation,
    };
    Some(match commit {
        Commit::Set(cause) => Box::pin(async move { work.keep(cause).await }),
        _ => Box::pin(async move { work.remove().await }),
    })
}

pub(super) fn carry_out<T: SecureSession>(
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
        Commit::Set(cause) => entry
            .seal_into_header(state, cause)
            .map(|(header, size)| (header, EventKind::Sent { cause, size })),
    };
    match sent {
        Ok((header, event)) => (Outcome::Header(header), Some(event)),
        Err(error) => {
            let event = EventKind::Failed(error.clone());
            (Outcome::Failed(Failure::Seal(error)), Some(event))
        }
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
