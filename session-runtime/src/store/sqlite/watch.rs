//! Whether a thread that has nothing left to do watches for a job before it sleeps: where one came soon
//! the last time.

use std::time::{Duration, Instant};

/// How long a thread watches before it sleeps: what a request that has loaded a session takes until it
/// saves it, where the thread that serves it has to be woken for that; about what it takes to be woken.
pub(super) const WATCH: Duration = Duration::from_micros(60);

/// What followed upon jobs of one kind. A save follows upon a load, but upon the save nothing for long
/// where there are few requests.
pub(super) struct After {
    /// Since when a thread that has done such a job finds no other.
    quiet: Option<Instant>,
    /// Whether the last such time was over within [`WATCH`].
    was_short: bool,
}

impl After {
    pub(super) const fn new() -> Self {
        Self {
            quiet: None,
            was_short: true,
        }
    }

    /// A thread has done such a job and finds no other. Whether it is worth to watch for one.
    pub(super) fn begin_quiet(&mut self) -> bool {
        self.quiet = Some(Instant::now());
        self.was_short
    }

    /// A job has come.
    pub(super) fn end_quiet(&mut self) {
        if let Some(since) = self.quiet.take() {
            self.was_short = since.elapsed() < WATCH;
        }
    }

    /// Puts the beginning of the quiet so far into the past.
    #[cfg(test)]
    pub(super) fn age(&mut self, time: Duration) {
        self.quiet = self.quiet.and_then(|since| since.checked_sub(time));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing to do, until a job comes. Whether the thread watches.
    fn quiet(after: &mut After, is_short: bool) -> bool {
        let watches = after.begin_quiet();
        if is_short {
            // A time to come was over at once, however busy the machine.
            after.quiet = after.quiet.map(|since| since + Duration::from_secs(600));
        } else {
            after.age(WATCH);
        }
        after.end_quiet();
        watches
    }

    #[test]
    fn a_thread_watches_after_what_was_followed_soon_the_last_time() {
        let mut after = After::new();
        assert!(quiet(&mut after, false), "at first");
        assert!(!quiet(&mut after, true));
        assert!(quiet(&mut after, true));
    }

    #[test]
    fn a_job_that_comes_to_busy_threads_says_nothing() {
        let mut after = After::new();
        quiet(&mut after, false);
        after.end_quiet();
        assert!(!quiet(&mut after, false));
    }
}
