//! Why a session could not be kept.

use crate::{error::SealError, store::StoreErrorKind};

/// Why a session could not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    Seal(SealError),
    Store(StoreErrorKind),
    /// Its principal has as many sessions as he may have.
    Refused,
}

impl Failure {
    /// Of several, the one to answer with: the developer's mistake before the machine's, and that
    /// before the client's.
    pub(crate) const fn rank(&self) -> u8 {
        match self {
            Self::Seal(_) => 0,
            Self::Store(_) => 1,
            Self::Refused => 2,
        }
    }
}

impl From<SealError> for Failure {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}
