//! What looks on while something is done: a clock, a count of allocations, or a program outside that
//! counts instructions.

use std::time::{Duration, Instant};

pub(crate) trait Meter {
    /// Runs `section` and adds what it took.
    fn measure(&mut self, section: &mut dyn FnMut());
}

/// Time.
#[derive(Default)]
pub(crate) struct Clock(pub(crate) Duration);

impl Meter for Clock {
    fn measure(&mut self, section: &mut dyn FnMut()) {
        let start = Instant::now();
        section();
        self.0 += start.elapsed();
    }
}

/// Instructions, which callgrind counts from entering [`counted_section`] until leaving it.
pub(crate) struct Outside;

impl Meter for Outside {
    fn measure(&mut self, section: &mut dyn FnMut()) {
        counted_section(section);
    }
}

// Its name is in the arguments of callgrind.
#[inline(never)]
fn counted_section(section: &mut dyn FnMut()) {
    section();
    // Not a tail call, which would leave the function before it is done.
    std::hint::black_box(());
}

/// Allocations; one that grows counts again.
#[cfg(feature = "count")]
#[derive(Default)]
pub(crate) struct Allocations(pub(crate) u64);

#[cfg(feature = "count")]
impl Meter for Allocations {
    fn measure(&mut self, section: &mut dyn FnMut()) {
        self.0 += allocation_counter::measure(section).count_total;
    }
}
