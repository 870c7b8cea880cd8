//! What was looked up a moment ago.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::store::{PrincipalId, SessionKey, Standing};

/// Sessions that are remembered at once: then all are forgotten, and looked up again.
const MOST: usize = 10_000;

type Who = (SessionKey, Option<PrincipalId>);

/// Standings of sessions, none older than the lag.
pub(super) struct Recent {
    /// Milliseconds.
    lag: u64,
    known: Mutex<HashMap<Who, (Standing, u64)>>,
}

impl Recent {
    pub(super) fn new(lag: u64) -> Self {
        Self {
            lag,
            known: Mutex::new(HashMap::new()),
        }
    }

    pub(super) fn get(
        &self,
        key: &SessionKey,
        principal: Option<PrincipalId>,
        now: u64,
    ) -> Option<Standing> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (standing, at) = known.get(&(*key, principal))?;
        // A clock that went back knows nothing.
        let age = now.checked_sub(*at)?;
        (age < self.lag).then_some(*standing)
    }

    pub(super) fn put(
        &self,
        key: SessionKey,
        principal: Option<PrincipalId>,
        standing: Standing,
        now: u64,
    ) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert((key, principal), (standing, now));
    }

    /// What this process ends is ended in it at once.
    pub(super) fn forget(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SessionKey = SessionKey::from_bytes([1; 32]);

    #[test]
    fn o06_what_is_known_is_never_older_than_the_lag() {
        let recent = Recent::new(1000);
        recent.put(KEY, None, Standing::default(), 5000);
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
    fn memory_is_bounded() {
        let recent = Recent::new(1000);
        for number in 0_u64..20_000 {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&number.to_be_bytes());
            recent.put(SessionKey::from_bytes(bytes), None, Standing::default(), 0);
        }
        assert!(recent.known.lock().unwrap().len() <= MOST);
    }
}
