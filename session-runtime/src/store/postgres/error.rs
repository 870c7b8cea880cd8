//! What the server, the pool and the client report, without the values that it was about.

use std::{error::Error, fmt};

use deadpool_postgres::{HookError, Pool, PoolError, TimeoutType};
use tokio_postgres::error::SqlState;

use crate::store::{StoreError, StoreErrorKind};

/// What a server or client said, fit for a log. A `tokio_postgres::Error` is not: its details show
/// keys, and whole rows.
struct Reason(String);

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Reason {}

/// A statement failed. `what` was to be done.
pub(super) fn failed(what: &str, error: &tokio_postgres::Error) -> StoreError {
    if let Some(code) = error.code()
        && is_unknown(code)
    {
        let message = "postgres: its tables are not there: call PostgresStore::migrate first, and \
            grant its user access to them";
        return StoreError::new(StoreErrorKind::Unavailable, message).because(Reason(text(error)));
    }
    let kind = error.code().map_or(StoreErrorKind::Unavailable, kind);
    StoreError::new(kind, format!("postgres: cannot {what}")).because(Reason(text(error)))
}

/// The pool has no connection.
pub(super) fn no_connection(pool: &Pool, error: &PoolError) -> StoreError {
    match error {
        PoolError::Timeout(TimeoutType::Wait) => {
            let size = pool.status().max_size;
            let limit = pool.timeouts().wait.unwrap_or_default();
            let message = format!(
                "postgres: all {size} connections of the pool are in use, and none came free \
                 within {limit:?}"
            );
            StoreError::new(StoreErrorKind::Unavailable, message)
        }
        PoolError::Timeout(_) => {
            StoreError::new(StoreErrorKind::Deadline, "postgres: cannot connect")
                .because(Reason(pool_text(error)))
        }
        _ => StoreError::new(StoreErrorKind::Unavailable, "postgres: cannot connect")
            .because(Reason(pool_text(error))),
    }
}

/// A row is not what this library writes.
pub(super) fn corrupt() -> StoreError {
    StoreError::new(
        StoreErrorKind::Corrupt,
        "postgres: what is kept is no record",
    )
}

/// Why the pool has no connection.
pub(super) fn pool_text(error: &PoolError) -> String {
    match error {
        PoolError::Timeout(_) => "the server did not answer in time".to_owned(),
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
            text(error)
        }
        PoolError::Closed => "the pool was closed".to_owned(),
        PoolError::NoRuntimeSpecified => "the pool has time limits but no runtime".to_owned(),
        PoolError::PostCreateHook(_) => "a hook of the pool failed".to_owned(),
    }
}

/// What an error says without its details.
pub(super) fn text(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(answer), _) => format!("{} ({})", answer.message(), answer.code().code()),
        // Of the network or of the handshake: neither knows a value.
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}

fn is_unknown(code: &SqlState) -> bool {
    [
        SqlState::UNDEFINED_TABLE,
        SqlState::UNDEFINED_FUNCTION,
        SqlState::INVALID_SCHEMA_NAME,
    ]
    .contains(code)
}

fn kind(code: &SqlState) -> StoreErrorKind {
    let full = [SqlState::DISK_FULL, SqlState::PROGRAM_LIMIT_EXCEEDED];
    let late = [SqlState::QUERY_CANCELED, SqlState::LOCK_NOT_AVAILABLE];
    if full.contains(code) {
        StoreErrorKind::Full
    } else if late.contains(code) {
        StoreErrorKind::Deadline
    } else {
        StoreErrorKind::Unavailable
    }
}
