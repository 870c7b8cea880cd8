//! What was looked up a moment ago.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::store::{PrincipalId, SessionKey, Standing};

/// Sessions that are remembered at once: then all are forgotten, and looked up again.
const MOST: usize = 10_000;

type Who = (SessionKey, Option<PrincipalId>);

/// Standings of sessions, none older than the lag.
pub(super) struct Recent {
    /// Milliseconds.
    lag: u64,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    standings: HashMap<Who, (Standing, u64)>,
    /// How often this process has ended something.
    endings: u64,
}

impl Recent {
    pub(super) fn new(lag: u64) -> Self {
        Self {
            lag,
            known: Mutex::default(),
        }
    }

    pub(super) fn get(
        &self,
        key: &SessionKey,
        principal: Option<PrincipalId>,
        now: u64,
    ) -> Option<Standing> {
        let known = self.known();
        let (standing, at) = known.standings.get(&(*key, principal))?;
        // A clock that went back knows nothing.
        let age = now.checked_sub(*at)?;
        (age < self.lag).then_some(*standing)
    }

    /// To be taken before the list is asked, and given to [`put`](Self::put).
    pub(super) fn endings(&self) -> u64 {
        self.known().endings
    }

    /// Remembers an answer, unless this process has ended something since it asked.
    pub(super) fn put(
        &self,
        endings: u64,
        key: SessionKey,
        principal: Option<PrincipalId>,
        standing: Standing,
        now: u64,
    ) {
        let mut known = self.known();
        if known.endings != endings {
            return;
        }
        if known.standings.len() >= MOST {
            known.standings.clear();
        }
        known.standings.insert((key, principal), (standing, now));
    }

    /// What this process ends is ended in it at once.
    pub(super) fn forget(&self) {
        let mut known = self.known();
        known.standings.clear();
        known.endings += 1;
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SessionKey = SessionKey::from_bytes([1; 32]);

    #[test]
    fn o06_what_is_known_is_never_older_than_the_lag() {
        let recent = Recent::new(1000);
        recent.put(0, KEY, None, Standing::default(), 5000);
        assert!(recent.get(&KEY, None, 5999).is_some());
        assert!(recent.get(&KEY, None, 6000).is_none());
        assert!(recent.get(&KEY, None, 4999).is_none());
        assert!(
            recent
                .get(&KEY, Some(PrincipalId::from_bytes([0; 32])), 5000)
                .is_none()
        );
    }

    #[test]
    fn o06_an_answer_from_before_an_end_is_not_remembered() {
        let recent = Recent::new(1000);
        let before = recent.endings();
        recent.forget();
        recent.put(before, KEY, None, Standing::default(), 5000);
        assert!(recent.get(&KEY, None, 5000).is_none());
        recent.put(recent.endings(), KEY, None, Standing::default(), 5000);
        assert!(recent.get(&KEY, None, 5000).is_some());
    }

    #[test]
    fn memory_is_bounded() {
        let recent = Recent::new(1000);
        for number in 0_u64..20_000 {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&number.to_be_bytes());
            let key = SessionKey::from_bytes(bytes);
            recent.put(0, key, None, Standing::default(), 0);
        }
        assert!(recent.known().standings.len() <= MOST);
    }
}
