//! The time, for what the shop itself reckons with: that of the system, or the one a test holds,
//! which is also the sessions'.

use std::time::{Duration, SystemTime};

use session_runtime::testing::HeldClock;

#[derive(Clone)]
pub(crate) struct Now(Option<HeldClock>);

impl Now {
    pub(crate) const fn new(clock: Option<HeldClock>) -> Self {
        Self(clock)
    }

    pub(crate) fn time(&self) -> SystemTime {
        self.0.as_ref().map_or_else(SystemTime::now, HeldClock::now)
    }

    pub(crate) fn since(&self, time: SystemTime) -> Duration {
        self.time().duration_since(time).unwrap_or_default()
    }
}
