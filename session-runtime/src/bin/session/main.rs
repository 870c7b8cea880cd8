//! `session`: the keys and cookies of session-runtime on the command line.
//!
//! ```text
//! args ─┬▶ keygen, derive ─▶ key_output ─────────────────────────────────────▶ output
//!       ├▶ inspect ─▶ kind, keys, cookie_text ─▶ Inspector ─▶ report, document ─▶ output
//!       └▶ seal ────▶ kind, keys ──────────────▶ Inspector ───────────────────▶ output
//! ```
//!
//! What a command finds out goes to stdout and nothing else does, so that a pipe gets the exact
//! bytes; what is meant for the person in front goes to stderr.

mod args;
mod cookie_text;
mod derive;
mod document;
mod explain;
mod failure;
mod input;
mod inspect;
mod json;
mod key_output;
mod keygen;
mod keys;
mod kind;
mod output;
mod report;
mod seal;
mod time;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::{
    args::{Cli, Command},
    failure::Failure,
};

fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    // Keys count in the order in which they were given, which only the matches know.
    let given = matches.subcommand().map(|(_, matches)| matches);
    let result = match cli.command {
        Command::Keygen(args) => keygen::run(&args),
        Command::Derive(args) => derive::run(&args),
        Command::Inspect(args) => inspect::run(&args, given),
        Command::Seal(args) => seal::run(&args, given),
    };
    result.unwrap_or_else(|failure: Failure| failure.report())
}
