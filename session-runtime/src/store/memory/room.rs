//! How much of what the store may hold is taken.

use super::sync::{AtomicUsize, Ordering};
use crate::store::{StoreError, StoreErrorKind};

/// What a cookie holds. Sessions that do not fit there have neighbours that would.
const BYTES_PER_SESSION: usize = 4096;

/// A number of sessions, and of bytes in their data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Space {
    pub(super) sessions: usize,
    pub(super) bytes: usize,
}

impl Space {
    pub(super) const fn of(bytes: usize) -> Self {
        Self { sessions: 1, bytes }
    }

    pub(super) const fn plus(self, other: Self) -> Self {
        Self {
            sessions: self.sessions + other.sessions,
            bytes: self.bytes + other.bytes,
        }
    }

    /// What is left of it after `other`, at least nothing.
    pub(super) const fn minus(self, other: Self) -> Self {
        Self {
            sessions: self.sessions.saturating_sub(other.sessions),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }

    pub(super) fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// The space of all shards. It changes only under a shard's lock, together with what it counts: who
/// holds all locks reads what is so.
#[derive(Debug)]
pub(super) struct Room {
    max: Space,
    sessions: AtomicUsize,
    bytes: AtomicUsize,
}

impl Room {
    pub(super) fn new(sessions: usize) -> Self {
        let bytes = sessions.saturating_mul(BYTES_PER_SESSION);
        Self {
            max: Space { sessions, bytes },
            sessions: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        }
    }

    pub(super) fn taken(&self) -> Space {
        Space {
            sessions: self.sessions.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }

    /// Takes `space` if there is that much.
    pub(super) fn take(&self, space: Space) -> bool {
        if !take(&self.sessions, space.sessions, self.max.sessions) {
            return false;
        }
        let fits = take(&self.bytes, space.bytes, self.max.bytes);
        if !fits {
            give(&self.sessions, space.sessions);
        }
        fits
    }

    /// Takes `space` of which nothing is [missing](Self::missing).
    pub(super) fn take_held(&self, space: Space) {
        self.sessions.fetch_add(space.sessions, Ordering::Relaxed);
        self.bytes.fetch_add(space.bytes, Ordering::Relaxed);
    }

    /// Gives back what was taken.
    pub(super) fn give(&self, space: Space) {
        give(&self.sessions, space.sessions);
        give(&self.bytes, space.bytes);
    }

    /// What others must give before `space` can be taken. For who holds all locks.
    pub(super) fn missing(&self, space: Space) -> Space {
        self.taken().plus(space).minus(self.max)
    }

    pub(super) fn full() -> StoreError {
        StoreError::new(StoreErrorKind::Full, "memory: no room for another session")
    }
}

// The numbers stand for themselves: what they count is published by locks. All threads share them,
// so that who changes nothing leaves them alone.
fn take(taken: &AtomicUsize, more: usize, max: usize) -> bool {
    if more == 0 {
        return true;
    }
    let more = |taken: usize| taken.checked_add(more).filter(|taken| *taken <= max);
    let taken = taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    taken.is_ok()
}

fn give(taken: &AtomicUsize, less: usize) {
    if less > 0 {
        taken.fetch_sub(less, Ordering::Relaxed);
    }
}
