//! What is done to the sessions of one principal: all locks are held, so that it is one step.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    shard::Shard,
    shards::{All, Shards},
};
use crate::store::{
    Admitted, Created, PrincipalId, Record, Revision, Saved, SessionKey, SessionLimit, StoreError,
};

impl Shards {
    pub(super) fn list(&self, principal: &PrincipalId) -> Vec<(SessionKey, Record)> {
        let all = self.lock_all();
        let mut list = Vec::new();
        for (shard, number) in all.records_of(principal) {
            list.extend(shard.key(number).copied().zip(shard.record(number)));
        }
        list
    }

    pub(super) fn delete_all(
        &self,
        principal: &PrincipalId,
        except: Option<&SessionKey>,
    ) -> Vec<SessionKey> {
        let mut all = self.lock_all();
        let mut keys = Vec::new();
        for (shard, number) in all.records_of(principal) {
            keys.extend(shard.key(number).filter(|key| Some(*key) != except));
        }
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
        let mut others = all.others(principal, key, record.touched());
        let over = (others.len() + 1).saturating_sub(limit.max());
        if over > 0 && limit.refuses() {
            return Ok(Admitted::Refused);
        }
        let mut ended = Vec::new();
        for _ in 0..over {
            if let Some(Reverse((_, oldest))) = others.pop() {
                ended.push(oldest);
            }
        }
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
    fn records_of(&self, principal: &PrincipalId) -> Vec<(&Shard, u32)> {
        let mut records = Vec::new();
        for shard in &self.shards {
            for number in shard.numbers_of(principal) {
                records.push((&**shard, number));
            }
        }
        records
    }

    /// The records of `principal` that live at `now`, but for one, with their last use: the one comes
    /// first that was not used for longest. A heap, as few of them are wanted, and a sort is
    /// much more code.
    fn others(
        &self,
        principal: &PrincipalId,
        except: &SessionKey,
        now: u64,
    ) -> BinaryHeap<Reverse<(u64, SessionKey)>> {
        let mut others = BinaryHeap::new();
        for (shard, number) in self.records_of(principal) {
            if let Some((last_use, key)) = shard.last_use(number, now).zip(shard.key(number))
                && key != except
            {
                others.push(Reverse((last_use, *key)));
            }
        }
        others
    }
}
