//! Loading without waiting.

use super::{Record, SessionKey, StoreError};

/// Loads records without waiting for anything: neither a disk, nor a network, nor for long a lock.
///
/// What [`SessionStore::load`](super::SessionStore::load) would answer. A future in a box, its
/// deadline and the turn of who waits for it are most of what a read costs in this process.
pub trait LoadAtOnce: Send + Sync {
    /// The record of `key`.
    ///
    /// # Errors
    ///
    /// As [`SessionStore::load`](super::SessionStore::load).
    fn load_at_once(&self, key: &SessionKey) -> Result<Option<Record>, StoreError>;
}
