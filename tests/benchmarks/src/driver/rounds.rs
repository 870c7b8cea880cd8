//! Samples all cases of some workers in turn: what slows the machine for a while slows each of them.

use std::collections::BTreeMap;

use crate::{
    Outcome,
    samples::Samples,
    worker::{Build, Worker},
};

/// What each case came to.
#[derive(Default)]
pub(crate) struct Measured(BTreeMap<(Build, String), Samples>);

impl Measured {
    pub(crate) fn of(&self, build: Build, case: &str) -> Outcome<&Samples> {
        let samples = self.0.get(&(build, case.to_owned()));
        samples.ok_or_else(|| format!("there is no case {case}").into())
    }

    pub(crate) fn median(&self, build: Build, case: &str) -> Outcome<f64> {
        Ok(self.of(build, case)?.median())
    }
}

/// Samples the cases that `is_wanted`.
pub(crate) fn run(
    workers: &mut [Worker],
    rounds: usize,
    is_wanted: impl Fn(Build, &str) -> bool,
) -> Outcome<Measured> {
    let mut order = Vec::new();
    for (number, worker) in workers.iter().enumerate() {
        let cases = worker.cases.iter().enumerate();
        order.extend(
            cases
                .filter(|(_, name)| is_wanted(worker.build, name))
                .map(|(case, _)| (number, case)),
        );
    }
    let mut measured = Measured::default();
    for round in 0..=rounds {
        // Another order each round, so that no case always runs behind the same one.
        order.rotate_left(usize::from(round > 0));
        for &(number, case) in &order {
            let worker = workers.get_mut(number).ok_or("no such worker")?;
            let sample = worker.sample(case)?;
            // The first round warms up.
            if round > 0 {
                let name = worker.cases.get(case).cloned().unwrap_or_default();
                let samples = measured.0.entry((worker.build, name));
                samples.or_default().push(sample);
            }
        }
    }
    Ok(measured)
}
