//! A part of the records, in every order in which they are asked for.

use std::{collections::BTreeSet, sync::Arc};

use super::{index::Index, room::Space, slots::Slots};
use crate::store::{PrincipalId, Record, Revision, Saved, SessionKey};

/// Records, and the orders they are found in. They change together or not at all.
///
/// A record has a number here, by which the orders name it: it takes 4 bytes, and a key 32.
pub(super) struct Shard {
    entries: Slots<Entry>,
    index: Index,
    orders: Orders,
}

struct Entry {
    key: SessionKey,
    revision: Revision,
    /// Shared with who has loaded it: a load copies nothing while it has the lock.
    data: Arc<[u8]>,
    principal: Option<PrincipalId>,
    touched: u64,
    expires: u64,
    /// When it is to be looked at: at its end, or at one that it had before it was used again.
    due: u64,
}

#[derive(Default)]
struct Orders {
    /// Of records with a principal: whose they are, by a [part](part_of) of him. That is short, and
    /// each type of set would be compiled for itself, in every application.
    owned: BTreeSet<(u64, u32)>,
    /// Of records without: when they were last used.
    anonymous: BTreeSet<(u64, u32)>,
    /// When each is due. A session in use moves its end with every save, and this order does not
    /// follow: who finds it before its end moves it.
    due: BTreeSet<(u64, u32)>,
}

/// What a look at records that were due came to.
#[derive(Default)]
pub(super) struct Swept {
    pub(super) removed: Space,
    /// How many were looked at.
    pub(super) seen: usize,
}

impl Default for Shard {
    fn default() -> Self {
        Self {
            entries: Slots::new(),
            index: Index::default(),
            orders: Orders::default(),
        }
    }
}

impl Shard {
    /// The number of `key`'s record.
    pub(super) fn find(&self, key: &SessionKey) -> Option<u32> {
        let is_its = |number| self.entries.get(number).is_some_and(|it| it.key == *key);
        self.index.find(key.as_bytes(), is_its)
    }

    pub(super) fn load(&self, key: &SessionKey) -> Option<Record> {
        self.record(self.find(key)?)
    }

    pub(super) fn record(&self, number: u32) -> Option<Record> {
        self.entries.get(number).map(Entry::record)
    }

    pub(super) fn key(&self, number: u32) -> Option<&SessionKey> {
        self.entries.get(number).map(|entry| &entry.key)
    }

    /// What a record takes; nothing, if there is none.
    pub(super) fn space(&self, number: Option<u32>) -> Space {
        let entry = number.and_then(|number| self.entries.get(number));
        entry.map_or_else(Space::default, Entry::space)
    }

    /// What becomes of a change of a record over `expected`, or over any revision.
    pub(super) fn fits(&self, number: Option<u32>, expected: Option<Revision>) -> Saved {
        let entry = number.and_then(|number| self.entries.get(number));
        match (entry, expected) {
            (None, _) => Saved::Gone,
            (Some(entry), Some(expected)) if entry.revision != expected => Saved::Conflict,
            _ => Saved::Done,
        }
    }

    /// Puts a record under its key, in the place of the one that is there.
    pub(super) fn put(&mut self, key: &SessionKey, number: Option<u32>, record: &Record) {
        let Some((number, entry)) =
            number.and_then(|number| Some((number, self.entries.get_mut(number)?)))
        else {
            let entry = Entry::new(key, record);
            let (due, principal, touched) = (entry.due, entry.principal, entry.touched);
            let number = self.entries.insert(entry);
            self.index.insert(key.as_bytes(), number);
            self.orders.due.insert((due, number));
            self.orders.add(number, principal, touched);
            return;
        };
        let new = (record.principal().copied(), record.touched());
        self.orders.follow(number, entry, new);
        if record.expires() < entry.due {
            self.orders.due.remove(&(entry.due, number));
            entry.due = record.expires();
            self.orders.due.insert((entry.due, number));
        }
        entry.replace(record);
    }

    pub(super) fn touch(&mut self, key: &SessionKey, touched: u64, expires: u64) -> bool {
        let Some(number) = self.find(key) else {
            return false;
        };
        let Some(entry) = self.entries.get_mut(number) else {
            return false;
        };
        let touched = entry.touched.max(touched);
        self.orders
            .follow(number, entry, (entry.principal, touched));
        entry.touched = touched;
        entry.expires = entry.expires.max(expires);
        true
    }

    /// Removes a record and returns the space it took.
    pub(super) fn remove(&mut self, number: Option<u32>) -> Space {
        let entry = number.and_then(|number| Some((number, self.entries.remove(number)?)));
        let Some((number, entry)) = entry else {
            return Space::default();
        };
        self.index.remove(entry.key.as_bytes(), number);
        self.orders.due.remove(&(entry.due, number));
        self.orders.remove(number, entry.principal, entry.touched);
        entry.space()
    }

    /// Looks at up to `most` records that are due at `now`, and removes those that have ended.
    pub(super) fn remove_ended(&mut self, now: u64, most: usize, except: Option<u32>) -> Swept {
        let mut swept = Swept::default();
        let first = (0, 0);
        while swept.seen < most {
            let due = self.orders.due.range(first..=(now, u32::MAX));
            let mut due = due.filter(|(_, number)| Some(*number) != except);
            let Some((due, number)) = due.next().copied() else {
                break;
            };
            swept.seen += 1;
            if self.looked_at(due, number, now) {
                swept.removed = swept.removed.plus(self.remove(Some(number)));
            }
        }
        swept
    }

    /// Moves those that are due at `now` and live to where they end, so that only what has ended is
    /// due.
    pub(super) fn put_in_order(&mut self, now: u64) {
        let due = self.orders.due.range((0, 0)..=(now, u32::MAX)).copied();
        let living = due.filter(|(_, number)| self.last_use(*number, now).is_some());
        let living: Vec<(u64, u32)> = living.collect();
        for (due, number) in living {
            self.looked_at(due, number, now);
        }
    }

    /// Whether a record that is due has ended. If not, it is looked at again when it ends.
    fn looked_at(&mut self, due: u64, number: u32, now: u64) -> bool {
        let Some(entry) = self.entries.get_mut(number) else {
            return true;
        };
        if entry.expires <= now {
            return true;
        }
        self.orders.due.remove(&(due, number));
        entry.due = entry.expires;
        self.orders.due.insert((entry.due, number));
        false
    }

    /// What has ended at `now`.
    pub(super) fn ended(&self, now: u64) -> impl Iterator<Item = u32> {
        let due = self.orders.due.range((0, 0)..=(now, u32::MAX));
        let numbers = due.map(|(_, number)| *number);
        numbers.filter(move |number| self.last_use(*number, now).is_none())
    }

    /// Records without a principal that live at `now`, and when they were last used, in that order.
    pub(super) fn anonymous(&self, now: u64) -> impl Iterator<Item = (u64, u32)> {
        let anonymous = self.orders.anonymous.iter().copied();
        anonymous.filter(move |(_, number)| self.last_use(*number, now).is_some())
    }

    pub(super) fn numbers_of(&self, principal: &PrincipalId) -> impl Iterator<Item = u32> {
        let part = part_of(principal);
        let owned = self.orders.owned.range((part, 0)..=(part, u32::MAX));
        let numbers = owned.map(|(_, number)| *number);
        numbers.filter(|number| {
            let entry = self.entries.get(*number);
            entry.is_some_and(|entry| entry.principal.as_ref() == Some(principal))
        })
    }

    /// When a record was last used, if it lives at `now`.
    pub(super) fn last_use(&self, number: u32, now: u64) -> Option<u64> {
        let entry = self.entries.get(number)?;
        (entry.expires > now).then_some(entry.touched)
    }
}

impl Entry {
    fn new(key: &SessionKey, record: &Record) -> Self {
        Self {
            key: *key,
            revision: record.revision(),
            data: record.data().into(),
            principal: record.principal().copied(),
            touched: record.touched(),
            expires: record.expires(),
            due: record.expires(),
        }
    }

    fn replace(&mut self, record: &Record) {
        self.revision = record.revision();
        self.data = record.data().into();
        self.principal = record.principal().copied();
        self.touched = record.touched();
        self.expires = record.expires();
    }

    fn record(&self) -> Record {
        Record::shared(
            self.revision,
            Arc::clone(&self.data),
            self.principal,
            self.touched,
            self.expires,
        )
    }

    fn space(&self) -> Space {
        Space::of(self.data.len())
    }
}

impl Orders {
    fn add(&mut self, number: u32, principal: Option<PrincipalId>, touched: u64) {
        match principal {
            Some(principal) => self.owned.insert((part_of(&principal), number)),
            None => self.anonymous.insert((touched, number)),
        };
    }

    fn remove(&mut self, number: u32, principal: Option<PrincipalId>, touched: u64) {
        match principal {
            Some(principal) => self.owned.remove(&(part_of(&principal), number)),
            None => self.anonymous.remove(&(touched, number)),
        };
    }

    /// Moves a record whose principal and last use become `new`.
    fn follow(&mut self, number: u32, old: &Entry, new: (Option<PrincipalId>, u64)) {
        let (principal, touched) = new;
        let is_where_it_was =
            principal == old.principal && (principal.is_some() || touched == old.touched);
        if !is_where_it_was {
            self.remove(number, old.principal, old.touched);
            self.add(number, principal, touched);
        }
    }
}

/// What he is found by, and shares with hardly anybody.
///
/// A quarter of the bytes would do, of a hash. All of them are in it, as a store's user may have ids of
/// his own, which differ in the last ones.
fn part_of(principal: &PrincipalId) -> u64 {
    let (words, _) = principal.as_bytes().as_chunks();
    let words = words.iter().map(|word| u64::from_be_bytes(*word));
    words.fold(0, |part, word| part ^ word)
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;

    fn record_of(principal: PrincipalId) -> Record {
        Record::shared(Revision::from_i64(1), Arc::from([]), Some(principal), 1, 9)
    }

    #[test]
    fn principals_that_were_numbered_share_no_part() {
        let parts = (0..100_u8).map(|number| {
            let mut bytes = [0; 32];
            bytes[31] = number;
            part_of(&PrincipalId::from_bytes(bytes))
        });
        assert_eq!(parts.collect::<BTreeSet<_>>().len(), 100);
    }

    #[test]
    fn principals_that_share_their_part_have_each_their_own() {
        let [one, other] = [0, 8].map(|place| {
            let mut bytes = [0; 32];
            bytes[place] = 7;
            PrincipalId::from_bytes(bytes)
        });
        assert_eq!(part_of(&one), part_of(&other));
        let mut shard = Shard::default();
        for (number, principal) in [one, other, one].into_iter().enumerate() {
            let key = SessionKey::from_bytes([u8::try_from(number).unwrap(); 32]);
            shard.put(&key, None, &record_of(principal));
        }
        let of = |shard: &Shard, principal| shard.numbers_of(principal).collect::<Vec<_>>();
        assert_eq!(
            (of(&shard, &one), of(&shard, &other)),
            (vec![0, 2], vec![1])
        );
        shard.remove(Some(0));
        assert_eq!((of(&shard, &one), of(&shard, &other)), (vec![2], vec![1]));
    }

    #[test]
    fn a_record_that_is_removed_leaves_nothing_behind() {
        let mut shard = Shard::default();
        let principal = PrincipalId::from_bytes([1; 32]);
        for number in 0..100 {
            let key = SessionKey::from_bytes([number; 32]);
            shard.put(&key, None, &record_of(principal));
            shard.remove(shard.find(&key));
        }
        let Orders {
            owned,
            anonymous,
            due,
        } = &shard.orders;
        let left = [shard.index.len(), owned.len(), anonymous.len(), due.len()];
        assert_eq!(left, [0; 4]);
    }
}
