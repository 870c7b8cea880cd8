//! Why a command gave nothing, and what a script learns of it.

use std::{fmt, process::ExitCode};

use crate::output;

/// The exit code of a command that failed, or of a cookie that is refused.
pub(crate) const REFUSED: u8 = 1;

/// The exit code of a command that was not given what it needs.
const USAGE: u8 = 2;

/// A message for stderr and an exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// What was asked for could not be done.
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self {
            code: REFUSED,
            message: message.to_string(),
        }
    }

    /// The arguments do not say what to do.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self {
            code: USAGE,
            message: message.to_string(),
        }
    }

    pub(crate) fn report(&self) -> ExitCode {
        output::say(&format!("session: {}", self.message));
        ExitCode::from(self.code)
    }
}
