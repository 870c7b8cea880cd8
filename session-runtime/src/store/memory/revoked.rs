//! Revoked sessions and begun epochs, and when each may be forgotten.

use std::{collections::BTreeSet, iter};

use super::{
    index::{Index, Name},
    slots::Slots,
    sync::{PoisonError, RwLock, RwLockWriteGuard},
};
use crate::store::{PrincipalId, SessionKey, Standing, StoreError, StoreErrorKind};

/// How many of each kind are forgotten in one go: so few that a request which waits for the lock
/// need not sleep. It would wake up too late for every gap of a sweep.
const SWEPT_AT_ONCE: u64 = 4;

/// Under one lock, so that one look at it tells of both.
pub(super) struct Revoked(RwLock<Both>);

struct Both {
    /// By their keys. That they are there says it all.
    sessions: Remembered,
    /// By principal.
    epochs: Remembered,
}

impl Revoked {
    /// For as many sessions, and as many principals. One that was forgotten for another would come
    /// back, so that beyond them there is no room.
    pub(super) fn new(most: usize) -> Self {
        Self(RwLock::new(Both {
            sessions: Remembered::new(most),
            epochs: Remembered::new(most),
        }))
    }

    pub(super) fn revoke(&self, key: &SessionKey, until: u64) -> Result<(), StoreError> {
        self.write().sessions.set(key.as_bytes(), 0, until)
    }

    pub(super) fn advance_epoch(
        &self,
        principal: &PrincipalId,
        at_least: u64,
        until: u64,
    ) -> Result<u64, StoreError> {
        let epochs = &mut self.write().epochs;
        let current = epochs.get(principal.as_bytes()).unwrap_or_default();
        let epoch = at_least.max(current.saturating_add(1));
        epochs.set(principal.as_bytes(), epoch, until)?;
        Ok(epoch)
    }

    pub(super) fn standing(
        &self,
        key: Option<&SessionKey>,
        principal: Option<&PrincipalId>,
    ) -> Standing {
        let both = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Standing {
            is_revoked: key.is_some_and(|key| both.sessions.get(key.as_bytes()).is_some()),
            epoch: principal
                .and_then(|principal| both.epochs.get(principal.as_bytes()))
                .unwrap_or_default(),
        }
    }

    /// Forgets what ended at `now`, a part with each step.
    pub(super) fn sweep(&self, now: u64) -> impl Iterator<Item = u64> {
        iter::from_fn(move || {
            let mut both = self.write();
            let swept = both.sessions.forget_ended(now) + both.epochs.forget_ended(now);
            (swept > 0).then_some(swept)
        })
    }

    fn write(&self) -> RwLockWriteGuard<'_, Both> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Numbers, and until when they are remembered at least.
struct Remembered {
    most: usize,
    entries: Slots<Entry>,
    index: Index,
    by_end: BTreeSet<(u64, u32)>,
}

struct Entry {
    of: Name,
    value: u64,
    until: u64,
}

impl Remembered {
    fn new(most: usize) -> Self {
        Self {
            most,
            entries: Slots::new(),
            index: Index::default(),
            by_end: BTreeSet::new(),
        }
    }

    fn find(&self, of: &Name) -> Option<u32> {
        let is_its = |number| self.entries.get(number).is_some_and(|it| it.of == *of);
        self.index.find(of, is_its)
    }

    fn get(&self, of: &Name) -> Option<u64> {
        let entry = self.entries.get(self.find(of)?)?;
        Some(entry.value)
    }

    fn set(&mut self, of: &Name, value: u64, until: u64) -> Result<(), StoreError> {
        let number = self.find(of);
        if let Some((number, entry)) =
            number.and_then(|number| Some((number, self.entries.get_mut(number)?)))
        {
            entry.value = value;
            if until > entry.until {
                self.by_end.remove(&(entry.until, number));
                entry.until = until;
                self.by_end.insert((until, number));
            }
            return Ok(());
        }
        if self.by_end.len() >= self.most {
            let full = "memory: no room for another revocation";
            return Err(StoreError::new(StoreErrorKind::Full, full));
        }
        let of = *of;
        let number = self.entries.insert(Entry { of, value, until });
        self.index.insert(&of, number);
        self.by_end.insert((until, number));
        Ok(())
    }

    fn forget_ended(&mut self, now: u64) -> u64 {
        let mut forgotten = 0;
        while let Some((until, number)) = self.by_end.first().copied()
            && until <= now
            && forgotten < SWEPT_AT_ONCE
        {
            self.by_end.remove(&(until, number));
            if let Some(entry) = self.entries.remove(number) {
                self.index.remove(&entry.of, number);
            }
            forgotten += 1;
        }
        forgotten
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_a_sweep_has_the_lock_for_a_few() {
        let revoked = Revoked::new(100);
        for number in 0..2 * SWEPT_AT_ONCE {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&number.to_be_bytes());
            revoked.revoke(&SessionKey::from_bytes(hash), 7).unwrap();
            let begun = revoked.advance_epoch(&PrincipalId::from_bytes(hash), 1, 7);
            assert_eq!(begun.unwrap(), 1);
        }
        let steps: Vec<u64> = revoked.sweep(7).collect();
        assert_eq!(steps, [2 * SWEPT_AT_ONCE; 2]);
    }

    #[test]
    fn what_is_said_twice_is_remembered_until_the_later_end() {
        let key = SessionKey::from_bytes([1; 32]);
        let principal = PrincipalId::from_bytes([1; 32]);
        for ends in [[5, 9], [9, 5]] {
            let revoked = Revoked::new(1);
            for (epoch, until) in [1, 2].into_iter().zip(ends) {
                revoked.revoke(&key, until).unwrap();
                assert_eq!(revoked.advance_epoch(&principal, 1, until).unwrap(), epoch);
            }
            let standing = |is_revoked, epoch| Standing { is_revoked, epoch };
            assert_eq!(revoked.sweep(8).count(), 0, "{ends:?}");
            assert_eq!(
                revoked.standing(Some(&key), Some(&principal)),
                standing(true, 2)
            );
            assert_eq!(revoked.sweep(9).sum::<u64>(), 2, "{ends:?}");
            assert_eq!(
                revoked.standing(Some(&key), Some(&principal)),
                standing(false, 0)
            );
            // There is room again.
            revoked.revoke(&SessionKey::from_bytes([2; 32]), 9).unwrap();
            assert!(revoked.revoke(&key, 9).is_err());
        }
    }

    #[test]
    fn what_is_forgotten_leaves_nothing_behind() {
        let mut remembered = Remembered::new(1);
        for number in 0..100 {
            remembered.set(&[number; 32], 0, u64::from(number)).unwrap();
            assert_eq!(remembered.forget_ended(u64::from(number)), 1);
        }
        assert_eq!(remembered.index.len(), 0);
        assert!(remembered.by_end.is_empty());
        assert_eq!(
            remembered.entries.insert(Entry {
                of: [0; 32],
                value: 0,
                until: 0
            }),
            0
        );
    }
}
