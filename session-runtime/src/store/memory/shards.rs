//! All shards: what is done to one record, and how all of them are held.

use std::iter;

use super::{
    room::{Room, Space},
    shard::Shard,
    sync::{Mutex, MutexGuard, PoisonError},
};
use crate::store::{Created, Record, Revision, Saved, SessionKey, StoreError};

/// Enough that threads seldom wait for each other, and few enough to take them all.
const SHARDS: usize = if cfg!(shuttle) { 2 } else { 64 };

/// How many expired records a write looks at: more than one, so that they get fewer.
const SWEPT_BY_A_WRITE: usize = 2;

/// How many a sweep looks at while it has one lock: so few that who waits for it need not sleep.
const SWEPT_AT_ONCE: usize = 4;

pub(super) struct Shards {
    shards: [Apart; SHARDS],
    pub(super) room: Room,
}

/// A shard in lines of the processor's cache that are its own: threads in different shards share
/// nothing.
#[repr(align(128))]
struct Apart(Mutex<Shard>);

impl Shards {
    pub(super) fn new(sessions: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| Apart(Mutex::new(Shard::default()))),
            room: Room::new(sessions),
        }
    }

    pub(super) fn sessions(&self) -> usize {
        self.room.taken().sessions
    }

    pub(super) fn load(&self, key: &SessionKey) -> Option<Record> {
        self.lock(key).load(key)
    }

    pub(super) fn create(&self, key: &SessionKey, record: &Record) -> Result<Created, StoreError> {
        let mut shard = self.lock(key);
        if shard.find(key).is_some() {
            return Ok(Created::Exists);
        }
        self.sweep_beside(&mut shard, None, record.touched());
        if self.room.take(Space::of(record.data().len())) {
            shard.put(key, None, record);
            return Ok(Created::Done);
        }
        drop(shard);
        let mut all = self.lock_all();
        if all.of(key).find(key).is_some() {
            return Ok(Created::Exists);
        }
        all.put(key, record, &[])?;
        Ok(Created::Done)
    }

    pub(super) fn save(
        &self,
        key: &SessionKey,
        expected: Revision,
        record: &Record,
    ) -> Result<Saved, StoreError> {
        let mut shard = self.lock(key);
        let number = shard.find(key);
        let fits = shard.fits(number, Some(expected));
        if fits != Saved::Done {
            return Ok(fits);
        }
        self.sweep_beside(&mut shard, number, record.touched());
        let (old, new) = (shard.space(number), Space::of(record.data().len()));
        if self.room.take(new.minus(old)) {
            self.room.give(old.minus(new));
            shard.put(key, number, record);
            return Ok(Saved::Done);
        }
        drop(shard);
        let mut all = self.lock_all();
        let shard = all.of(key);
        let fits = shard.fits(shard.find(key), Some(expected));
        if fits == Saved::Done {
            all.put(key, record, &[])?;
        }
        Ok(fits)
    }

    pub(super) fn touch(&self, key: &SessionKey, touched: u64, expires: u64) -> bool {
        self.lock(key).touch(key, touched, expires)
    }

    pub(super) fn delete(&self, key: &SessionKey, expected: Option<Revision>) -> Saved {
        let mut shard = self.lock(key);
        let number = shard.find(key);
        let fits = shard.fits(number, expected);
        if fits == Saved::Done {
            self.room.give(shard.remove(number));
        }
        fits
    }

    /// Removes what has ended at `now`, a part with each step.
    ///
    /// A little of every shard in turn: a lock that is taken again as soon as it was given back is
    /// had by nobody else, as who waits for it has to wake up first.
    pub(super) fn sweep(&self, now: u64) -> impl Iterator<Item = u64> {
        iter::from_fn(move || {
            let (mut seen, mut removed) = (0, 0);
            for shard in &self.shards {
                let mut shard = lock(shard);
                let swept = shard.remove_ended(now, SWEPT_AT_ONCE, None);
                self.room.give(swept.removed);
                seen += swept.seen;
                removed += swept.removed.sessions as u64;
            }
            (seen > 0).then_some(removed)
        })
    }

    fn sweep_beside(&self, shard: &mut Shard, own: Option<u32>, now: u64) {
        let swept = shard.remove_ended(now, SWEPT_BY_A_WRITE, own);
        self.room.give(swept.removed);
    }

    fn lock(&self, key: &SessionKey) -> MutexGuard<'_, Shard> {
        #[expect(clippy::indexing_slicing, reason = "a remainder of their number")]
        lock(&self.shards[number(key)])
    }

    /// Takes every lock. Who holds one takes no other except here, and here they are taken in one
    /// order: nobody waits for who waits for him.
    pub(super) fn lock_all(&self) -> All<'_> {
        All {
            shards: self.shards.each_ref().map(lock),
            room: &self.room,
        }
    }
}

/// All shards, locked.
pub(super) struct All<'a> {
    pub(super) shards: [MutexGuard<'a, Shard>; SHARDS],
    pub(super) room: &'a Room,
}

impl All<'_> {
    #[expect(clippy::indexing_slicing, reason = "a remainder of their number")]
    pub(super) fn of(&self, key: &SessionKey) -> &Shard {
        &self.shards[number(key)]
    }

    #[expect(clippy::indexing_slicing, reason = "a remainder of their number")]
    pub(super) fn of_mut(&mut self, key: &SessionKey) -> &mut Shard {
        &mut self.shards[number(key)]
    }

    /// Removes a record, if there is one.
    pub(super) fn remove(&mut self, key: &SessionKey) {
        let shard = self.of_mut(key);
        let given = shard.remove(shard.find(key));
        self.room.give(given);
    }
}

/// By the last byte, so that keys somebody made up in order are spread too.
fn number(key: &SessionKey) -> usize {
    let [.., last] = key.as_bytes();
    usize::from(*last) % SHARDS
}

// Under a lock nobody else's code runs, and ours does not panic half-way.
fn lock(shard: &Apart) -> MutexGuard<'_, Shard> {
    shard.0.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;

    /// Who asks for a record waits for a few others at the most, however many have expired.
    #[test]
    fn a_step_of_a_sweep_has_each_lock_for_a_few_records() {
        let shards = Shards::new(10_000);
        for number in 0..SHARDS * 3 * SWEPT_AT_ONCE {
            let mut key = [0; 32];
            key[24..].copy_from_slice(&(number as u64).to_be_bytes());
            let record = Record::new(Revision::from_i64(1), vec![], None, 1, 2);
            let created = shards.create(&SessionKey::from_bytes(key), &record);
            assert_eq!(created.unwrap(), Created::Done);
        }
        let mut steps = shards.sweep(2);
        for left in (0..3).rev() {
            assert_eq!(steps.next(), Some((SHARDS * SWEPT_AT_ONCE) as u64));
            for shard in &shards.shards {
                assert_eq!(lock(shard).ended(2).count(), left * SWEPT_AT_ONCE);
            }
        }
        assert_eq!(steps.next(), None);
        assert_eq!(shards.sessions(), 0);
    }
}
