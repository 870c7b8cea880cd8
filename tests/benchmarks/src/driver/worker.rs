//! A `subject` that holds the cases of one group, in one build.

use std::process::Command;

use crate::{Outcome, child::Running, settings::Settings};

/// How the library is built.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Build {
    /// With its default features.
    Default,
    /// With `simd-cipher` too.
    Simd,
}

impl Build {
    pub(crate) const BOTH: [Self; 2] = [Self::Default, Self::Simd];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Simd => "simd",
        }
    }
}

pub(crate) struct Worker {
    pub(crate) build: Build,
    pub(crate) cases: Vec<String>,
    running: Running,
}

impl Worker {
    pub(crate) fn start(settings: &Settings, build: Build, group: &str) -> Outcome<Self> {
        Self::of(settings, &format!("subject-{}", build.name()), build, group)
    }

    /// One that counts allocations.
    pub(crate) fn counting(settings: &Settings, build: Build, group: &str) -> Outcome<Self> {
        Self::of(settings, &format!("count-{}", build.name()), build, group)
    }

    fn of(settings: &Settings, program: &str, build: Build, group: &str) -> Outcome<Self> {
        let mut command = Command::new(settings.program(program));
        let mut running = Running::start(command.args(["work", group]))?;
        Ok(Self {
            build,
            cases: serde_json::from_str(&running.line()?)?,
            running,
        })
    }

    pub(crate) fn sample(&mut self, case: usize) -> Outcome<f64> {
        self.answer(&format!("sample {case}"))
    }

    pub(crate) fn allocations(&mut self, case: usize) -> Outcome<f64> {
        self.answer(&format!("allocations {case}"))
    }

    fn answer(&mut self, question: &str) -> Outcome<f64> {
        Ok(self.running.ask(question)?.parse()?)
    }
}
