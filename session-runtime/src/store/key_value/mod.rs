//! Values by key, for sessions whose records another system reads and writes too.

mod adapter;

use std::{fmt, sync::Arc};

pub use adapter::KeyValueAdapter;

use super::{Created, Saved, StoreFuture, Sweep};

/// Keeps texts by key: the records of sessions that are shared with Node
/// (`Config::shared_with_node`).
///
/// Less than a [`SessionStore`](super::SessionStore) can: keys and values are as the other system
/// wants them, so that nothing but the text itself tells two states of a record apart, and there is
/// neither an index of principals nor a list of revocations. `RedisKeyValueStore` shares a server
/// with Node; [`KeyValueAdapter`] makes one of any session store, for what one application keeps
/// for itself. Of your own, it can put any table or service behind a session: run
/// [`key_value_conformance`](crate::testing::key_value_conformance) against it (feature `conformance`).
///
/// # What each operation guarantees
///
/// All of them are atomic: of two that meet, one comes first. What an operation has acknowledged,
/// later ones see. One that fails may have taken effect or not; the library repeats none but after
/// a [`Conflict`](Saved::Conflict). Dropping a future ends the wait, not the guarantee.
///
/// A value may be removed when its [`Lifetime`] has passed, never before, save where a store has a
/// bound and says what it drops.
///
/// # Security
///
/// The keys of such records hold the ids that cookies carry: whoever reads them can, with the
/// signing secret, or without one where nothing is signed, be anybody. Log neither keys nor
/// values.
pub trait KeyValueStore: fmt::Debug + Send + Sync + 'static {
    /// The value of `key`.
    ///
    /// # Errors
    ///
    /// If the store is out of reach, or what it holds is [no text](super::StoreErrorKind::Corrupt).
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Held>>;

    /// Puts a value where there is none.
    ///
    /// # Errors
    ///
    /// If the store is out of reach, or [full](super::StoreErrorKind::Full).
    fn create<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Created>;

    /// Replaces the value of `key`, and how long it lives, if it is `expected` still, byte for byte.
    /// Otherwise nothing changes; above all, a value that is gone does not come back.
    ///
    /// # Errors
    ///
    /// If the store is out of reach or full.
    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Saved>;

    /// Removes the value of `key`: with `expected` only if it is that, with `None` whatever it is.
    ///
    /// # Errors
    ///
    /// If the store is out of reach.
    fn delete<'a>(&'a self, key: &'a str, expected: Option<&'a str>) -> StoreFuture<'a, Saved>;

    /// What removes values whose life has passed, unless the engine does.
    fn sweeper(&self) -> Option<&dyn Sweep> {
        None
    }
}

/// A value, as [`KeyValueStore::get`] found it.
// No `Debug`: it holds a session's fields.
#[derive(Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stores of others make it, and must know all"
)]
pub struct Held {
    /// The text.
    pub value: String,
    /// The first Unix millisecond at which it lives no more. `None`: the engine keeps to it by
    /// itself, and returns nothing after its time.
    pub end: Option<u64>,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held")
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

/// How long a value lives, in whole seconds as Redis reckons, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    from: u64,
    seconds: u64,
}

impl Lifetime {
    /// So many seconds from `now` on, which is in Unix milliseconds. Zero counts as one.
    pub const fn new(now: u64, seconds: u64) -> Self {
        Self {
            from: now,
            seconds: if seconds == 0 { 1 } else { seconds },
        }
    }

    /// When it begins, in Unix milliseconds.
    pub const fn start(self) -> u64 {
        self.from
    }

    /// The first Unix millisecond at which the value lives no more.
    pub const fn end(self) -> u64 {
        self.from.saturating_add(self.seconds.saturating_mul(1000))
    }

    /// For an engine that takes it relative to its own clock.
    pub const fn seconds(self) -> u64 {
        self.seconds
    }
}

/// A store that is shared already.
impl<S: KeyValueStore + ?Sized> KeyValueStore for Arc<S> {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Held>> {
        (**self).get(key)
    }

    fn create<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Created> {
        (**self).create(key, value, lifetime)
    }

    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Saved> {
        (**self).replace(key, expected, value, lifetime)
    }

    fn delete<'a>(&'a self, key: &'a str, expected: Option<&'a str>) -> StoreFuture<'a, Saved> {
        (**self).delete(key, expected)
    }

    fn sweeper(&self) -> Option<&dyn Sweep> {
        (**self).sweeper()
    }
}
