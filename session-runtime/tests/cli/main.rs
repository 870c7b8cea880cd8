//! The binary `session`, run as a user and a script run it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "says what is skipped")]

mod cookies;
mod keys;
mod mistakes;
mod refusals;
mod run;
mod terminal;
