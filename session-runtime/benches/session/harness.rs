//! Runs all cases in turns: what slows the machine for a while slows each of them.

use std::time::Duration;

use crate::{batch::Batch, sample::Samples};

/// Odd, so that the median is one of the samples.
const ROUNDS: usize = 201;
/// Long enough for the clock, short enough that a case and its baseline meet the same machine.
const BATCH: Duration = Duration::from_micros(500);

/// How much to run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    Measure,
    Try,
}

/// Cases that are compared with each other.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) cases: Vec<Case>,
}

/// An operation to measure.
pub(crate) struct Case {
    pub(crate) name: String,
    /// The case of its group that it is compared with.
    pub(crate) baseline: Option<String>,
    pub(crate) budget: Option<Budget>,
    /// Nanoseconds of one operation, round by round.
    pub(crate) samples: Samples,
    pub(crate) allocations: f64,
    batch: Batch,
    times: u32,
}

/// What a case may cost.
#[derive(Clone, Copy)]
pub(crate) enum Budget {
    /// Over its baseline.
    Over { nanoseconds: f64, allocations: f64 },
    /// By itself.
    Whole { nanoseconds: f64 },
}

impl Case {
    pub(crate) fn new(name: impl Into<String>, batch: Batch) -> Self {
        Self {
            name: name.into(),
            baseline: None,
            budget: None,
            samples: Samples::default(),
            allocations: f64::NAN,
            batch,
            times: 1,
        }
    }

    pub(crate) fn against(mut self, baseline: impl Into<String>) -> Self {
        self.baseline = Some(baseline.into());
        self
    }

    pub(crate) const fn within(mut self, budget: Budget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Finds how many operations fill a batch.
    fn calibrate(&mut self) {
        while self.batch.time(self.times) < BATCH {
            self.times *= 2;
        }
    }

    fn sample(&mut self) {
        let time = self.batch.time(self.times);
        self.samples
            .push(time.as_secs_f64() * 1e9 / f64::from(self.times));
    }
}

/// Fills the samples of every case.
pub(crate) fn run(groups: &mut [Group], effort: Effort) {
    let mut cases: Vec<_> = groups
        .iter_mut()
        .flat_map(|group| &mut group.cases)
        .collect();
    if cases.is_empty() {
        return;
    }
    for case in &mut cases {
        case.allocations = case.batch.allocations();
        if effort == Effort::Measure {
            case.calibrate();
        }
    }
    let rounds = if effort == Effort::Measure { ROUNDS } else { 1 };
    for _ in 0..rounds {
        // Another order each round, so that no case always runs behind the same one.
        cases.rotate_left(1);
        for case in &mut cases {
            case.sample();
        }
    }
}
