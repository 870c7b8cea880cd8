//! `vectors DIR [--strict]`: what real Node packages did, held against this library.
//!
//! Every vector runs through the public API: sessions configured as its options say, a real
//! router, a held clock, and the random bytes that Node drew. Without `--strict` the sessions
//! follow Node in everything that has a switch; with it they have the default policy.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

mod app;
mod attributes;
mod codec;
mod decode;
mod encode;
mod entries;
mod files;
mod flows;
mod given_value;
mod handler;
mod hattip_stores;
mod json;
mod keys;
mod meant;
mod node;
mod node_session;
mod options;
mod outcome;
mod record_store;
mod records;
mod redis_records;
mod rules;
mod signing;
mod startup;
mod tokens;

use std::{path::PathBuf, process::ExitCode};

/// Deep values are read by recursion.
const STACK: usize = 256 << 20;

fn main() -> ExitCode {
    let Some((directory, strict)) = arguments() else {
        eprintln!("usage: vectors DIR [--strict]");
        return ExitCode::from(2);
    };
    let program = move || run(&directory, strict);
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(program);
    thread
        .ok()
        .and_then(|thread| thread.join().ok())
        .unwrap_or(ExitCode::from(101))
}

fn arguments() -> Option<(PathBuf, bool)> {
    let (mut directory, mut strict) = (None, false);
    for argument in std::env::args_os().skip(1) {
        if argument == "--strict" {
            strict = true;
        } else if directory.is_some() || argument.to_string_lossy().starts_with('-') {
            return None;
        } else {
            directory = Some(PathBuf::from(argument));
        }
    }
    Some((directory?, strict))
}

fn run(directory: &std::path::Path, strict: bool) -> ExitCode {
    let tally = match files::run(directory, strict, &mut |line| println!("{line}")) {
        Ok(tally) => tally,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    println!("{tally}");
    ExitCode::from(u8::from(tally.failed > 0))
}

#[cfg(test)]
mod tests;
