//! Instructions of one operation, as callgrind counts them, and the counts that are committed.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command, thread};

use crate::{Outcome, settings::Settings, worker::Build};

/// By build and case, as [`name`] has them.
pub(crate) type Counts = BTreeMap<String, u64>;

const FEW: u32 = 100;
const MANY: u32 = 1100;
/// What `subject` puts around an operation, whatever a compiler adds to its name.
const TOGGLE: &str = "--toggle-collect=*counted_section*";

pub(crate) fn name(build: Build, case: &str) -> String {
    format!("{}: {case}", build.name())
}

/// The change from what is committed.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub(crate) fn change(measured: u64, committed: u64) -> String {
    format!(
        "{:+.1} %",
        (measured as f64 / committed as f64 - 1.0) * 100.0
    )
}

/// Counts the cases, on all processors; and what is committed.
pub(crate) fn count(settings: &Settings, cases: &[(Build, String)]) -> Outcome<(Counts, Counts)> {
    let threads = thread::available_parallelism()?.get();
    let programs = Build::BOTH.map(|build| settings.program(&format!("subject-{}", build.name())));
    let [default, simd] = &programs;
    let program = |build| match build {
        Build::Default => default,
        Build::Simd => simd,
    };
    let counted: Vec<_> = thread::scope(|scope| {
        let parts = cases.chunks(cases.len().div_ceil(threads).max(1));
        let running: Vec<_> = parts
            .map(|part| {
                scope.spawn(move || -> Result<Vec<_>, String> {
                    let count = |(build, case): &(Build, String)| {
                        Ok((name(*build, case), one(program(*build), case)?))
                    };
                    part.iter().map(count).collect()
                })
            })
            .collect();
        running
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect()
    });
    let mut counts = Counts::new();
    for part in counted {
        counts.extend(part.map_err(|_| "a count panicked")??);
    }
    Ok((counts, committed(settings)?))
}

fn one(program: &PathBuf, case: &str) -> Result<u64, String> {
    let [few, many] = [FEW, MANY].map(|times| of_all(program, case, times));
    let (few, many) = (few?, many?);
    // A pattern that is never met counts nothing.
    if few == 0 || many <= few {
        return Err(format!(
            "{case}: {few} and {many} instructions were counted"
        ));
    }
    Ok((many - few) / u64::from(MANY - FEW))
}

fn of_all(program: &PathBuf, case: &str, times: u32) -> Result<u64, String> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", TOGGLE])
        .arg(program)
        .args(["run", "process", case, &times.to_string()])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let report = String::from_utf8_lossy(&output.stderr);
    let collected = report
        .lines()
        .find_map(|line| line.split_once("Collected :"));
    match collected {
        Some((_, count)) if output.status.success() => count
            .trim()
            .parse()
            .map_err(|error| format!("{case}: {error}")),
        _ => Err(format!("{case}: {report}")),
    }
}

fn path(settings: &Settings) -> PathBuf {
    settings.package().join("instructions.json")
}

/// None at first.
fn committed(settings: &Settings) -> Outcome<Counts> {
    match fs::read(path(settings)) {
        Ok(text) => Ok(serde_json::from_slice(&text)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Counts::new()),
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn commit(settings: &Settings, counts: &[(String, u64)]) -> Outcome<()> {
    let counts: Counts = counts.iter().cloned().collect();
    let text = serde_json::to_string_pretty(&counts)?;
    Ok(fs::write(path(settings), text + "\n")?)
}
