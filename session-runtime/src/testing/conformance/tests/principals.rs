//! The index of principals of the plain store.

use tokio::task::yield_now;

use super::{
    fault::Fault,
    plain::{Plain, State},
};
use crate::store::{
    Admitted, PrincipalId, PrincipalIndex, Record, Revision, Saved, SessionKey, SessionLimit,
    StoreFuture,
};

impl Plain {
    fn living(
        &self,
        state: &State,
        principal: &PrincipalId,
        now: u64,
    ) -> Vec<(SessionKey, Record)> {
        let his = state.records.iter().filter(|(_, record)| {
            let lives = record.expires() > now || self.has(Fault::AdmitCountsExpired);
            let is_his = record.principal() == Some(principal) || self.has(Fault::AdmitCountsAll);
            is_his && lives
        });
        let mut his: Vec<_> = his.map(|(key, record)| (*key, record.clone())).collect();
        his.sort_by_key(|(_, record)| {
            if self.has(Fault::AdmitEndsByExpiry) {
                record.expires()
            } else {
                record.touched()
            }
        });
        if self.has(Fault::AdmitEndsNewest) {
            his.reverse();
        }
        his
    }

    /// Whom a new one ends, or that it is refused.
    fn ending(
        &self,
        key: &SessionKey,
        record: &Record,
        limit: SessionLimit,
    ) -> Result<Vec<SessionKey>, Admitted> {
        let Some(principal) = record.principal() else {
            let limits = self.has(Fault::AdmitLimitsNobodys) && limit.refuses();
            return if limits {
                Err(Admitted::Refused)
            } else {
                Ok(vec![])
            };
        };
        let mut others = self.living(&self.state(), principal, record.touched());
        if !self.has(Fault::AdmitCountsItself) {
            others.retain(|(other, _)| other != key);
        }
        let mut over = (others.len() + 1).saturating_sub(limit.max());
        if over > 0 && limit.refuses() && !self.has(Fault::AdmitRefusesNobody) {
            return Err(Admitted::Refused);
        }
        if self.has(Fault::AdmitEndsOne) {
            over = over.min(1);
        }
        Ok(others.into_iter().take(over).map(|(key, _)| key).collect())
    }

    async fn admit(
        &self,
        key: &SessionKey,
        expected: Option<Revision>,
        record: &Record,
        limit: SessionLimit,
    ) -> Admitted {
        let record = self.kept(record);
        if self.has(Fault::AdmitOnlySaves) && expected.is_none() {
            return Admitted::Gone;
        }
        if self.has(Fault::AdmitOnlyCreates) && expected.is_some() {
            return Admitted::Exists;
        }
        let mut ending = None;
        if self.has(Fault::AdmitInTwoSteps) {
            ending = Some(self.ending(key, &record, limit));
            yield_now().await;
        }
        if self.has(Fault::AdmitEndsBeforeItFails)
            && let Ok(ending) = self.ending(key, &record, limit)
        {
            let mut state = self.state();
            for key in &ending {
                self.remove(&mut state, key);
            }
        }
        let fits = self.state().fits(key, expected);
        match (expected, fits) {
            (None, Saved::Done) => return Admitted::Exists,
            (Some(_), Saved::Gone) => return Admitted::Gone,
            (_, Saved::Conflict) => return Admitted::Conflict,
            _ => {}
        }
        match ending.unwrap_or_else(|| self.ending(key, &record, limit)) {
            Err(refused) => refused,
            Ok(ended) => {
                let mut state = self.state();
                for key in &ended {
                    self.remove(&mut state, key);
                }
                self.put(&mut state, *key, record);
                Admitted::Done { ended }
            }
        }
    }
}

impl PrincipalIndex for Plain {
    fn list<'a>(
        &'a self,
        principal: &'a PrincipalId,
    ) -> StoreFuture<'a, Vec<(SessionKey, Record)>> {
        Box::pin(async move {
            let state = self.state();
            let all = self.has(Fault::ListOfAll);
            let mut his = Vec::new();
            for ((whose, key), record) in &state.index {
                if all || whose == principal {
                    his.push((*key, record.clone()));
                }
            }
            Ok(his)
        })
    }

    fn delete_all<'a>(
        &'a self,
        principal: &'a PrincipalId,
        except: Option<&'a SessionKey>,
    ) -> StoreFuture<'a, Vec<SessionKey>> {
        Box::pin(async move {
            let mut his: Vec<_> = self.list(principal).await?;
            self.step(Fault::DeleteAllInTwoSteps).await;
            self.step(Fault::DeleteAllClearsIndex).await;
            if self.has(Fault::DeleteAllInTwoSteps) {
                // Only what has the revision that was read: a save between the two is spared.
                let state = self.state();
                his.retain(|(key, record)| state.fits(key, Some(record.revision())) == Saved::Done);
            }
            let mut named: Vec<_> = his.into_iter().map(|(key, _)| key).collect();
            if !self.has(Fault::DeleteAllIgnoresExcept) {
                named.retain(|key| Some(key) != except);
            }
            let mut state = self.state();
            for key in &named {
                self.remove(&mut state, key);
            }
            if self.has(Fault::DeleteAllClearsIndex) {
                state.index.retain(|(whose, _), _| whose != principal);
            }
            if self.has(Fault::DeleteAllTakesNobodys) {
                state
                    .records
                    .retain(|_, record| record.principal().is_some());
            }
            if self.has(Fault::DeleteAllNamesExcept) {
                named.extend(except);
            }
            Ok(named)
        })
    }

    fn admit<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
        record: &'a Record,
        limit: SessionLimit,
    ) -> StoreFuture<'a, Admitted> {
        Box::pin(async move { Ok(self.admit(&self.key(key), expected, record, limit).await) })
    }
}
