//! Samples of one case, one a round.

#[derive(Default)]
pub(crate) struct Samples(Vec<f64>);

/// The middle of some samples, and where their middle half lies.
pub(crate) struct Summary {
    pub(crate) low: f64,
    pub(crate) median: f64,
    pub(crate) high: f64,
}

impl Samples {
    pub(crate) fn push(&mut self, sample: f64) {
        self.0.push(sample);
    }

    pub(crate) fn summary(&self) -> Summary {
        summary(self.0.iter().copied())
    }

    /// By how much they exceed those of `baseline` in the same rounds.
    pub(crate) fn over(&self, baseline: &Self) -> f64 {
        summary(self.beside(baseline).map(|(own, other)| own - other)).median
    }

    /// Which multiple they are of those of `baseline` in the same rounds.
    pub(crate) fn ratio(&self, baseline: &Self) -> f64 {
        summary(self.beside(baseline).map(|(own, other)| own / other)).median
    }

    fn beside<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (f64, f64)> + 'a {
        self.0.iter().copied().zip(other.0.iter().copied())
    }
}

fn summary(samples: impl Iterator<Item = f64>) -> Summary {
    let mut sorted: Vec<f64> = samples.collect();
    sorted.sort_by(f64::total_cmp);
    let at = |quarter: usize| {
        sorted
            .get(sorted.len() * quarter / 4)
            .copied()
            .unwrap_or(f64::NAN)
    };
    Summary {
        low: at(1),
        median: at(2),
        high: at(3),
    }
}
