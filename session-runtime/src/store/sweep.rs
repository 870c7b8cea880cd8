//! Removing what has expired.

use super::StoreFuture;

/// Removes records, and revocations, that have expired.
///
/// The library calls it from time to time
/// ([`Config::sweep_every`](crate::Config::sweep_every)), in every process that uses the store, and
/// goes on after a failure.
pub trait Sweep: Send + Sync {
    /// Removes what ended at `now` or before, in Unix milliseconds, in steps that hold nobody else
    /// up for long. Returns how many there were.
    ///
    /// # Errors
    ///
    /// If the store is out of reach.
    fn sweep(&self, now: u64) -> StoreFuture<'_, u64>;
}
