//! Waiting for the lock on a file, of which there is one for all processes.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::problem::{Outcome, Problem};

/// How often to try. SQLite's own waits grow to 100 ms, in which a process that is busy takes the
/// lock many times; and for some locks it does not wait at all.
const POLL: Duration = Duration::from_millis(1);

/// Tries until nobody else has the lock, for `patience` and as long as it `is_wanted`.
pub(super) fn take<V>(
    patience: Duration,
    mut attempt: impl FnMut() -> Outcome<V>,
    mut is_wanted: impl FnMut() -> bool,
) -> Outcome<V> {
    let since = Instant::now();
    loop {
        match attempt() {
            Err(problem) if problem.is_busy() => {}
            done => return done,
        }
        if since.elapsed() >= patience || !is_wanted() {
            return Err(Problem::Locked(patience));
        }
        thread::sleep(POLL);
    }
}
