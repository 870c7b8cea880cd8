//! What the fields of a payload are read into.

use serde::{Serialize, de::DeserializeOwned};

use crate::SecureSession;

/// A session's data. Implemented for every session, and for [`Untyped`](super::Untyped) data of
/// one whose type is not at hand.
pub(crate) trait Content: Serialize + DeserializeOwned + Default {
    /// The version that the fields are written with.
    fn version(&self) -> u32;

    /// What to do with fields of `version`.
    fn reading(version: u32) -> Reading;

    /// Brings fields of an older version to this one. `None`: they cannot be used.
    fn migrate(from: u32, fields: &str) -> Option<Self>;
}

/// How fields of some version are read.
pub(crate) enum Reading {
    /// As they stand.
    Direct,
    /// By way of [`Content::migrate`].
    Migration,
    /// Not at all: they are of a later version.
    Refused,
}

impl<T: SecureSession> Content for T {
    fn version(&self) -> u32 {
        T::DECLARATION.version
    }

    fn reading(version: u32) -> Reading {
        match version.cmp(&T::DECLARATION.version) {
            std::cmp::Ordering::Equal => Reading::Direct,
            std::cmp::Ordering::Less => Reading::Migration,
            std::cmp::Ordering::Greater => Reading::Refused,
        }
    }

    fn migrate(from: u32, fields: &str) -> Option<Self> {
        T::__migrate(from, fields)
    }
}
