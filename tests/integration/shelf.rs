//! A store of values by key, in memory, that remembers what it was asked, and fails, hangs or takes
//! its time when told to.

use std::{
    collections::BTreeMap,
    fmt,
    future::{pending, ready},
    sync::{Arc, Mutex},
};

use session_runtime::store::{
    Created, Held, KeyValueStore, Lifetime, Saved, StoreError, StoreErrorKind, StoreFuture,
};
use tokio::sync::oneshot;

#[derive(Clone, Default)]
pub(crate) struct Shelf(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    values: BTreeMap<String, Value>,
    calls: Vec<Call>,
    fails: Option<Call>,
    hangs: Option<Call>,
    denies: Option<Call>,
    held: Option<(Call, When, oneshot::Receiver<()>)>,
}

/// When the store waits, in a call that is held open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    BeforeItIsDone,
    BeforeItIsSaid,
}

#[derive(Clone)]
struct Value {
    text: String,
    /// `None`: nobody said how long.
    lifetime: Option<Lifetime>,
}

/// What a store is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Get,
    Create,
    Replace,
    Delete,
}

impl Shelf {
    fn with<R>(&self, look: impl FnOnce(&mut Inner) -> R) -> R {
        look(&mut self.0.lock().unwrap())
    }

    pub(crate) fn get(&self, key: &str) -> Option<String> {
        self.with(|inner| inner.values.get(key).map(|value| value.text.clone()))
    }

    pub(crate) fn put(&self, key: &str, text: &str) {
        let (text, lifetime) = (text.to_owned(), None);
        let value = Value { text, lifetime };
        self.with(|inner| inner.values.insert(key.to_owned(), value));
    }

    pub(crate) fn remove(&self, key: &str) {
        self.with(|inner| inner.values.remove(key));
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.with(|inner| inner.values.keys().cloned().collect())
    }

    /// How long a value was to be kept.
    pub(crate) fn seconds(&self, key: &str) -> Option<u64> {
        self.with(|inner| Some(inner.values.get(key)?.lifetime?.seconds()))
    }

    pub(crate) fn take_calls(&self) -> Vec<Call> {
        self.with(|inner| std::mem::take(&mut inner.calls))
    }

    pub(crate) fn fails(&self, call: impl Into<Option<Call>>) {
        self.with(|inner| inner.fails = call.into());
    }

    pub(crate) fn hangs(&self, call: impl Into<Option<Call>>) {
        self.with(|inner| inner.hangs = call.into());
    }

    /// Does as it is asked, and says that it has failed.
    pub(crate) fn denies(&self, call: impl Into<Option<Call>>) {
        self.with(|inner| inner.denies = call.into());
    }

    /// Holds the next such call open until it is told to go on.
    pub(crate) fn holds(&self, call: Call, when: When) -> oneshot::Sender<()> {
        let (go_on, told) = oneshot::channel();
        self.with(|inner| inner.held = Some((call, when, told)));
        go_on
    }

    fn answer<'a, R: Send + 'a>(
        &'a self,
        call: Call,
        look: impl FnOnce(&mut BTreeMap<String, Value>) -> R + Send + 'a,
    ) -> StoreFuture<'a, R> {
        let held = self.with(|inner| inner.held.take_if(|held| held.0 == call));
        let Some((_, when, told)) = held else {
            return self.answer_now(call, look);
        };
        Box::pin(async move {
            if when == When::BeforeItIsDone {
                told.await.unwrap();
                return self.answer_now(call, look).await;
            }
            let answer = self.answer_now(call, look).await;
            told.await.unwrap();
            answer
        })
    }

    fn answer_now<'a, R: Send + 'a>(
        &self,
        call: Call,
        look: impl FnOnce(&mut BTreeMap<String, Value>) -> R,
    ) -> StoreFuture<'a, R> {
        self.with(|inner| {
            inner.calls.push(call);
            if inner.hangs == Some(call) {
                return Box::pin(pending()) as StoreFuture<'_, _>;
            }
            let done = (inner.fails != Some(call)).then(|| look(&mut inner.values));
            let said = done.filter(|_| inner.denies != Some(call));
            let message = "it was told to fail";
            let failed = || StoreError::new(StoreErrorKind::Unavailable, message);
            Box::pin(ready(said.ok_or_else(failed)))
        })
    }
}

impl KeyValueStore for Shelf {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Held>> {
        self.answer(Call::Get, move |values| {
            let value = values.get(key)?.clone();
            // An engine may give a value back after its time.
            let end = value.lifetime.map(Lifetime::end);
            let value = value.text;
            Some(Held { value, end })
        })
    }

    fn create<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Created> {
        self.answer(Call::Create, move |values| {
            if values.contains_key(key) {
                return Created::Exists;
            }
            values.insert(key.to_owned(), Value::new(value, lifetime));
            Created::Done
        })
    }

    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Saved> {
        self.answer(Call::Replace, move |values| match values.get_mut(key) {
            None => Saved::Gone,
            Some(held) if held.text != expected => Saved::Conflict,
            Some(held) => {
                *held = Value::new(value, lifetime);
                Saved::Done
            }
        })
    }

    fn delete<'a>(&'a self, key: &'a str, expected: Option<&'a str>) -> StoreFuture<'a, Saved> {
        self.answer(Call::Delete, move |values| match values.get(key) {
            None => Saved::Gone,
            Some(held) if expected.is_some_and(|it| held.text != it) => Saved::Conflict,
            Some(_) => {
                values.remove(key);
                Saved::Done
            }
        })
    }
}

impl Value {
    fn new(text: &str, lifetime: Lifetime) -> Self {
        let (text, lifetime) = (text.to_owned(), Some(lifetime));
        Self { text, lifetime }
    }
}

// What it holds is nobody's business.
impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shelf")
    }
}
