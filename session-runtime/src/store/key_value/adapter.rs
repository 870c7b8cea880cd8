//! Any session store as a store of values by key.

use sha2::{Digest, Sha256};

use super::{Held, KeyValueStore, Lifetime};
use crate::{
    Random,
    store::{
        Created, Record, Revision, Saved, SessionKey, SessionStore, StoreError, StoreErrorKind,
        StoreFuture, Sweep,
    },
};

/// Keeps values by key in a [`SessionStore`]: in memory, SQLite, PostgreSQL or one of your own.
///
/// The store sees hashes of the keys, so that nobody who reads it learns what cookies hold.
/// Another system cannot find the values there: to share them with Node take `RedisKeyValueStore`.
/// To replace a value, or to delete one that must be as expected, takes two calls of the store.
///
/// A store with a bound keeps to it here too, and these values have no principal: `MemoryStore`
/// makes room by dropping those used longest ago, whoever is signed in with them. With
/// @fastify/session, whose visitors all have a record from their first page on, turn
/// `FastifySession::save_uninitialized` off there, or anybody can fill it.
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
    /// The revision under which the store has `expected`, or what to answer.
    async fn revision_of(
        &self,
        key: &SessionKey,
        expected: &str,
    ) -> Result<Result<Revision, Saved>, StoreError> {
        Ok(match self.0.load(key).await? {
            None => Err(Saved::Gone),
            Some(record) if record.data() != expected.as_bytes() => Err(Saved::Conflict),
            Some(record) => Ok(record.revision()),
        })
    }

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
            let record = record(value, lifetime)?;
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
            let (key, record) = (hashed(key), record(value, lifetime)?);
            loop {
                let revision = match self.revision_of(&key, expected).await? {
                    Ok(revision) => revision,
                    Err(answer) => return Ok(answer),
                };
                match self.0.save(&key, revision, &record).await? {
                    // Replaced meanwhile, perhaps by the same text.
                    Saved::Conflict => {}
                    answer => return Ok(answer),
                }
            }
        })
    }

    fn delete<'a>(&'a self, key: &'a str, expected: Option<&'a str>) -> StoreFuture<'a, Saved> {
        Box::pin(async move {
            let key = hashed(key);
            let Some(expected) = expected else {
                return self.0.delete(&key, None).await;
            };
            loop {
                let revision = match self.revision_of(&key, expected).await? {
                    Ok(revision) => revision,
                    Err(answer) => return Ok(answer),
                };
                match self.0.delete(&key, Some(revision)).await? {
                    Saved::Conflict => {}
                    answer => return Ok(answer),
                }
            }
        })
    }

    fn sweeper(&self) -> Option<&dyn Sweep> {
        self.0.sweeper()
    }
}

fn hashed(key: &str) -> SessionKey {
    let hash = Sha256::new_with_prefix("value by key\0").chain_update(key);
    SessionKey::from_bytes(hash.finalize().into())
}

/// Each of its own, whatever the text: a store may take the same revision for a call that has come
/// twice.
fn record(value: &str, lifetime: Lifetime) -> Result<Record, StoreError> {
    let number = Random::default().array().map_err(|_| {
        let message = "the operating system gave no random bytes";
        StoreError::new(StoreErrorKind::Unavailable, message)
    })?;
    let revision = Revision::from_i64(i64::from_be_bytes(number) & i64::MAX);
    let data = value.as_bytes().to_vec();
    let (start, end) = (lifetime.start(), lifetime.end().min(u64::MAX >> 1));
    Ok(Record::new(revision, data, None, start, end))
}
