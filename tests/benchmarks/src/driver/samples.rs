//! Samples of one case, one a round.

#[derive(Default, Clone, Debug)]
pub(crate) struct Samples(Vec<f64>);

/// The middle of some samples, and where their middle half lies.
#[derive(Clone, Copy)]
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
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |quarter: usize| {
            let index = sorted.len() * quarter / 4;
            sorted.get(index).copied().unwrap_or(f64::NAN)
        };
        Summary {
            low: at(1),
            median: at(2),
            high: at(3),
        }
    }

    pub(crate) fn median(&self) -> f64 {
        self.summary().median
    }

    /// By how much they exceed those of `baseline` in the same rounds.
    pub(crate) fn over(&self, baseline: &Self) -> Self {
        self.beside(baseline, |own, other| own - other)
    }

    /// Which multiple they are of those of `baseline` in the same rounds.
    pub(crate) fn ratio(&self, baseline: &Self) -> Self {
        self.beside(baseline, |own, other| own / other)
    }

    /// The same in a unit that is so much larger.
    pub(crate) fn in_units_of(&self, unit: f64) -> Self {
        Self(self.0.iter().map(|sample| sample / unit).collect())
    }

    /// What both come to in the same rounds.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        self.beside(other, |own, other| own + other)
    }

    fn beside(&self, other: &Self, both: impl Fn(f64, f64) -> f64) -> Self {
        let pairs = self.0.iter().zip(&other.0);
        Self(pairs.map(|(own, other)| both(*own, *other)).collect())
    }
}
