//! An operation, run many times while a clock runs or allocations are counted.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// Inputs that are ready before the clock starts.
const CHUNK: u32 = 64;
/// Enough for what happens in some operations only.
const COUNTED: u32 = 1024;

/// Runs an operation so many times, and says for how long.
pub(crate) struct Batch(Box<dyn FnMut(u32) -> Duration>);

impl Batch {
    /// An operation that needs no input of its own.
    pub(crate) fn repeated<O>(mut operation: impl FnMut() -> O + 'static) -> Self {
        Self(Box::new(move |times| {
            let start = Instant::now();
            for _ in 0..times {
                black_box(operation());
            }
            start.elapsed()
        }))
    }

    /// An operation on an input that `prepare` makes while nothing is measured.
    pub(crate) fn prepared<I: 'static, O>(
        mut prepare: impl FnMut() -> I + 'static,
        mut operation: impl FnMut(I) -> O + 'static,
    ) -> Self {
        Self(Box::new(move |times| {
            let mut time = Duration::ZERO;
            let mut left = times;
            while left > 0 {
                let now = left.min(CHUNK);
                let mut inputs = Vec::new();
                allocation_counter::opt_out(|| inputs.extend((0..now).map(|_| prepare())));
                let start = Instant::now();
                for input in inputs {
                    black_box(operation(input));
                }
                time += start.elapsed();
                left -= now;
            }
            time
        }))
    }

    /// How long so many operations take. Opted out of, counting costs a nanosecond an allocation.
    pub(crate) fn time(&mut self, times: u32) -> Duration {
        let mut time = Duration::ZERO;
        allocation_counter::opt_out(|| time = (self.0)(times));
        time
    }

    /// Allocations of one operation; one that grows counts again.
    pub(crate) fn allocations(&mut self) -> f64 {
        let counted = allocation_counter::measure(|| {
            (self.0)(COUNTED);
        });
        #[expect(clippy::cast_precision_loss, reason = "a count far below 2^52")]
        let total = counted.count_total as f64;
        total / f64::from(COUNTED)
    }
}
