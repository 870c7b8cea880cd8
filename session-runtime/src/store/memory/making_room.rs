//! What goes when the store is full: what has expired, then the sessions of nobody.

use std::iter;

use super::{
    room::{Room, Space},
    shard::Shard,
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
        let free = leaving.map(|key| self.of(key).space(self.of(key).find(key)));
        let free = free.fold(Space::default(), Space::plus);
        let missing = self.room.missing(new).minus(free);
        if !missing.is_nothing() {
            for shard in &mut self.shards {
                shard.put_in_order(record.touched());
            }
        }
        let going = self.going(missing, record.touched(), key, ending);
        let going = going.ok_or_else(Room::full)?;
        for key in going.iter().chain(ending).chain([key]) {
            self.remove(key);
        }
        self.room.take_held(new);
        self.of_mut(key).put(key, None, record);
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
        let shards = self.shards.iter();
        let ended = shards.flat_map(|shard| shard.ended(now).map(move |number| (&**shard, number)));
        for (shard, number) in ended.chain(self.anonymous(now)) {
            if left.is_nothing() {
                break;
            }
            let Some(candidate) = shard.key(number) else {
                continue;
            };
            if candidate != key && !ending.contains(candidate) {
                left = left.minus(shard.space(Some(number)));
                going.push(*candidate);
            }
        }
        left.is_nothing().then_some(going)
    }

    /// Living records without a principal, the one first that was not used for longest.
    fn anonymous(&self, now: u64) -> impl Iterator<Item = (&Shard, u32)> {
        let shards = self.shards.iter().map(|shard| {
            let order = shard.anonymous(now).peekable();
            (&**shard, order)
        });
        let mut shards: Vec<_> = shards.collect();
        iter::from_fn(move || {
            let firsts = shards.iter_mut().enumerate();
            let firsts = firsts.filter_map(|(at, (_, order))| Some((order.peek()?.0, at)));
            let (_, at) = firsts.min()?;
            let (shard, order) = shards.get_mut(at)?;
            let (_, number) = order.next()?;
            Some((*shard, number))
        })
    }
}
