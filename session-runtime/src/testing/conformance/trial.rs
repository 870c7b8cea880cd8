//! What a check works with: a store, keys and records nobody else has, and calls that meet.

use std::{future::Future, sync::Arc};

use tokio::{sync::Barrier, task::JoinSet};

use super::fact::{Broken, Verdict, is_record};
use crate::{
    clock::Clock,
    random::Random,
    store::{
        PrincipalId, PrincipalIndex, Record, Revision, Revocations, SessionKey, SessionStore, Sweep,
    },
};

/// How many calls meet.
pub(in crate::testing) const CALLS: usize = 16;

/// How often they do, in checks whose outcome depends on who comes first.
pub(in crate::testing) const ROUNDS: usize = 16;

const HOUR: u64 = 60 * 60 * 1000;

/// A check's own store.
pub(in crate::testing) struct Trial {
    clients: Vec<Arc<dyn SessionStore>>,
    /// By the system's clock, which is an engine's too where it ends records by itself.
    pub(super) now: u64,
}

impl Trial {
    /// `clients` speak to the same store.
    pub(super) fn new(clients: Vec<Arc<dyn SessionStore>>) -> Self {
        let now = Clock::default().now_ms();
        Self { clients, now }
    }

    #[expect(clippy::expect_used, reason = "made with one at least")]
    pub(super) fn store(&self) -> &dyn SessionStore {
        &**self.clients.first().expect("a client")
    }

    pub(super) fn index(&self) -> Result<&dyn PrincipalIndex, Broken> {
        index(self.store())
    }

    pub(super) fn revocations(&self) -> Result<&dyn Revocations, Broken> {
        revocations(self.store())
    }

    pub(super) fn sweeper(&self) -> Result<&dyn Sweep, Broken> {
        let sweep = self.store().sweeper();
        sweep.ok_or_else(|| Broken::new("it no longer offers to sweep"))
    }

    /// `hours` from now, in Unix milliseconds.
    pub(super) const fn in_hours(&self, hours: u64) -> u64 {
        self.now + hours * HOUR
    }

    #[expect(clippy::unused_self, reason = "reads as the others do")]
    pub(super) fn key(&self) -> Result<SessionKey, Broken> {
        Ok(SessionKey::from_bytes(Random::default().array()?))
    }

    #[expect(clippy::unused_self, reason = "reads as the others do")]
    pub(super) fn principal(&self) -> Result<PrincipalId, Broken> {
        Ok(PrincipalId::from_bytes(Random::default().array()?))
    }

    /// A record that nobody has: used now, ending in an hour.
    pub(super) fn record(&self, principal: Option<PrincipalId>) -> Result<Record, Broken> {
        self.record_at(principal, self.now, self.in_hours(1))
    }

    #[expect(clippy::unused_self, reason = "reads as the others do")]
    pub(super) fn record_at(
        &self,
        principal: Option<PrincipalId>,
        touched: u64,
        expires: u64,
    ) -> Result<Record, Broken> {
        let data: [u8; 24] = Random::default().array()?;
        Ok(Record::new(
            revision()?,
            data.to_vec(),
            principal,
            touched,
            expires,
        ))
    }

    /// Creates such a record and returns both.
    pub(super) async fn created(
        &self,
        principal: Option<PrincipalId>,
    ) -> Result<(SessionKey, Record), Broken> {
        self.created_at(principal, self.now, self.in_hours(1)).await
    }

    pub(super) async fn created_at(
        &self,
        principal: Option<PrincipalId>,
        touched: u64,
        expires: u64,
    ) -> Result<(SessionKey, Record), Broken> {
        let (key, record) = (self.key()?, self.record_at(principal, touched, expires)?);
        self.store().create(&key, &record).await?;
        Ok((key, record))
    }

    /// What `key` loads.
    pub(super) async fn loads(
        &self,
        what: &str,
        key: &SessionKey,
        expected: Option<&Record>,
    ) -> Verdict {
        if let Some(at_once) = self.store().at_once() {
            let loaded = at_once.load_at_once(key)?;
            is_record(&format!("{what}, at once"), loaded, expected)?;
        }
        is_record(what, self.store().load(key).await?, expected)
    }

    /// The list of `principal` has these records and no others.
    pub(super) async fn lists(
        &self,
        what: &str,
        principal: &PrincipalId,
        expected: &[(SessionKey, Record)],
    ) -> Verdict {
        let listed = self.index()?.list(principal).await?;
        for (key, record) in expected {
            let found = listed.iter().find(|(listed, _)| listed == key);
            let found = found.map(|(_, record)| record.clone());
            is_record(
                &format!("in the list {what}, a record"),
                found,
                Some(record),
            )?;
        }
        if listed.len() == expected.len() {
            return Ok(());
        }
        let (seen, right) = (listed.len(), expected.len());
        Err(Broken::new(format!(
            "the list {what} has {seen} and not {right}"
        )))
    }

    /// [`at_once`], through all clients of the store.
    pub(super) async fn at_once<T, F>(
        &self,
        calls: usize,
        call: impl Fn(usize, Arc<dyn SessionStore>) -> F,
    ) -> Result<Vec<T>, Broken>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Broken>> + Send + 'static,
    {
        at_once(&self.clients, calls, call).await
    }
}

/// Lets `calls` tasks meet, through all of `clients` in turn, and returns what they do, in order.
pub(in crate::testing) async fn at_once<S: ?Sized, T, F>(
    clients: &[Arc<S>],
    calls: usize,
    call: impl Fn(usize, Arc<S>) -> F,
) -> Result<Vec<T>, Broken>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Broken>> + Send + 'static,
{
    let together = Arc::new(Barrier::new(calls));
    let mut tasks = JoinSet::new();
    for (number, client) in clients.iter().cycle().take(calls).enumerate() {
        let (together, call) = (Arc::clone(&together), call(number, Arc::clone(client)));
        tasks.spawn(async move {
            together.wait().await;
            Ok::<_, Broken>((number, call.await?))
        });
    }
    let mut done = Vec::with_capacity(calls);
    while let Some(task) = tasks.join_next().await {
        done.push(task.map_err(|_| Broken::new("the store panicked"))??);
    }
    done.sort_by_key(|(number, _)| *number);
    Ok(done.into_iter().map(|(_, answer)| answer).collect())
}

pub(super) fn index(store: &dyn SessionStore) -> Result<&dyn PrincipalIndex, Broken> {
    let index = store.principals();
    index.ok_or_else(|| Broken::new("it no longer offers an index"))
}

pub(super) fn revocations(store: &dyn SessionStore) -> Result<&dyn Revocations, Broken> {
    let revocations = store.revocations();
    revocations.ok_or_else(|| Broken::new("it no longer offers revocations"))
}

pub(super) fn revision() -> Result<Revision, Broken> {
    let number = i64::from_le_bytes(Random::default().array()?);
    Ok(Revision::from_i64(number & i64::MAX))
}

/// The record with other times.
pub(super) fn retimed(record: &Record, touched: u64, expires: u64) -> Record {
    Record::new(
        record.revision(),
        record.data().to_vec(),
        record.principal().copied(),
        touched,
        expires,
    )
}
