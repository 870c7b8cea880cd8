//! Any session store as a store of values by key.

use sha2::{Digest, Sha256};

use super::{Held, KeyValueStore, Lifetime};
use crate::store::{
    Created, Record, Revision, Saved, SessionKey, SessionStore, StoreError, StoreErrorKind,
    StoreFuture, Sweep,
};

/// Keeps values by key in a [`SessionStore`]: in memory, SQLite, PostgreSQL or one of your own.
///
/// The store sees hashes of the keys, so that nobody who reads it learns what cookies hold.
/// Another system cannot find the values there: to share them with Node take `RedisKeyValueStore`.
///
/// ```
/// use session_runtime::store::{KeyValueAdapter, MemoryStore};
///
/// let store = KeyValueAdapter::new(MemoryStore::new());
/// # let _ = store;
/// ```
#[derive(Debug, Clone)]
pub struct KeyValueAdapter<S>(S);

impl<S: SessionStore> KeyValueAdapter<S> {
    /// Over `store`, which other sessions may use too.
    pub const fn new(store: S) -> Self {
        Self(store)
    }
}

impl<S: SessionStore> KeyValueStore for KeyValueAdapter<S> {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Held>> {
        Box::pin(async move {
            let Some(record) = self.0.load(&hashed(key)).await? else {
                return Ok(None);
            };
            let end = Some(record.expires());
            let value = String::from_utf8(record.into_data())
                .map_err(|_| StoreError::new(StoreErrorKind::Corrupt, "a value that is no text"))?;
            Ok(Some(Held { value, end }))
        })
    }

    fn create<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Created> {
        Box::pin(async move {
            let record = record(value, lifetime);
            self.0.create(&hashed(key), &record).await
        })
    }

    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(async move {
            let record = record(value, lifetime);
            self.0.save(&hashed(key), revision(expected), &record).await
        })
    }

    fn delete<'a>(&'a self, key: &'a str, expected: Option<&'a str>) -> StoreFuture<'a, Saved> {
        Box::pin(async move { self.0.delete(&hashed(key), expected.map(revision)).await })
    }

    fn sweeper(&self) -> Option<&dyn Sweep> {
        self.0.sweeper()
    }
}

fn hashed(key: &str) -> SessionKey {
    let hash = Sha256::new_with_prefix("value by key\0").chain_update(key);
    SessionKey::from_bytes(hash.finalize().into())
}

/// Of equal texts the same: 63 bits of their hash.
fn revision(value: &str) -> Revision {
    let hash = <[u8; 32]>::from(Sha256::digest(value));
    let number = hash
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte));
    Revision::from_i64((number >> 1).cast_signed())
}

fn record(value: &str, lifetime: Lifetime) -> Record {
    let data = value.as_bytes().to_vec();
    let (start, end) = (lifetime.start(), lifetime.end().min(u64::MAX >> 1));
    Record::new(revision(value), data, None, start, end)
}
