//! The guide in `docs/`: its commands are run, its links lead somewhere, and nothing of it is left
//! out. Its Rust is compiled in `tests/support/guide.rs`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod book;
mod commands;
mod complete;
mod links;
mod log_lines;
mod quick_start;
mod scratch;
