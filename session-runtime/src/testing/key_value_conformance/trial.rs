//! What a check works with: a store, keys and texts nobody else has, and calls that meet.

use std::{future::Future, sync::Arc};

use crate::{
    clock::Clock,
    random::Random,
    store::{Created, Held, KeyValueStore, Lifetime, Sweep},
    testing::conformance::{Broken, Verdict, at_once, is},
};

const HOUR: u64 = 60 * 60;

/// How far the end that a store tells may be from that of the lifetime, in milliseconds: an engine
/// that counts by its own clock is late by the way there and back.
const ABOUT: u64 = 60_000;

/// A check's own store.
pub(super) struct Trial {
    clients: Vec<Arc<dyn KeyValueStore>>,
    /// By the system's clock, which is an engine's too where it ends values by itself.
    pub(super) now: u64,
}

impl Trial {
    /// `clients` speak to the same store.
    pub(super) fn new(clients: Vec<Arc<dyn KeyValueStore>>) -> Self {
        let now = Clock::default().now_ms();
        Self { clients, now }
    }

    #[expect(clippy::expect_used, reason = "made with one at least")]
    pub(super) fn store(&self) -> &dyn KeyValueStore {
        &**self.clients.first().expect("a client")
    }

    /// The last of the store's clients, which is another one if stores share their values.
    pub(super) fn other(&self) -> &dyn KeyValueStore {
        self.clients
            .last()
            .map_or_else(|| self.store(), |client| &**client)
    }

    pub(super) fn sweeper(&self) -> Result<&dyn Sweep, Broken> {
        let sweep = self.store().sweeper();
        sweep.ok_or_else(|| Broken::new("it no longer offers to sweep"))
    }

    /// `hours` from now on.
    pub(super) const fn hours(&self, hours: u64) -> Lifetime {
        Lifetime::new(self.now, hours * HOUR)
    }

    #[expect(clippy::unused_self, reason = "reads as the others do")]
    pub(super) fn key(&self) -> Result<String, Broken> {
        Ok(format!("conformance:{}", digits()?))
    }

    /// A text as a session's record may be.
    #[expect(clippy::unused_self, reason = "reads as the others do")]
    pub(super) fn text(&self) -> Result<String, Broken> {
        Ok(format!(r#"{{"user":"{}"}}"#, digits()?))
    }

    /// Creates a value that lives for an hour and returns its key and text.
    pub(super) async fn created(&self) -> Result<(String, String), Broken> {
        let text = self.text()?;
        Ok((self.created_as(&text, self.hours(1)).await?, text))
    }

    pub(super) async fn created_as(
        &self,
        text: &str,
        lifetime: Lifetime,
    ) -> Result<String, Broken> {
        let key = self.key()?;
        let created = self.store().create(&key, text, lifetime).await?;
        is("the create", created, Created::Done)?;
        Ok(key)
    }

    /// What `key` gets, whenever it ends.
    pub(super) async fn gets(&self, what: &str, key: &str, expected: Option<&str>) -> Verdict {
        is_text(what, self.store().get(key).await?.as_ref(), expected)
    }

    /// The same, and when it ends if the store tells that.
    pub(super) async fn gets_until(
        &self,
        what: &str,
        key: &str,
        expected: &str,
        lifetime: Lifetime,
    ) -> Verdict {
        let held = self.store().get(key).await?;
        is_text(what, held.as_ref(), Some(expected))?;
        match held.and_then(|held| held.end) {
            Some(end) if end.abs_diff(lifetime.end()) > ABOUT => {
                let right = lifetime.end();
                Err(Broken::new(format!("{what} ends at {end} and not {right}")))
            }
            _ => Ok(()),
        }
    }

    /// [`at_once`], through all clients of the store.
    pub(super) async fn at_once<T, F>(
        &self,
        calls: usize,
        call: impl Fn(usize, Arc<dyn KeyValueStore>) -> F,
    ) -> Result<Vec<T>, Broken>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Broken>> + Send + 'static,
    {
        at_once(&self.clients, calls, call).await
    }
}

/// `what` is `expected`. A finding shows neither of them.
pub(super) fn is_text(what: &str, seen: Option<&Held>, expected: Option<&str>) -> Verdict {
    match (seen.map(|held| held.value.as_str()), expected) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(Broken::new(format!("{what} is not there"))),
        (Some(_), None) => Err(Broken::new(format!("{what} is there"))),
        (Some(seen), Some(expected)) if seen == expected => Ok(()),
        (Some(seen), Some(expected)) => {
            let (seen, right) = (seen.len(), expected.len());
            let lengths = format!("{what} is another text ({seen} bytes; the right has {right})");
            Err(Broken::new(lengths))
        }
    }
}

fn digits() -> Result<String, Broken> {
    let number = u128::from_le_bytes(Random::default().array()?);
    Ok(format!("{number:032x}"))
}
