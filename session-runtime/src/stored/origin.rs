//! Where a session came from: the record that was loaded.

use super::token::{Token, Verifier};
use crate::{
    payload::ID_LENGTH,
    session_id::SessionId,
    store::{Record, SessionKey},
};

/// The record behind a session, as it was when it was loaded.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) key: SessionKey,
    /// What the cookie held. `None`: loaded by id, for a handle that no cookie belongs to.
    pub(crate) token: Option<Token>,
    pub(crate) verifier: Verifier,
    /// What changes are compared with.
    pub(crate) record: Record,
    pub(crate) lineage: [u8; ID_LENGTH],
    /// The cookie's secret was replaced a moment ago: the session may be looked at, not changed.
    pub(crate) is_former: bool,
}

impl Origin {
    pub(crate) const fn id(&self) -> SessionId {
        SessionId {
            key: self.key,
            lineage: self.lineage,
        }
    }
}

/// That a session gets a new secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// As another session: `regenerate`.
    Anew,
    /// As the same: `regenerate_keep`.
    Keeping,
    /// As the same, because of its age alone.
    Renewing,
}
