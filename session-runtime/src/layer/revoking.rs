//! What the list of revocations must be told or asked before a cookie is sent.

use std::sync::Arc;

use super::commit::{Commit, Outcome, carry_out};
use crate::{
    EventKind, SecureSession,
    event::EndCause,
    handle::{Slot, State},
    registry::Entry,
    revocation::{Marks, Revocation},
    store::{PrincipalId, SessionKey, StoreError},
    stored::{Failure, Rotation},
};

/// What is to be done, of a session in a cookie.
pub(super) struct Revoking {
    /// The session that ends.
    ends: Option<SessionKey>,
    cause: EndCause,
    begins: Begins,
}

/// Whether the session gets a new id or a principal: an epoch goes with it.
enum Begins {
    No,
    In(u64),
    /// In the epoch that is his now.
    As(PrincipalId),
}

impl Revoking {
    /// `None`: nothing, as for most responses.
    pub(super) fn of<T: SecureSession>(
        commit: Commit,
        state: &State<T>,
        entry: &Entry,
    ) -> Option<Self> {
        entry.revocation()?;
        let key = state.listed.as_ref().map(|listed| listed.key);
        if commit == Commit::Remove {
            return key.map(|key| Self {
                ends: Some(key),
                cause: EndCause::Deleted,
                begins: Begins::No,
            });
        }
        let principal = entry.principal_of(&*state.data);
        let is_same = state
            .listed
            .as_ref()
            .is_some_and(|l| l.principal == principal);
        if state.rotation.is_none() && is_same {
            return None;
        }
        Some(Self {
            ends: key.filter(|_| state.rotation.is_some()),
            cause: EndCause::Replaced,
            begins: match (principal, &state.listed) {
                // Who stays the same stays in his epoch: it may have ended while the request ran.
                (_, Some(listed)) if is_same && state.rotation != Some(Rotation::Anew) => {
                    Begins::In(listed.epoch)
                }
                (Some(principal), _) => Begins::As(principal),
                (None, _) => Begins::In(0),
            },
        })
    }

    pub(super) async fn then_send<T: SecureSession>(
        self,
        commit: Commit,
        slot: Arc<Slot<T>>,
        entry: Arc<Entry>,
    ) -> Outcome {
        let asked = match entry.revocation() {
            Some(revocation) => self.ask(revocation, &entry).await,
            None => Ok(None),
        };
        let epoch = match asked {
            Ok(epoch) => epoch,
            Err(error) => {
                entry.store_failed(&error);
                return Outcome::Failed(Failure::Store(error.kind()));
            }
        };
        let (outcome, event) = {
            let mut state = slot.lock();
            let State {
                envelope, unknown, ..
            } = &mut *state;
            let marked = epoch.map_or(Ok(()), |epoch| {
                Marks::write(epoch, envelope, unknown, entry.format(), entry.random())
            });
            match marked {
                Ok(()) => carry_out(commit, &entry, &mut state),
                Err(error) => {
                    let event = EventKind::Failed(error.clone());
                    (Outcome::Failed(Failure::Seal(error)), Some(event))
                }
            }
        };
        if let Some(event) = event {
            entry.emit(event);
        }
        outcome
    }

    /// The epoch to seal, if it is to change.
    async fn ask(&self, revocation: &Revocation, entry: &Entry) -> Result<Option<u64>, StoreError> {
        if let Some(key) = self.ends {
            revocation.revoke(key, entry.revoked_until()).await?;
            entry.emit(EventKind::Ended(self.cause));
        }
        match &self.begins {
            Begins::No => Ok(None),
            Begins::In(epoch) => Ok(Some(*epoch)),
            Begins::As(principal) => revocation.epoch(principal).await.map(Some),
        }
    }
}
