//! What is done to the sessions of one principal: all locks are held, so that it is one step.

use super::shards::{All, Shards};
use crate::store::{
    Admitted, Created, PrincipalId, Record, Revision, Saved, SessionKey, SessionLimit, StoreError,
};

impl Shards {
    pub(super) fn list(&self, principal: &PrincipalId) -> Vec<(SessionKey, Record)> {
        let all = self.lock_all();
        let records = all.shards.iter().flat_map(|shard| {
            let numbers = shard.numbers_of(principal);
            numbers.filter_map(|number| Some((*shard.key(number)?, shard.record(number)?)))
        });
        records.collect()
    }

    pub(super) fn delete_all(
        &self,
        principal: &PrincipalId,
        except: Option<&SessionKey>,
    ) -> Vec<SessionKey> {
        let mut all = self.lock_all();
        let mut keys = all.keys_of(principal);
        keys.retain(|key| Some(key) != except);
        for key in &keys {
            all.remove(key);
        }
        keys
    }

    pub(super) fn admit(
        &self,
        key: &SessionKey,
        expected: Option<Revision>,
        record: &Record,
        limit: SessionLimit,
    ) -> Result<Admitted, StoreError> {
        let Some(principal) = record.principal() else {
            return self.write(key, expected, record);
        };
        let mut all = self.lock_all();
        let shard = all.of(key);
        match (expected, shard.fits(shard.find(key), expected)) {
            (None, Saved::Gone) | (Some(_), Saved::Done) => {}
            (None, _) => return Ok(Admitted::Exists),
            (Some(_), Saved::Conflict) => return Ok(Admitted::Conflict),
            (Some(_), Saved::Gone) => return Ok(Admitted::Gone),
        }
        let mut others = all.living(principal, record.touched());
        others.retain(|(_, other)| other != key);
        let over = (others.len() + 1).saturating_sub(limit.max());
        if over > 0 && limit.refuses() {
            return Ok(Admitted::Refused);
        }
        others.sort_unstable();
        let ended: Vec<SessionKey> = others.into_iter().take(over).map(|(_, key)| key).collect();
        all.put(key, record, &ended)?;
        Ok(Admitted::Done { ended })
    }

    fn write(
        &self,
        key: &SessionKey,
        expected: Option<Revision>,
        record: &Record,
    ) -> Result<Admitted, StoreError> {
        let done = Admitted::Done { ended: Vec::new() };
        let Some(expected) = expected else {
            return Ok(match self.create(key, record)? {
                Created::Done => done,
                Created::Exists => Admitted::Exists,
            });
        };
        Ok(match self.save(key, expected, record)? {
            Saved::Done => done,
            Saved::Conflict => Admitted::Conflict,
            Saved::Gone => Admitted::Gone,
        })
    }
}

impl All<'_> {
    fn keys_of(&self, principal: &PrincipalId) -> Vec<SessionKey> {
        let keys = self.shards.iter().flat_map(|shard| {
            let numbers = shard.numbers_of(principal);
            numbers.filter_map(|number| shard.key(number).copied())
        });
        keys.collect()
    }

    /// The records of `principal` that live at `now`, with their last use.
    fn living(&self, principal: &PrincipalId, now: u64) -> Vec<(u64, SessionKey)> {
        let living = self.shards.iter().flat_map(|shard| {
            let numbers = shard.numbers_of(principal);
            numbers
                .filter_map(move |number| Some((shard.last_use(number, now)?, *shard.key(number)?)))
        });
        living.collect()
    }
}
