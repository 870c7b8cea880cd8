//! What an error of the client becomes: its kind, and no more of its text than a log may have.

use std::{error::Error, fmt};

use ::redis::{ErrorKind, RedisError};

use crate::store::{StoreError, StoreErrorKind};

/// `what` could not be done.
pub(super) fn failed(what: &'static str, error: &RedisError) -> StoreError {
    StoreError::new(kind(error), format!("redis: cannot {what}")).because(Cause::of(error))
}

/// What is kept under a key is not what this store has put there.
pub(super) fn corrupt(what: &'static str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Corrupt,
        format!("redis: cannot {what}: this store has not put there what is there"),
    )
}

/// The server, or something on the way to it, answers what none of its commands does.
pub(super) fn strange(what: &'static str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Unavailable,
        format!("redis: cannot {what}: the answer makes no sense"),
    )
}

fn kind(error: &RedisError) -> StoreErrorKind {
    if error.is_timeout() {
        return StoreErrorKind::Deadline;
    }
    match code(error) {
        Some("OOM") => StoreErrorKind::Full,
        Some("WRONGTYPE") => StoreErrorKind::Corrupt,
        _ => StoreErrorKind::Unavailable,
    }
}

/// What the server calls it. Redis 6 calls all that fails inside a script `ERR`, and says within
/// its text what it was.
fn code(error: &RedisError) -> Option<&str> {
    let is_code = |word: &&str| word.len() > 2 && word.bytes().all(|it| it.is_ascii_uppercase());
    let code = error.code()?;
    let within = error
        .detail()
        .filter(|detail| code == "ERR" && detail.contains("@user_script"));
    let mut words = within
        .unwrap_or_default()
        .split_ascii_whitespace()
        .map(|word| word.trim_start_matches('-'));
    words.find(is_code).or(Some(code))
}

/// The part of a client's error that names no key: servers repeat arguments in some of theirs.
#[derive(Debug)]
struct Cause(String);

impl Cause {
    fn of(error: &RedisError) -> Self {
        Self(match error.kind() {
            // Of the operating system, and of the client itself.
            ErrorKind::Io => error.to_string(),
            ErrorKind::AuthenticationFailed => "the server refuses user or password".to_owned(),
            _ => code(error).map_or_else(
                || error.category().to_owned(),
                |code| format!("the server answers {code}"),
            ),
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Cause {}
