//! Where sessions are kept that do not fit, or must not live, in a cookie.
//!
//! A session configured with [`Config::stored`](crate::Config::stored) sends a random token as its
//! cookie and keeps its record in a [`SessionStore`]. Handlers do not change. What a server can
//! promise and a cookie cannot: no update is lost, what was ended stays ended, a user's sessions
//! can be listed and ended.
//!
//! # A store of your own
//!
//! Implement [`SessionStore`]: five operations on one record each, none of which looks into the
//! record. Everything that is hard (tokens, merging, rotation, expiry, deadlines) stays in this
//! library. Beside it a store may offer
//!
//! - [`PrincipalIndex`]: the sessions of one user, listed, ended and limited;
//! - [`Revocations`]: ending sessions that live in their cookies;
//! - [`Sweep`]: removing what has expired, where the engine does not do so by itself;
//! - [`LoadAtOnce`]: loading without a future, where nothing has to be waited for.
//!
//! Then run [`conformance`](crate::testing::conformance) against it (feature `conformance`), which
//! names what it breaks.
//!
//! # Why five
//!
//! A cookie's token is a locator and a secret. The record is found by the hash of the locator,
//! which stays, and holds the hash of the secret, which rotation replaces. So to rotate is to save
//! one record under one key: atomic in every engine, in one slot of a cluster, and the index of a
//! user's sessions does not change.

mod at_once;
mod error;
mod key;
mod key_value;
#[cfg(feature = "memory-store")]
mod memory;
#[cfg(feature = "postgres-store")]
mod postgres;
mod principals;
mod record;
#[cfg(feature = "redis-store")]
mod redis;
mod revocations;
#[cfg(feature = "sqlite-store")]
mod sqlite;
mod sweep;

use std::{fmt, future::Future, pin::Pin, sync::Arc};

#[cfg(feature = "redis-store")]
pub use self::redis::{RedisKeyValueStore, RedisStore};
pub use at_once::LoadAtOnce;
pub use error::{StoreError, StoreErrorKind};
pub use key::{PrincipalId, SessionKey};
pub use key_value::{Held, KeyValueAdapter, KeyValueStore, Lifetime};
#[cfg(feature = "memory-store")]
pub use memory::MemoryStore;
#[cfg(feature = "postgres-store")]
pub use postgres::PostgresStore;
pub use principals::{Admitted, PrincipalIndex, SessionLimit, WhenFull};
pub use record::{Record, Revision};
pub use revocations::{Revocations, Standing};
#[cfg(feature = "sqlite-store")]
pub use sqlite::{Durability, SqliteOptions, SqliteStore};
pub use sweep::Sweep;

/// What a store's operation returns: a boxed future, so that stores are objects.
pub type StoreFuture<'a, V> = Pin<Box<dyn Future<Output = Result<V, StoreError>> + Send + 'a>>;

/// Keeps the records of sessions.
///
/// Implement it for an engine that there is no store for here, and give it to
/// [`Config::stored`](crate::Config::stored). The [module](self) says what it need not do.
///
/// # What each operation guarantees
///
/// All of them are atomic: of two that meet, one comes first, and no other operation sees a part
/// of one. What an operation has acknowledged, later ones see, from any client of the store.
///
/// An operation that fails may have taken effect or not. The library repeats none by itself except
/// where a [`Conflict`](Saved::Conflict) asked for it.
///
/// Dropping a future ends the wait, not the guarantee: the operation has taken effect or not, and
/// never by half. The library gives each call a deadline
/// ([`Config::store_deadline`](crate::Config::store_deadline)); a store needs none of its own.
///
/// Records carry the time at which they end. A store may remove one from then on, never before,
/// and may return one after: the library refuses it.
///
/// # A whole store
///
/// Each operation holds the lock from the first look to the last write: that is what atomic means.
///
/// ```
/// use std::{collections::HashMap, sync::{Mutex, MutexGuard, PoisonError}};
/// use session_runtime::store::{
///     Created, Record, Revision, Saved, SessionKey, SessionStore, StoreFuture,
/// };
///
/// #[derive(Debug, Default)]
/// struct MapStore(Mutex<HashMap<SessionKey, Record>>);
///
/// impl MapStore {
///     fn records(&self) -> MutexGuard<'_, HashMap<SessionKey, Record>> {
///         self.0.lock().unwrap_or_else(PoisonError::into_inner)
///     }
/// }
///
/// impl SessionStore for MapStore {
///     fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created> {
///         Box::pin(async {
///             let mut records = self.records();
///             if records.contains_key(key) {
///                 return Ok(Created::Exists);
///             }
///             records.insert(*key, record.clone());
///             Ok(Created::Done)
///         })
///     }
///
///     fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
///         Box::pin(async { Ok(self.records().get(key).cloned()) })
///     }
///
///     fn save<'a>(
///         &'a self,
///         key: &'a SessionKey,
///         expected: Revision,
///         record: &'a Record,
///     ) -> StoreFuture<'a, Saved> {
///         Box::pin(async move {
///             Ok(match self.records().get_mut(key) {
///                 None => Saved::Gone,
///                 Some(held) if held.revision() != expected => Saved::Conflict,
///                 Some(held) => {
///                     *held = record.clone();
///                     Saved::Done
///                 }
///             })
///         })
///     }
///
///     fn touch<'a>(
///         &'a self,
///         key: &'a SessionKey,
///         touched: u64,
///         expires: u64,
///     ) -> StoreFuture<'a, bool> {
///         Box::pin(async move {
///             let mut records = self.records();
///             let Some(held) = records.get_mut(key) else { return Ok(false) };
///             *held = held.clone().touched_at(touched, expires);
///             Ok(true)
///         })
///     }
///
///     fn delete<'a>(
///         &'a self,
///         key: &'a SessionKey,
///         expected: Option<Revision>,
///     ) -> StoreFuture<'a, Saved> {
///         Box::pin(async move {
///             let mut records = self.records();
///             match records.get(key) {
///                 None => Ok(Saved::Gone),
///                 Some(held) if expected.is_some_and(|it| it != held.revision()) => {
///                     Ok(Saved::Conflict)
///                 }
///                 Some(_) => {
///                     records.remove(key);
///                     Ok(Saved::Done)
///                 }
///             }
///         })
///     }
/// }
#[cfg_attr(
    feature = "conformance",
    doc = "# use session_runtime::testing::conformance::check;\n\
           # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();\n\
           # let checked = check(async || MapStore::default());\n\
           # runtime.unwrap().block_on(checked).assert();"
)]
/// ```
///
/// # Security
///
/// Keys are hashes, and a record holds no token: who reads the store can sign in as nobody. It
/// holds the fields in the clear. Log neither.
pub trait SessionStore: fmt::Debug + Send + Sync + 'static {
    /// Puts a record where there is none.
    ///
    /// # Errors
    ///
    /// If the store is out of reach, or [full](StoreErrorKind::Full).
    fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created>;

    /// The record of `key`.
    ///
    /// # Errors
    ///
    /// If the store is out of reach, or what it holds is [no record](StoreErrorKind::Corrupt).
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>>;

    /// Replaces the record of `key`, if its revision is `expected` still. Otherwise nothing
    /// changes; above all, a record that is gone does not come back.
    ///
    /// # Errors
    ///
    /// If the store is out of reach or full.
    fn save<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Revision,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved>;

    /// Moves the last use to `touched` and the end to `expires` (Unix milliseconds), each unless it
    /// is later already. The revision stays, so that no save meets a conflict. `false`: there is
    /// no such record, and none was made.
    ///
    /// # Errors
    ///
    /// If the store is out of reach.
    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        touched: u64,
        expires: u64,
    ) -> StoreFuture<'a, bool>;

    /// Removes the record of `key`: with `expected` only if it has that revision, with `None`
    /// whatever it has.
    ///
    /// # Errors
    ///
    /// If the store is out of reach.
    fn delete<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
    ) -> StoreFuture<'a, Saved>;

    /// The index of principals, if the store keeps one.
    fn principals(&self) -> Option<&dyn PrincipalIndex> {
        None
    }

    /// The list of revocations, if the store keeps one.
    fn revocations(&self) -> Option<&dyn Revocations> {
        None
    }

    /// What removes expired records, unless the engine does.
    fn sweeper(&self) -> Option<&dyn Sweep> {
        None
    }

    /// What loads without waiting, of a store in this process.
    fn at_once(&self) -> Option<&dyn LoadAtOnce> {
        None
    }
}

/// A store that is shared already.
impl<S: SessionStore + ?Sized> SessionStore for Arc<S> {
    fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created> {
        (**self).create(key, record)
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        (**self).load(key)
    }

    fn save<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Revision,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        (**self).save(key, expected, record)
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        touched: u64,
        expires: u64,
    ) -> StoreFuture<'a, bool> {
        (**self).touch(key, touched, expires)
    }

    fn delete<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
    ) -> StoreFuture<'a, Saved> {
        (**self).delete(key, expected)
    }

    fn principals(&self) -> Option<&dyn PrincipalIndex> {
        (**self).principals()
    }

    fn revocations(&self) -> Option<&dyn Revocations> {
        (**self).revocations()
    }

    fn sweeper(&self) -> Option<&dyn Sweep> {
        (**self).sweeper()
    }

    fn at_once(&self) -> Option<&dyn LoadAtOnce> {
        (**self).at_once()
    }
}

/// What became of [`SessionStore::create`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "stores of others return it, and must know all"
)]
pub enum Created {
    /// The record is kept.
    Done,
    /// There is one of that key already, and it has not changed.
    Exists,
}

/// What became of [`SessionStore::save`] and [`SessionStore::delete`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "stores of others return it, and must know all"
)]
pub enum Saved {
    /// It was done.
    Done,
    /// The record has another revision, and has not changed.
    Conflict,
    /// There is no record, and none was made.
    Gone,
}
