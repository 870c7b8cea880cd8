//! The one door for time: whatever compares with «now» asks a [`Clock`].
//!
//! Expiry decides who is signed in, so a test must be able to stand one millisecond before a limit
//! and one after it. Nothing else in the crate may call `SystemTime::now`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// Where the current time comes from: the system, or a clock that a test holds.
///
/// The system unless [`Settings::clock`](crate::Settings::clock) is given another, which tests do, with
/// a [`HeldClock`](crate::testing::HeldClock). Copies of a held clock share their time.
#[derive(Debug, Clone, Default)]
pub struct Clock(Source);

#[derive(Debug, Clone, Default)]
enum Source {
    #[default]
    System,
    /// Unix milliseconds, moved by whoever holds the other end.
    Held(Arc<AtomicU64>),
}

impl Clock {
    /// A clock that stands at `unix_ms` until its owner moves it.
    pub(crate) fn held(unix_ms: Arc<AtomicU64>) -> Self {
        Self(Source::Held(unix_ms))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// A system clock set to an earlier date reads 0. Every cookie then lies in the future and is
    /// refused, which is the safe side.
    pub(crate) fn now_ms(&self) -> u64 {
        match &self.0 {
            Source::System => system_ms(),
            // The value stands alone: no other memory is published through it.
            Source::Held(unix_ms) => unix_ms.load(Ordering::Relaxed),
        }
    }
}

fn system_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_clock_follows_the_system() {
        let before = system_ms();
        let now = Clock::default().now_ms();
        assert!((before..=system_ms()).contains(&now));
        assert!(before > 1_700_000_000_000, "milliseconds, not seconds");
    }

    #[test]
    fn a_held_clock_moves_only_by_hand_and_for_every_copy() {
        let hand = Arc::new(AtomicU64::new(1_790_000_000_123));
        let clock = Clock::held(Arc::clone(&hand));
        let copy = clock.clone();
        assert_eq!(clock.now_ms(), 1_790_000_000_123);
        hand.store(5, Ordering::Relaxed);
        assert_eq!((clock.now_ms(), copy.now_ms()), (5, 5));
    }
}
