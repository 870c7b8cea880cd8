//! Sweeps a store from time to time.

use std::{
    sync::{
        Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::within;
use crate::registry::Entry;

/// Starts at the first use of a store, where there is a runtime for sure, and once.
pub(crate) struct Sweeper {
    every: Option<Duration>,
    started: AtomicBool,
}

impl Sweeper {
    pub(crate) const fn new(every: Option<Duration>) -> Self {
        Self {
            every,
            started: AtomicBool::new(false),
        }
    }

    /// Starts sweeping, unless it has, or there is nothing to sweep.
    pub(crate) fn start(&self, entry: impl FnOnce() -> Weak<Entry>) {
        if self.started.load(Ordering::Relaxed) || self.started.swap(true, Ordering::Relaxed) {
            return;
        }
        if let (Some(every), Ok(runtime)) = (self.every, tokio::runtime::Handle::try_current()) {
            runtime.spawn(sweep_every(every, entry()));
        }
    }
}

/// Ends with the registry. A sweep that fails is followed by the next.
async fn sweep_every(every: Duration, entry: Weak<Entry>) {
    loop {
        tokio::time::sleep(every).await;
        let Some(entry) = entry.upgrade() else { return };
        let Some(sweep) = entry.sweep() else {
            return;
        };
        // Nobody waits for it: it may take as long as the pause.
        if let Err(error) = within(every, sweep.sweep(entry.now())).await {
            entry.store_failed(&error);
        }
    }
}
