//! Stores that are nearly right.

use std::{collections::HashMap, sync::Mutex};

use session_runtime::store::{
    Admitted, Created, MemoryStore, PrincipalId, PrincipalIndex, Record, Revision, Revocations,
    Saved, SessionKey, SessionLimit, SessionStore, Standing, StoreFuture,
};
use tokio::task::yield_now;

/// What goes wrong when calls meet, and never when they come one after the other; or seldom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    CreateInTwoSteps,
    SaveInTwoSteps,
    SaveUpserts,
    SaveOfTouched,
    TouchLost,
    TouchInTwoSteps,
    DeleteInTwoSteps,
    LoadFromBefore,
    ListInTwoSteps,
    DeleteAllInTwoSteps,
    DeleteAllNamesGone,
    AdmitInTwoSteps,
    EpochInTwoSteps,
    StandingInTwoSteps,
    SavedLater,
}

#[derive(Debug)]
pub(super) struct Broken {
    pub(super) fault: Fault,
    inner: MemoryStore,
    copies: Mutex<HashMap<SessionKey, (usize, Option<Record>)>>,
}

impl Broken {
    pub(super) fn new(fault: Fault) -> Self {
        Self {
            fault,
            inner: MemoryStore::new(),
            copies: Mutex::default(),
        }
    }

    fn index(&self) -> &dyn PrincipalIndex {
        self.inner.principals().unwrap()
    }

    fn revocations(&self) -> &dyn Revocations {
        self.inner.revocations().unwrap()
    }

    /// Puts a record whatever is there.
    async fn put(&self, key: &SessionKey, record: &Record) {
        self.inner.delete(key, None).await.unwrap();
        self.inner.create(key, record).await.unwrap();
    }
}

impl SessionStore for Broken {
    fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created> {
        Box::pin(async move {
            if self.fault == Fault::CreateInTwoSteps {
                let found = self.inner.load(key).await?;
                yield_now().await;
                if found.is_none() {
                    self.put(key, record).await;
                    return Ok(Created::Done);
                }
            }
            self.inner.create(key, record).await
        })
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        Box::pin(async move {
            if self.fault != Fault::LoadFromBefore {
                return self.inner.load(key).await;
            }
            // A copy that is renewed by every second load.
            let found = self.inner.load(key).await?;
            let mut copies = self.copies.lock().unwrap();
            let (loads, copy) = copies.entry(*key).or_insert((0, found.clone()));
            *loads += 1;
            if *loads % 2 == 0 {
                *copy = found;
            }
            Ok(copy.clone())
        })
    }

    fn save<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Revision,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(async move {
            match self.fault {
                Fault::SaveInTwoSteps => {
                    let found = self.inner.load(key).await?;
                    yield_now().await;
                    if found.is_some_and(|found| found.revision() == expected) {
                        self.put(key, record).await;
                        return Ok(Saved::Done);
                    }
                    self.inner.save(key, expected, record).await
                }
                Fault::SaveOfTouched => {
                    let found = self.inner.load(key).await?;
                    yield_now().await;
                    let now = self.inner.load(key).await?;
                    let touched = |record: Option<Record>| record.map(|record| record.touched());
                    if touched(found) != touched(now) {
                        return Ok(Saved::Conflict);
                    }
                    self.inner.save(key, expected, record).await
                }
                Fault::SavedLater => {
                    let found = self.inner.load(key).await?;
                    if found.is_some_and(|found| found.revision() == expected) {
                        let (store, key, record) = (self.inner.clone(), *key, record.clone());
                        tokio::spawn(async move {
                            yield_now().await;
                            store.save(&key, expected, &record).await
                        });
                        return Ok(Saved::Done);
                    }
                    self.inner.save(key, expected, record).await
                }
                _ => {
                    let saved = self.inner.save(key, expected, record).await?;
                    if saved == Saved::Gone && self.fault == Fault::SaveUpserts {
                        self.put(key, record).await;
                        return Ok(Saved::Done);
                    }
                    Ok(saved)
                }
            }
        })
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        touched: u64,
        expires: u64,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            match self.fault {
                Fault::TouchLost => Ok(self.inner.load(key).await?.is_some()),
                Fault::TouchInTwoSteps => {
                    let Some(found) = self.inner.load(key).await? else {
                        return Ok(false);
                    };
                    yield_now().await;
                    self.put(key, &found.touched_at(touched, expires)).await;
                    Ok(true)
                }
                _ => self.inner.touch(key, touched, expires).await,
            }
        })
    }

    fn delete<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(async move {
            if let Some(expected) = expected
                && self.fault == Fault::DeleteInTwoSteps
            {
                let found = self.inner.load(key).await?;
                yield_now().await;
                if found.is_some_and(|found| found.revision() == expected) {
                    return self.inner.delete(key, None).await;
                }
            }
            self.inner.delete(key, expected).await
        })
    }

    fn principals(&self) -> Option<&dyn PrincipalIndex> {
        Some(self)
    }

    fn revocations(&self) -> Option<&dyn Revocations> {
        Some(self)
    }
}

impl PrincipalIndex for Broken {
    fn list<'a>(
        &'a self,
        principal: &'a PrincipalId,
    ) -> StoreFuture<'a, Vec<(SessionKey, Record)>> {
        Box::pin(async move {
            let mut listed = self.index().list(principal).await?;
            if self.fault == Fault::ListInTwoSteps {
                // The keys at one time, the records at another.
                yield_now().await;
                for (key, record) in &mut listed {
                    if let Some(now) = self.inner.load(key).await? {
                        *record = now;
                    }
                }
            }
            Ok(listed)
        })
    }

    fn delete_all<'a>(
        &'a self,
        principal: &'a PrincipalId,
        except: Option<&'a SessionKey>,
    ) -> StoreFuture<'a, Vec<SessionKey>> {
        Box::pin(async move {
            if !matches!(
                self.fault,
                Fault::DeleteAllInTwoSteps | Fault::DeleteAllNamesGone
            ) {
                return self.index().delete_all(principal, except).await;
            }
            let listed = self.index().list(principal).await?;
            yield_now().await;
            let mut ended = Vec::new();
            for (key, record) in listed.into_iter().filter(|(key, _)| Some(key) != except) {
                // With its revision, so that a save between the two is spared.
                let deleted = self.inner.delete(&key, Some(record.revision())).await?;
                if deleted == Saved::Done || self.fault == Fault::DeleteAllNamesGone {
                    ended.push(key);
                }
            }
            Ok(ended)
        })
    }

    fn admit<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
        record: &'a Record,
        limit: SessionLimit,
    ) -> StoreFuture<'a, Admitted> {
        Box::pin(async move {
            let Some(principal) = record.principal().copied() else {
                return self.index().admit(key, expected, record, limit).await;
            };
            if self.fault == Fault::AdmitInTwoSteps {
                let others = self.index().list(&principal).await?;
                yield_now().await;
                if others.iter().all(|(other, _)| other == key) {
                    let no_limit = SessionLimit::new(usize::MAX);
                    return self.index().admit(key, expected, record, no_limit).await;
                }
            }
            self.index().admit(key, expected, record, limit).await
        })
    }
}

impl Revocations for Broken {
    fn revoke<'a>(&'a self, key: &'a SessionKey, until: u64) -> StoreFuture<'a, ()> {
        self.revocations().revoke(key, until)
    }

    fn advance_epoch<'a>(
        &'a self,
        principal: &'a PrincipalId,
        at_least: u64,
        until: u64,
    ) -> StoreFuture<'a, u64> {
        Box::pin(async move {
            if self.fault == Fault::EpochInTwoSteps {
                let standing = self.revocations().standing(None, Some(principal)).await?;
                yield_now().await;
                let begun = at_least.max(standing.epoch + 1);
                let revocations = self.revocations();
                revocations.advance_epoch(principal, begun, until).await?;
                return Ok(begun);
            }
            let revocations = self.revocations();
            revocations.advance_epoch(principal, at_least, until).await
        })
    }

    fn standing<'a>(
        &'a self,
        key: Option<&'a SessionKey>,
        principal: Option<&'a PrincipalId>,
    ) -> StoreFuture<'a, Standing> {
        Box::pin(async move {
            let revocations = self.revocations();
            if self.fault != Fault::StandingInTwoSteps {
                return revocations.standing(key, principal).await;
            }
            let epoch = revocations.standing(None, principal).await?.epoch;
            yield_now().await;
            let is_revoked = revocations.standing(key, None).await?.is_revoked;
            Ok(Standing { is_revoked, epoch })
        })
    }
}
