//! A part of the records, in every order in which they are asked for.

use std::collections::{BTreeSet, HashMap};

use super::room::Space;
use crate::store::{PrincipalId, Record, Revision, Saved, SessionKey};

/// Records, and the orders they are found in. They change together or not at all.
///
/// The map hashes with the standard library's seeded hash although keys are hashes already: who
/// sends cookies can choose among hashes, and a store's user may use keys of his own.
#[derive(Default)]
pub(super) struct Shard {
    records: HashMap<SessionKey, Entry>,
    orders: Orders,
}

struct Entry {
    revision: Revision,
    data: Box<[u8]>,
    principal: Option<PrincipalId>,
    touched: u64,
    expires: u64,
}

#[derive(Default)]
struct Orders {
    /// Of records with a principal: whose they are.
    owned: BTreeSet<(PrincipalId, SessionKey)>,
    /// Of records without: when they were last used.
    anonymous: BTreeSet<(u64, SessionKey)>,
    ends: BTreeSet<(u64, SessionKey)>,
}

impl Shard {
    pub(super) fn load(&self, key: &SessionKey) -> Option<Record> {
        self.records.get(key).map(Entry::record)
    }

    pub(super) fn has(&self, key: &SessionKey) -> bool {
        self.records.contains_key(key)
    }

    /// What a record takes; nothing, if there is none.
    pub(super) fn space(&self, key: &SessionKey) -> Space {
        let entry = self.records.get(key);
        entry.map_or_else(Space::default, Entry::space)
    }

    /// What becomes of a change of `key` over `expected`, or over any revision.
    pub(super) fn fits(&self, key: &SessionKey, expected: Option<Revision>) -> Saved {
        match (self.records.get(key), expected) {
            (None, _) => Saved::Gone,
            (Some(entry), Some(expected)) if entry.revision != expected => Saved::Conflict,
            _ => Saved::Done,
        }
    }

    pub(super) fn put(&mut self, key: &SessionKey, record: &Record) {
        self.remove(key);
        let entry = Entry::new(record);
        self.orders.add(key, &entry);
        self.records.insert(*key, entry);
    }

    pub(super) fn touch(&mut self, key: &SessionKey, touched: u64, expires: u64) -> bool {
        let Some(entry) = self.records.get_mut(key) else {
            return false;
        };
        if touched > entry.touched || expires > entry.expires {
            self.orders.remove(key, entry);
            entry.touched = entry.touched.max(touched);
            entry.expires = entry.expires.max(expires);
            self.orders.add(key, entry);
        }
        true
    }

    /// Removes a record and returns the space it took.
    pub(super) fn remove(&mut self, key: &SessionKey) -> Space {
        let Some(entry) = self.records.remove(key) else {
            return Space::default();
        };
        self.orders.remove(key, &entry);
        entry.space()
    }

    /// Removes at most `most` records that have ended at `now`, and returns the space they took.
    pub(super) fn remove_ended(
        &mut self,
        now: u64,
        most: usize,
        except: Option<&SessionKey>,
    ) -> Space {
        let ended = self.ended(now).filter(|key| Some(*key) != except);
        let ended: Vec<SessionKey> = ended.take(most).copied().collect();
        let spaces = ended.iter().map(|key| self.remove(key));
        spaces.fold(Space::default(), Space::plus)
    }

    /// What has ended at `now`.
    pub(super) fn ended(&self, now: u64) -> impl Iterator<Item = &SessionKey> {
        let ends = self.orders.ends.iter();
        let ended = ends.take_while(move |(end, _)| *end <= now);
        ended.map(|(_, key)| key)
    }

    /// Records without a principal that live at `now`, and when they were last used, in that order.
    pub(super) fn anonymous(&self, now: u64) -> impl Iterator<Item = (u64, SessionKey)> {
        let anonymous = self.orders.anonymous.iter().copied();
        anonymous.filter(move |(_, key)| self.last_use(key, now).is_some())
    }

    pub(super) fn keys_of(&self, principal: &PrincipalId) -> impl Iterator<Item = &SessionKey> {
        let first = (*principal, SessionKey::from_bytes([0; 32]));
        let last = (*principal, SessionKey::from_bytes([u8::MAX; 32]));
        let his = self.orders.owned.range(first..=last);
        his.map(|(_, key)| key)
    }

    /// When a record was last used, if it lives at `now`.
    pub(super) fn last_use(&self, key: &SessionKey, now: u64) -> Option<u64> {
        let entry = self.records.get(key)?;
        (entry.expires > now).then_some(entry.touched)
    }
}

impl Entry {
    fn new(record: &Record) -> Self {
        Self {
            revision: record.revision(),
            data: record.data().into(),
            principal: record.principal().copied(),
            touched: record.touched(),
            expires: record.expires(),
        }
    }

    fn record(&self) -> Record {
        Record::new(
            self.revision,
            self.data.to_vec(),
            self.principal,
            self.touched,
            self.expires,
        )
    }

    const fn space(&self) -> Space {
        Space::of(self.data.len())
    }
}

impl Orders {
    fn add(&mut self, key: &SessionKey, entry: &Entry) {
        self.ends.insert((entry.expires, *key));
        match entry.principal {
            Some(principal) => self.owned.insert((principal, *key)),
            None => self.anonymous.insert((entry.touched, *key)),
        };
    }

    fn remove(&mut self, key: &SessionKey, entry: &Entry) {
        self.ends.remove(&(entry.expires, *key));
        match entry.principal {
            Some(principal) => self.owned.remove(&(principal, *key)),
            None => self.anonymous.remove(&(entry.touched, *key)),
        };
    }
}
