//! Revoked sessions and begun epochs, and when each may be forgotten.

use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    iter,
};

use super::sync::{PoisonError, RwLock, RwLockWriteGuard};
use crate::store::{PrincipalId, SessionKey, Standing, StoreError, StoreErrorKind};

/// How many of each kind are forgotten in one go: so few that a request which waits for the lock
/// need not sleep. It would wake up too late for every gap of a sweep.
const SWEPT_AT_ONCE: usize = 4;

/// Under one lock, so that one look at it tells of both.
pub(super) struct Revoked(RwLock<Both>);

struct Both {
    sessions: Remembered<SessionKey, ()>,
    epochs: Remembered<PrincipalId, u64>,
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
        self.write().sessions.set(key, (), until)
    }

    pub(super) fn advance_epoch(
        &self,
        principal: &PrincipalId,
        at_least: u64,
        until: u64,
    ) -> Result<u64, StoreError> {
        let epochs = &mut self.write().epochs;
        let current = epochs.get(principal).copied().unwrap_or_default();
        let epoch = at_least.max(current.saturating_add(1));
        epochs.set(principal, epoch, until)?;
        Ok(epoch)
    }

    pub(super) fn standing(
        &self,
        key: Option<&SessionKey>,
        principal: Option<&PrincipalId>,
    ) -> Standing {
        let both = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Standing {
            is_revoked: key.is_some_and(|key| both.sessions.get(key).is_some()),
            epoch: principal
                .and_then(|principal| both.epochs.get(principal).copied())
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

/// Values and until when they are remembered at least.
struct Remembered<K, V> {
    most: usize,
    values: HashMap<K, (V, u64)>,
    by_end: BTreeSet<(u64, K)>,
}

impl<K: Copy + Eq + Ord + Hash, V> Remembered<K, V> {
    fn new(most: usize) -> Self {
        Self {
            most,
            values: HashMap::new(),
            by_end: BTreeSet::new(),
        }
    }

    fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key).map(|(value, _)| value)
    }

    fn set(&mut self, key: &K, value: V, until: u64) -> Result<(), StoreError> {
        let old = self.values.get(key).map(|(_, until)| *until);
        if old.is_none() && self.values.len() >= self.most {
            let full = "memory: no room for another revocation";
            return Err(StoreError::new(StoreErrorKind::Full, full));
        }
        if let Some(old) = old {
            self.by_end.remove(&(old, *key));
        }
        let until = until.max(old.unwrap_or_default());
        self.by_end.insert((until, *key));
        self.values.insert(*key, (value, until));
        Ok(())
    }

    fn forget_ended(&mut self, now: u64) -> u64 {
        let ended = self.by_end.iter().take_while(|(until, _)| *until <= now);
        let ended: Vec<(u64, K)> = ended.take(SWEPT_AT_ONCE).copied().collect();
        for (until, key) in &ended {
            self.by_end.remove(&(*until, *key));
            self.values.remove(key);
        }
        ended.len() as u64
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
            hash[..8].copy_from_slice(&(number as u64).to_be_bytes());
            revoked.revoke(&SessionKey::from_bytes(hash), 7).unwrap();
            let begun = revoked.advance_epoch(&PrincipalId::from_bytes(hash), 1, 7);
            assert_eq!(begun.unwrap(), 1);
        }
        let steps: Vec<u64> = revoked.sweep(7).collect();
        assert_eq!(steps, [2 * SWEPT_AT_ONCE as u64; 2]);
    }
}
