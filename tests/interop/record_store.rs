//! A store of records in memory, which fails as a vector says.

use std::{
    collections::BTreeMap,
    future::ready,
    sync::{Arc, Mutex, PoisonError},
};

use session_runtime::store::{
    Created, Held, KeyValueStore, Lifetime, Saved, StoreError, StoreErrorKind, StoreFuture,
};

use crate::json::Json;

/// Keeps whatever it is given, however long, and remembers for how many seconds it was to.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecordStore {
    records: Arc<Mutex<BTreeMap<String, (String, u64)>>>,
    /// `{"get": "message", "get_code": "ENOENT", …}`
    fails: Option<Json>,
}

impl RecordStore {
    pub(crate) fn new(records: &BTreeMap<String, String>, fails: Option<Json>) -> Self {
        let store = Self {
            records: Arc::default(),
            fails,
        };
        store.put_all(records);
        store
    }

    pub(crate) fn records(&self) -> BTreeMap<String, String> {
        let held = self.held().into_iter();
        held.map(|(key, (value, _))| (key, value)).collect()
    }

    /// The records, each with the seconds that it lives.
    pub(crate) fn held(&self) -> BTreeMap<String, (String, u64)> {
        self.with(|records| records.clone())
    }

    pub(crate) fn put_all(&self, records: &BTreeMap<String, String>) {
        let records = records
            .iter()
            .map(|(key, value)| (key.clone(), (value.clone(), 0)));
        self.with(|held| *held = records.collect());
    }

    fn with<V>(&self, look: impl FnOnce(&mut BTreeMap<String, (String, u64)>) -> V) -> V {
        look(&mut self.records.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn check(&self, operation: &str) -> Result<(), StoreError> {
        let fails = self.fails.as_ref();
        // To Node's stores a file that is not there is an error, here there is no record.
        let code = fails.and_then(|fails| fails.text_of(&format!("{operation}_code")));
        match fails.and_then(|fails| fails.text_of(operation)) {
            Some(_) if code.as_deref() != Some("ENOENT") => {
                let message = "as the vector says";
                Err(StoreError::new(StoreErrorKind::Unavailable, message))
            }
            _ => Ok(()),
        }
    }
}

impl KeyValueStore for RecordStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Held>> {
        let held = self.check("get").map(|()| {
            let held = self.with(|records| records.get(key).cloned());
            held.map(|(value, _)| Held { value, end: None })
        });
        Box::pin(ready(held))
    }

    fn create<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Created> {
        let created = self.check("set").map(|()| {
            self.with(|records| {
                if records.contains_key(key) {
                    return Created::Exists;
                }
                records.insert(key.to_owned(), (value.to_owned(), lifetime.seconds()));
                Created::Done
            })
        });
        Box::pin(ready(created))
    }

    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Saved> {
        let saved = self.check("set").map(|()| {
            self.with(|records| match records.get_mut(key) {
                None => Saved::Gone,
                Some((held, _)) if held != expected => Saved::Conflict,
                Some(held) => {
                    *held = (value.to_owned(), lifetime.seconds());
                    Saved::Done
                }
            })
        });
        Box::pin(ready(saved))
    }

    fn delete<'a>(&'a self, key: &'a str, expected: Option<&'a str>) -> StoreFuture<'a, Saved> {
        let saved = self.check("destroy").map(|()| {
            self.with(|records| match records.get(key) {
                None => Saved::Gone,
                Some((held, _)) if expected.is_some_and(|it| held != it) => Saved::Conflict,
                Some(_) => {
                    records.remove(key);
                    Saved::Done
                }
            })
        });
        Box::pin(ready(saved))
    }
}
