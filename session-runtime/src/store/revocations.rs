//! Which sessions that live in their cookies have been ended.

use super::{PrincipalId, SessionKey, StoreFuture};

/// Remembers what was revoked for as long as it could come back.
///
/// For sessions in sealed and fastify cookies, which nothing on the server ends. See
/// [`Config::revocations`](crate::Config::revocations).
pub trait Revocations: Send + Sync {
    /// Revokes the session `key`. Remembered at least until `until`, in Unix milliseconds; a later
    /// time that is remembered already stays.
    ///
    /// # Errors
    ///
    /// If the store is out of reach.
    fn revoke<'a>(&'a self, key: &'a SessionKey, until: u64) -> StoreFuture<'a, ()>;

    /// Begins a new epoch of `principal`: every session of an earlier one is revoked. The new
    /// epoch is the greater of `at_least` and the current one plus 1, and is returned.
    /// Remembered at least until `until`; a later time that is remembered already stays.
    ///
    /// # Errors
    ///
    /// If the store is out of reach.
    fn advance_epoch<'a>(
        &'a self,
        principal: &'a PrincipalId,
        at_least: u64,
        until: u64,
    ) -> StoreFuture<'a, u64>;

    /// How a session and its principal stand, in one round trip.
    ///
    /// # Errors
    ///
    /// If the store is out of reach.
    fn standing<'a>(
        &'a self,
        key: Option<&'a SessionKey>,
        principal: Option<&'a PrincipalId>,
    ) -> StoreFuture<'a, Standing>;
}

/// How a session stands with [`Revocations`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "stores of others make it")]
pub struct Standing {
    /// The session was revoked.
    pub is_revoked: bool,
    /// The current epoch of its principal; 0 if none was ever begun, or none is remembered.
    pub epoch: u64,
}
