//! Which processors are whose.

use std::{fs, process::Command};

use crate::Outcome;

pub(super) struct Cores {
    server: usize,
    load: usize,
}

impl Cores {
    /// The first two that this process may use.
    pub(super) fn of_this_process() -> Outcome<Self> {
        let status = fs::read_to_string("/proc/self/status")?;
        let list = status
            .lines()
            .find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        let allowed = parsed(list.ok_or("which processors are allowed?")?)?;
        match *allowed.as_slice() {
            [server, load, ..] => Ok(Self { server, load }),
            _ => Err("one processor for the server and another for the load are needed".into()),
        }
    }

    /// Runs `program` where servers run.
    pub(super) fn server(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        pinned(self.server, program)
    }

    /// Runs `program` where the load comes from.
    pub(super) fn load(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        pinned(self.load, program)
    }

    /// Moves what runs already to where the load comes from.
    pub(super) fn move_to_load(&self, process: u32) -> Outcome<()> {
        let load = self.load.to_string();
        let arguments = ["-a", "-c", "-p", &load, &process.to_string()].map(str::to_owned);
        let status = Command::new("taskset").args(arguments).output()?.status;
        if status.success() {
            Ok(())
        } else {
            Err(format!("taskset: {status}").into())
        }
    }
}

fn pinned(core: usize, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string()]).arg(program);
    command
}

/// `0-2,5`.
fn parsed(list: &str) -> Outcome<Vec<usize>> {
    let mut all = Vec::new();
    for part in list.trim().split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        all.extend(from.parse::<usize>()?..=to.parse()?);
    }
    Ok(all)
}
