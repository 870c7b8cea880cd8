//! A store that keeps every guarantee, and can be told to break one.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::task::yield_now;

use super::fault::Fault;
use crate::store::{
    Created, PrincipalId, PrincipalIndex, Record, Revision, Revocations, Saved, SessionKey,
    SessionStore, StoreError, StoreErrorKind, StoreFuture, Sweep,
};

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) records: BTreeMap<SessionKey, Record>,
    /// What lists say; apart from the records, so that it can be wrong.
    pub(super) index: BTreeMap<(PrincipalId, SessionKey), Record>,
    pub(super) first_ends: BTreeMap<SessionKey, u64>,
    pub(super) revoked: BTreeMap<SessionKey, u64>,
    pub(super) epochs: BTreeMap<PrincipalId, (u64, u64)>,
}

#[derive(Debug, Clone)]
pub(super) struct Plain {
    pub(super) fault: Fault,
    state: Arc<Mutex<State>>,
}

impl Plain {
    pub(super) fn new(fault: Fault) -> Self {
        let state = Arc::default();
        Self { fault, state }
    }

    pub(super) fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A step that others may come between, if `fault` is what is wrong.
    pub(super) async fn step(&self, fault: Fault) {
        if self.has(fault) {
            yield_now().await;
        }
    }

    pub(super) fn key(&self, key: &SessionKey) -> SessionKey {
        let mut bytes = *key.as_bytes();
        if self.has(Fault::KeyIsCut) {
            bytes[31] = 0;
        }
        SessionKey::from_bytes(bytes)
    }

    pub(super) fn kept(&self, record: &Record) -> Record {
        let (mut data, mut revision) = (record.data().to_vec(), record.revision().to_i64());
        if self.has(Fault::CreateLosesZeroBytes) {
            data.retain(|byte| *byte != 0);
        }
        if self.has(Fault::RevisionIsDouble) {
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                reason = "that is it"
            )]
            (revision = revision as f64 as i64);
        }
        Record::new(
            Revision::from_i64(revision),
            data,
            record.principal().copied(),
            record.touched(),
            record.expires(),
        )
    }

    pub(super) fn put(&self, state: &mut State, key: SessionKey, record: Record) {
        let (principal, expires) = (record.principal().copied(), record.expires());
        let listed = record.clone();
        let old = state.records.insert(key, record);
        let is_new = old.is_none();
        if let Some(principal) = old.as_ref().and_then(Record::principal)
            && !self.has(Fault::IndexKeepsMoved)
        {
            state.index.remove(&(*principal, key));
        }
        if let Some(principal) = principal
            && (is_new || !self.has(Fault::IndexMissesSaved))
        {
            state.index.insert((principal, key), listed);
        }
        state.first_ends.entry(key).or_insert(expires);
    }

    pub(super) fn remove(&self, state: &mut State, key: &SessionKey) {
        let old = state.records.remove(key);
        state.first_ends.remove(key);
        if let Some(principal) = old.as_ref().and_then(Record::principal)
            && !self.has(Fault::IndexKeepsDeleted)
        {
            state.index.remove(&(*principal, *key));
        }
    }
}

impl State {
    /// What becomes of a write over `expected`.
    pub(super) fn fits(&self, key: &SessionKey, expected: Option<Revision>) -> Saved {
        match (self.records.get(key), expected) {
            (None, _) => Saved::Gone,
            (Some(found), Some(expected)) if found.revision() != expected => Saved::Conflict,
            _ => Saved::Done,
        }
    }
}

impl SessionStore for Plain {
    fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created> {
        Box::pin(async move {
            assert!(!self.has(Fault::Panics), "told to");
            if self.has(Fault::Fails) {
                let error = StoreError::new(StoreErrorKind::Unavailable, "plain: told to fail");
                return Err(error.because("at once"));
            }
            let (key, record) = (self.key(key), self.kept(record));
            let exists = self.state().records.contains_key(&key);
            self.step(Fault::CreateInTwoSteps).await;
            if exists && !self.has(Fault::CreateReplaces) {
                if self.has(Fault::IndexOfUnwritten)
                    && let Some(principal) = record.principal()
                {
                    self.state().index.insert((*principal, key), record);
                }
                return Ok(Created::Exists);
            }
            if self.has(Fault::CreateInHalves) {
                self.put(&mut self.state(), key, without_data(&record));
                yield_now().await;
            }
            self.put(&mut self.state(), key, record);
            Ok(Created::Done)
        })
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        Box::pin(async move {
            let found = self.state().records.get(&self.key(key)).cloned();
            if found.is_none() && self.has(Fault::LoadCreates) {
                let made = Record::new(Revision::from_i64(0), vec![], None, 0, 0);
                self.put(&mut self.state(), *key, made);
            }
            Ok(found)
        })
    }

    fn save<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Revision,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(async move {
            let (key, mut record) = (self.key(key), self.kept(record));
            let found = self.state().records.get(&key).cloned();
            self.step(Fault::SaveInTwoSteps).await;
            match found {
                None if self.has(Fault::SaveUpserts) => {}
                None => return Ok(Saved::Gone),
                Some(found) => {
                    let fits = found.revision() == expected;
                    if !fits && !self.has(Fault::SaveIgnoresRevision) {
                        return Ok(Saved::Conflict);
                    }
                    if self.has(Fault::SaveKeepsLaterTimes) {
                        record = record.touched_at(found.touched(), found.expires());
                    }
                }
            }
            if self.has(Fault::SaveInHalves) {
                self.put(&mut self.state(), key, without_data(&record));
                yield_now().await;
            }
            if self.has(Fault::SaveIndexesLater) {
                self.state().records.insert(key, record.clone());
                yield_now().await;
            }
            self.put(&mut self.state(), key, record);
            Ok(Saved::Done)
        })
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        touched: u64,
        expires: u64,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let key = self.key(key);
            let found = self.state().records.get(&key).cloned();
            self.step(Fault::TouchWritesOldRecord).await;
            let Some(found) = found else {
                if self.has(Fault::TouchCreates) {
                    let made = Record::new(Revision::from_i64(0), vec![], None, touched, expires);
                    self.put(&mut self.state(), key, made);
                    return Ok(true);
                }
                return Ok(false);
            };
            let is_later = touched > found.touched();
            let (mut touched, mut expires) = (touched, expires);
            let takes_both = self.has(Fault::TouchMovesTogether) && is_later;
            if !self.has(Fault::TouchMovesBack) && !takes_both {
                touched = touched.max(found.touched());
                expires = expires.max(found.expires());
            }
            if self.has(Fault::TouchInHalves) {
                let half = found.clone().touched_at(touched, 0);
                self.put(&mut self.state(), key, half);
                yield_now().await;
            }
            let changes = i64::from(self.has(Fault::TouchChangesRevision));
            let record = Record::new(
                Revision::from_i64(found.revision().to_i64() ^ changes),
                found.data().to_vec(),
                found.principal().copied(),
                touched,
                expires,
            );
            if self.has(Fault::ListIsStale) {
                self.state().records.insert(key, record);
            } else {
                self.put(&mut self.state(), key, record);
            }
            Ok(true)
        })
    }

    fn delete<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(async move {
            let key = self.key(key);
            let expected = expected.filter(|_| !self.has(Fault::DeleteIgnoresRevision));
            let found = self.state().records.get(&key).map(without_data);
            if let Some(half) = found.filter(|_| self.has(Fault::DeleteInHalves)) {
                self.put(&mut self.state(), key, half);
                yield_now().await;
            }
            let mut state = self.state();
            let fits = state.fits(&key, expected);
            if fits == Saved::Done && self.has(Fault::DeleteLeavesTombstone) {
                let left = Record::new(Revision::from_i64(0), vec![], None, 0, u64::MAX);
                self.put(&mut state, key, left);
            } else if fits == Saved::Done && self.has(Fault::DeleteTakesNeighbours) {
                *state = State::default();
            } else if fits == Saved::Done {
                self.remove(&mut state, &key);
            } else if fits == Saved::Gone && self.has(Fault::DeleteOfNothingIsDone) {
                return Ok(Saved::Done);
            }
            Ok(fits)
        })
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
}

/// A record of which only a part was written.
fn without_data(record: &Record) -> Record {
    Record::new(
        record.revision(),
        vec![],
        record.principal().copied(),
        record.touched(),
        record.expires(),
    )
}
