//! What goes when the store is full: what has expired, then the sessions of nobody.

use std::iter;

use super::{
    room::{Room, Space},
    shards::All,
};
use crate::store::{Record, SessionKey, StoreError};

impl All<'_> {
    /// Puts a record in place of `ending` and of what has its key, and makes room for it. If none
    /// can be made, nothing has changed.
    pub(super) fn put(
        &mut self,
        key: &SessionKey,
        record: &Record,
        ending: &[SessionKey],
    ) -> Result<(), StoreError> {
        let new = Space::of(record.data().len());
        let leaving = ending.iter().chain([key]);
        let free = leaving.map(|key| self.of(key).space(key));
        let free = free.fold(Space::default(), Space::plus);
        let missing = self.room.missing(new).minus(free);
        let going = self.going(missing, record.touched(), key, ending);
        let going = going.ok_or_else(Room::full)?;
        for key in going.iter().chain(ending).chain([key]) {
            let given = self.of_mut(key).remove(key);
            self.room.give(given);
        }
        self.room.take_held(new);
        self.of_mut(key).put(key, record);
        Ok(())
    }

    /// What to remove so that `missing` is there, beside what goes anyway. `None`: it is too little.
    fn going(
        &self,
        missing: Space,
        now: u64,
        key: &SessionKey,
        ending: &[SessionKey],
    ) -> Option<Vec<SessionKey>> {
        let mut left = missing;
        let mut going = Vec::new();
        let ended = self.shards.iter().flat_map(|shard| shard.ended(now));
        for candidate in ended.copied().chain(self.anonymous(now)) {
            if left.is_nothing() {
                break;
            }
            if candidate != *key && !ending.contains(&candidate) {
                left = left.minus(self.of(&candidate).space(&candidate));
                going.push(candidate);
            }
        }
        left.is_nothing().then_some(going)
    }

    /// Living records without a principal, the one first that was not used for longest.
    fn anonymous(&self, now: u64) -> impl Iterator<Item = SessionKey> {
        let shards = self
            .shards
            .iter()
            .map(|shard| shard.anonymous(now).peekable());
        let mut shards: Vec<_> = shards.collect();
        iter::from_fn(move || {
            let firsts = shards.iter_mut().enumerate();
            let firsts = firsts.filter_map(|(shard, order)| Some((*order.peek()?, shard)));
            let (_, shard) = firsts.min()?;
            let (_, key) = shards.get_mut(shard)?.next()?;
            Some(key)
        })
    }
}
