//! Sessions in the memory of one process.
//!
//! ```text
//! MemoryStore ─▶ Shards: a lock each ─▶ Shard: records by number; Index: numbers by key;
//!             │     │                        numbers by principal, by end, by last use
//!             │     └▶ Room: how much is left for all of them
//!             └▶ Revoked: sessions and epochs
//! ```
//!
//! What is about one record takes the lock of its shard. What is about a principal takes all of
//! them, in their order: sign-ins, lists, and making room, which are rare beside loads.

mod admission;
mod index;
mod making_room;
mod notice;
mod revoked;
mod room;
mod shard;
mod shards;
#[cfg(all(test, shuttle))]
mod shuttled;
mod slots;
mod sync;

use std::fmt;

use self::{revoked::Revoked, shards::Shards, sync::Arc};
use super::{
    Admitted, Created, LoadAtOnce, PrincipalId, PrincipalIndex, Record, Revision, Revocations,
    Saved, SessionKey, SessionLimit, SessionStore, Standing, StoreError, StoreFuture, Sweep,
};

/// Keeps sessions in the memory of this process.
///
/// For development and tests, and for a service of one process whose users may be signed out by a
/// restart. Clones are the same store.
///
/// # What is kept
///
/// Nothing survives the process, and no other process sees it. A release build says so in the log,
/// once.
///
/// It holds 100,000 sessions, or as many as it is [made for](Self::with_capacity), and 4 KiB of
/// data for each of these, all together. A session takes some 250 bytes beside its data. When it is
/// full, room is made for a new one by removing, in this order,
///
/// 1. sessions that have expired;
/// 2. sessions without a principal, those first that were not used for longest.
///
/// Signed-in sessions are never removed for others. When only they are left, creating one (and
/// saving a longer one) fails with [`StoreErrorKind::Full`](super::StoreErrorKind::Full). So do
/// revocations, beyond as many as sessions.
///
/// What has expired is removed little by little by what is written, and by [`Sweep`].
///
/// ```
/// use session_runtime::store::MemoryStore;
///
/// let store = MemoryStore::with_capacity(10_000);
/// assert_eq!(store.sessions(), 0);
/// ```
#[derive(Clone)]
pub struct MemoryStore(Arc<Parts>);

struct Parts {
    shards: Shards,
    revoked: Revoked,
}

/// How many sessions there is room for.
const CAPACITY: usize = 100_000;

impl MemoryStore {
    /// An empty store for 100,000 sessions.
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    /// An empty store for `sessions`, which take memory as they come.
    ///
    /// # Panics
    ///
    /// If `sessions` is 0: nothing could be kept.
    pub fn with_capacity(sessions: usize) -> Self {
        assert!(sessions > 0, "a store for 0 sessions can keep none");
        notice::give();
        Self(Arc::new(Parts {
            shards: Shards::new(sessions),
            revoked: Revoked::new(sessions),
        }))
    }

    /// How many sessions it holds, expired ones that were not removed yet among them.
    pub fn sessions(&self) -> usize {
        self.0.shards.sessions()
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("sessions", &self.sessions())
            .finish_non_exhaustive()
    }
}

impl SessionStore for MemoryStore {
    fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created> {
        Box::pin(async move { self.0.shards.create(key, record) })
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        Box::pin(async move { Ok(self.0.shards.load(key)) })
    }

    fn save<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Revision,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(async move { self.0.shards.save(key, expected, record) })
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        touched: u64,
        expires: u64,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move { Ok(self.0.shards.touch(key, touched, expires)) })
    }

    fn delete<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(async move { Ok(self.0.shards.delete(key, expected)) })
    }

    fn principals(&self) -> Option<&dyn PrincipalIndex> {
        Some(self)
    }

    fn revocations(&self) -> Option<&dyn Revocations> {
        Some(self)
    }

    fn sweeper(&self) -> Option<&dyn Sweep> {
        Some(self)
    }

    fn at_once(&self) -> Option<&dyn LoadAtOnce> {
        Some(self)
    }
}

impl LoadAtOnce for MemoryStore {
    fn load_at_once(&self, key: &SessionKey) -> Result<Option<Record>, StoreError> {
        Ok(self.0.shards.load(key))
    }
}

impl PrincipalIndex for MemoryStore {
    fn list<'a>(
        &'a self,
        principal: &'a PrincipalId,
    ) -> StoreFuture<'a, Vec<(SessionKey, Record)>> {
        Box::pin(async move { Ok(self.0.shards.list(principal)) })
    }

    fn delete_all<'a>(
        &'a self,
        principal: &'a PrincipalId,
        except: Option<&'a SessionKey>,
    ) -> StoreFuture<'a, Vec<SessionKey>> {
        Box::pin(async move { Ok(self.0.shards.delete_all(principal, except)) })
    }

    fn admit<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
        record: &'a Record,
        limit: SessionLimit,
    ) -> StoreFuture<'a, Admitted> {
        Box::pin(async move { self.0.shards.admit(key, expected, record, limit) })
    }
}

impl Revocations for MemoryStore {
    fn revoke<'a>(&'a self, key: &'a SessionKey, until: u64) -> StoreFuture<'a, ()> {
        Box::pin(async move { self.0.revoked.revoke(key, until) })
    }

    fn advance_epoch<'a>(
        &'a self,
        principal: &'a PrincipalId,
        at_least: u64,
        until: u64,
    ) -> StoreFuture<'a, u64> {
        Box::pin(async move { self.0.revoked.advance_epoch(principal, at_least, until) })
    }

    fn standing<'a>(
        &'a self,
        key: Option<&'a SessionKey>,
        principal: Option<&'a PrincipalId>,
    ) -> StoreFuture<'a, Standing> {
        Box::pin(async move { Ok(self.0.revoked.standing(key, principal)) })
    }
}

impl Sweep for MemoryStore {
    fn sweep(&self, now: u64) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let mut removed = 0;
            for step in self.0.shards.sweep(now) {
                removed += step;
                // Others have requests to answer.
                tokio::task::yield_now().await;
            }
            for step in self.0.revoked.sweep(now) {
                removed += step;
                tokio::task::yield_now().await;
            }
            Ok(removed)
        })
    }
}
