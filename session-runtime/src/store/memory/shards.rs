//! All shards: what is done to one record, and how all of them are held.

use std::iter;

use super::{
    room::{Room, Space},
    shard::Shard,
    sync::{Mutex, MutexGuard, PoisonError},
};
use crate::store::{Created, Record, Revision, Saved, SessionKey, StoreError};

/// Enough that threads seldom wait for each other, and few enough to take them all.
const SHARDS: usize = if cfg!(shuttle) { 2 } else { 16 };

/// How many expired records a write removes: more than one, so that they get fewer.
const SWEPT_BY_A_WRITE: usize = 2;

/// How many expired records a sweep removes in one go: some tenths of a millisecond.
const SWEPT_AT_ONCE: usize = 256;

pub(super) struct Shards {
    shards: [Mutex<Shard>; SHARDS],
    pub(super) room: Room,
}

impl Shards {
    pub(super) fn new(sessions: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::new(Shard::default())),
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
        if shard.has(key) {
            return Ok(Created::Exists);
        }
        self.sweep_beside(&mut shard, key, record.touched());
        if self.room.take(Space::of(record.data().len())) {
            shard.put(key, record);
            return Ok(Created::Done);
        }
        drop(shard);
        let mut all = self.lock_all();
        if all.of(key).has(key) {
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
        let fits = shard.fits(key, Some(expected));
        if fits != Saved::Done {
            return Ok(fits);
        }
        self.sweep_beside(&mut shard, key, record.touched());
        let (old, new) = (shard.space(key), Space::of(record.data().len()));
        if self.room.take(new.minus(old)) {
            self.room.give(old.minus(new));
            shard.put(key, record);
            return Ok(Saved::Done);
        }
        drop(shard);
        let mut all = self.lock_all();
        let fits = all.of(key).fits(key, Some(expected));
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
        let fits = shard.fits(key, expected);
        if fits == Saved::Done {
            self.room.give(shard.remove(key));
        }
        fits
    }

    /// Removes what has ended at `now`, a part with each step.
    pub(super) fn sweep(&self, now: u64) -> impl Iterator<Item = u64> {
        self.shards.iter().flat_map(move |shard| {
            iter::from_fn(move || {
                let mut shard = lock(shard);
                let swept = shard.remove_ended(now, SWEPT_AT_ONCE, None);
                self.room.give(swept);
                (!swept.is_nothing()).then_some(swept.sessions as u64)
            })
        })
    }

    fn sweep_beside(&self, shard: &mut Shard, key: &SessionKey, now: u64) {
        self.room
            .give(shard.remove_ended(now, SWEPT_BY_A_WRITE, Some(key)));
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
}

/// By the last byte, so that keys somebody made up in order are spread too.
fn number(key: &SessionKey) -> usize {
    let [.., last] = key.as_bytes();
    usize::from(*last) % SHARDS
}

// Under a lock nobody else's code runs, and ours does not panic half-way.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
