//! A case: something that is done again and again, and what one time of it comes to.

use std::{any::Any, time::Duration};

use crate::{
    Outcome,
    meter::{Clock, Meter},
};

/// Long enough for the clock, short enough that a case and its baseline meet the same machine.
const BATCH: Duration = Duration::from_micros(500);

/// Inputs that are ready before anything is measured.
const CHUNK: u32 = 64;

/// One thing to measure. Its name says under which the table looks for it.
pub(crate) struct Case {
    pub(crate) name: String,
    kind: Kind,
    /// What must run as long as the case.
    keeps: Option<Box<dyn Any>>,
}

enum Kind {
    Repeated { operation: Operation, times: u32 },
    Sampled(Box<dyn FnMut() -> Outcome<f64>>),
}

type Operation = Box<dyn FnMut(u32, &mut dyn Meter)>;

impl Case {
    /// An operation that needs no input of its own.
    pub(crate) fn repeated<O>(
        name: impl Into<String>,
        mut operation: impl FnMut() -> O + 'static,
    ) -> Self {
        Self::of(name, move |times, meter: &mut dyn Meter| {
            meter.measure(&mut || {
                for _ in 0..times {
                    std::hint::black_box(operation());
                }
            });
        })
    }

    /// An operation on an input that `prepare` makes while nothing is measured.
    pub(crate) fn prepared<I: 'static, O>(
        name: impl Into<String>,
        mut prepare: impl FnMut() -> I + 'static,
        mut operation: impl FnMut(I) -> O + 'static,
    ) -> Self {
        Self::of(name, move |times, meter: &mut dyn Meter| {
            let mut left = times;
            while left > 0 {
                let now = left.min(CHUNK);
                let mut inputs: Vec<I> = (0..now).map(|_| prepare()).collect();
                meter.measure(&mut || {
                    for input in inputs.drain(..) {
                        std::hint::black_box(operation(input));
                    }
                });
                left -= now;
            }
        })
    }

    /// Something that measures itself, in nanoseconds unless its name says otherwise.
    pub(crate) fn sampled(
        name: impl Into<String>,
        sample: impl FnMut() -> Outcome<f64> + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            kind: Kind::Sampled(Box::new(sample)),
            keeps: None,
        }
    }

    fn of(name: impl Into<String>, operation: impl FnMut(u32, &mut dyn Meter) + 'static) -> Self {
        Self {
            name: name.into(),
            kind: Kind::Repeated {
                operation: Box::new(operation),
                times: 0,
            },
            keeps: None,
        }
    }

    /// Keeps `server` until the case is gone.
    pub(crate) fn keeping(mut self, server: impl Any) -> Self {
        self.keeps = Some(Box::new(server));
        self
    }

    /// What one time comes to.
    pub(crate) fn sample(&mut self) -> Outcome<f64> {
        match &mut self.kind {
            Kind::Sampled(sample) => sample(),
            Kind::Repeated { operation, times } => {
                if *times == 0 {
                    *times = calibrated(operation);
                }
                Ok(nanoseconds(operation, *times) / f64::from(*times))
            }
        }
    }

    /// Does it so often while `meter` looks on.
    pub(crate) fn run(&mut self, times: u32, meter: &mut dyn Meter) -> Outcome<()> {
        match &mut self.kind {
            Kind::Sampled(_) => Err(format!("{} measures itself", self.name).into()),
            Kind::Repeated { operation, .. } => {
                operation(times, meter);
                Ok(())
            }
        }
    }
}

/// How many operations fill a batch.
fn calibrated(operation: &mut Operation) -> u32 {
    let mut times = 1;
    while nanoseconds(operation, times) < BATCH.as_secs_f64() * 1e9 {
        times *= 2;
    }
    times
}

fn nanoseconds(operation: &mut Operation, times: u32) -> f64 {
    let mut clock = Clock::default();
    operation(times, &mut clock);
    clock.0.as_secs_f64() * 1e9
}
