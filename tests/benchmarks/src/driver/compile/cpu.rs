//! CPU time of a program and all that it starts.

use std::{
    fs,
    process::{Command, ExitStatus},
};

use crate::Outcome;

/// The kernel's unit in `/proc`, which Linux has fixed for programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// Runs `command` to its end; no other child of this process may end meanwhile.
pub(super) fn of(command: &mut Command) -> Outcome<(ExitStatus, f64)> {
    let before = of_children()?;
    let status = command.status()?;
    Ok((status, of_children()? - before))
}

/// Of all children that have ended, and theirs.
fn of_children() -> Outcome<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no fields")?;
    let mut fields = fields.split_whitespace().skip(13);
    let mut next = || fields.next().ok_or("too few fields");
    let ticks = next()?.parse::<f64>()? + next()?.parse::<f64>()?;
    Ok(ticks / TICKS_PER_SECOND)
}
