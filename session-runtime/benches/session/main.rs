//! What sessions cost, measured beside the same work without them.
//!
//! ```text
//! cargo bench -p session-runtime                    # everything
//! cargo bench -p session-runtime -- request handle  # these groups
//! ```
//!
//! Requests are answered in process, by a router that is polled once: no socket, no runtime.
//! A budget that is missed is marked, and the exit status says so.

mod bare;
mod batch;
mod cookie;
mod handle;
mod harness;
mod request;
mod sample;
mod table;

use std::{env, error::Error, io, process::ExitCode};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<ExitCode> {
    // Cargo gives `--bench`. Without it each case runs once, to show that it works.
    let (flags, wanted): (Vec<_>, Vec<_>) = env::args()
        .skip(1)
        .partition(|argument| argument.starts_with('-'));
    let effort = if flags.iter().any(|flag| flag == "--bench") {
        harness::Effort::Measure
    } else {
        harness::Effort::Try
    };
    let mut groups = vec![request::group()?, cookie::group()?, handle::group()];
    groups.retain(|group| wanted.is_empty() || wanted.iter().any(|name| name == group.name));
    harness::run(&mut groups, effort);
    if effort == harness::Effort::Try {
        return Ok(ExitCode::SUCCESS);
    }
    let all_hold = table::print(&mut io::stdout().lock(), &groups)?;
    Ok(if all_hold {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
