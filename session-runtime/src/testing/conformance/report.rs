//! What the checks found.

use std::fmt::{self, Write as _};

use super::fact::{Broken, Verdict};

/// What [`check`](super::check) found out about a store.
#[derive(Debug, Clone, Default)]
#[must_use = "nothing has been asserted yet"]
pub struct Conformance {
    passed: usize,
    left_out: Vec<&'static str>,
    broken: Vec<Finding>,
}

/// A guarantee that a store does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    fact: &'static str,
    seen: String,
}

impl Conformance {
    /// What the store breaks.
    pub fn broken(&self) -> impl Iterator<Item = &Finding> {
        self.broken.iter()
    }

    /// How many checks found nothing.
    pub const fn passed(&self) -> usize {
        self.passed
    }

    /// The facts that were not checked, as the store does not offer what they are about. To assert
    /// that there are none catches a store that forgot to offer what it has.
    pub fn left_out(&self) -> impl Iterator<Item = &'static str> {
        self.left_out.iter().copied()
    }

    /// For a test that must pass.
    ///
    /// # Panics
    ///
    /// If anything is broken, with all of it.
    #[track_caller]
    pub fn assert(&self) {
        assert!(self.broken.is_empty(), "{self}");
    }

    pub(in crate::testing) fn saw(&mut self, fact: &'static str, verdict: Verdict) {
        match verdict {
            Ok(()) => self.passed += 1,
            Err(broken) => self.found(fact, broken),
        }
    }

    pub(in crate::testing) fn found(&mut self, fact: &'static str, broken: Broken) {
        let seen = broken.into_seen();
        self.broken.push(Finding { fact, seen });
    }

    pub(in crate::testing) fn left(&mut self, fact: &'static str) {
        self.left_out.push(fact);
    }
}

impl fmt::Display for Conformance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (passed, broken) = (self.passed, self.broken.len());
        write!(f, "{passed} passed, {broken} broken")?;
        if !self.left_out.is_empty() {
            write!(f, ", {} left out", self.left_out.len())?;
        }
        self.broken.iter().try_for_each(|finding| {
            f.write_char('\n')?;
            finding.fmt(f)
        })
    }
}

impl Finding {
    /// The guarantee, as a sentence with underscores.
    pub const fn fact(&self) -> &'static str {
        self.fact
    }

    /// What the store did instead. It contains no key and no record.
    pub fn seen(&self) -> &str {
        &self.seen
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.fact, self.seen)
    }
}
