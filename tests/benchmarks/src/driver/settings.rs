//! What was asked for, and how much of it a run does.

use std::{env, path::PathBuf};

use crate::Outcome;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Parts,
    Process,
    Loopback,
    Growth,
    Stores,
    Compile,
}

impl Group {
    pub(crate) const ALL: [Self; 6] = [
        Self::Parts,
        Self::Process,
        Self::Loopback,
        Self::Growth,
        Self::Stores,
        Self::Compile,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Parts => "parts",
            Self::Process => "process",
            Self::Loopback => "loopback",
            Self::Growth => "growth",
            Self::Stores => "stores",
            Self::Compile => "compile",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) groups: Vec<Group>,
    pub(crate) is_quick: bool,
    /// PERFORMANCE.md, its plots and the committed counts are written anew.
    pub(crate) writes: bool,
    pub(crate) root: PathBuf,
    programs: PathBuf,
}

/// How often everything is measured; odd, so that the median is one of the samples.
#[derive(Clone, Copy)]
pub(crate) struct Rounds {
    pub(crate) quick: usize,
    pub(crate) full: usize,
}

impl Settings {
    pub(crate) fn of(arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut settings = Self {
            groups: Vec::new(),
            is_quick: false,
            writes: false,
            root: env::var("BENCH_ROOT")?.into(),
            programs: env::var("BENCH_PROGRAMS")?.into(),
        };
        for argument in arguments {
            match argument.as_str() {
                "--quick" => settings.is_quick = true,
                "--write" => settings.writes = true,
                name => {
                    let group = Group::ALL.into_iter().find(|group| group.name() == name);
                    let group = group.ok_or_else(|| format!("there is no group {name}"))?;
                    settings.groups.push(group);
                }
            }
        }
        if settings.groups.is_empty() {
            settings.groups.extend(Group::ALL);
        } else if settings.writes {
            return Err("what is written has every group: give none".into());
        }
        Ok(settings)
    }

    pub(crate) const fn rounds(&self, rounds: Rounds) -> usize {
        if self.is_quick {
            rounds.quick
        } else {
            rounds.full
        }
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// The folder of this package.
    pub(crate) fn package(&self) -> PathBuf {
        self.root.join("tests/benchmarks")
    }
}
