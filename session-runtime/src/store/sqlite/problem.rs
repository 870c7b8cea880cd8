//! What goes wrong with SQLite, and what is said about it.

use std::time::Duration;

use rusqlite::ErrorCode;

use crate::store::{StoreError, StoreErrorKind};

const READ_ONLY: &str = "it is read-only; let this program write the file and its directory";

pub(super) type Outcome<V> = Result<V, Problem>;

/// Why a job or the opening of a database failed.
#[derive(Debug)]
pub(super) enum Problem {
    /// SQLite says so. Its messages name tables and columns, never a value: every value is bound.
    Engine(rusqlite::Error),
    /// Others have held the lock for all of this time.
    Locked(Duration),
    /// A row is there that this library did not write.
    NoRecord,
    /// The schema is of a later version than this one, the last that is known.
    Newer { found: i64, known: i64 },
    /// The file has tables of something else.
    Foreign,
    /// The file, or the disk that it is on, cannot be written.
    ReadOnly,
    /// The file system cannot do what several connections need.
    NoWal,
    /// There is a bug in a job.
    Panicked,
    /// The threads have ended.
    Stopped,
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self::Engine(error)
    }
}

impl Problem {
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Engine(error) if code(error) == Some(ErrorCode::DatabaseBusy))
    }

    /// The error of an operation. `what` completes «sqlite: cannot …».
    pub(super) fn into_error(self, what: &str) -> StoreError {
        let (kind, reason) = self.explain();
        let error = StoreError::new(kind, format!("sqlite: cannot {what}: {reason}"));
        match self {
            Self::Engine(source) => error.because(source),
            _ => error,
        }
    }

    fn explain(&self) -> (StoreErrorKind, String) {
        use StoreErrorKind::{Corrupt, Unavailable};
        match self {
            Self::Engine(error) => {
                let (kind, reason) = explain_engine(error);
                (kind, reason.to_owned())
            }
            Self::Locked(wait) => (
                Unavailable,
                format!(
                    "another connection has kept the database locked for {wait:?}; look for a \
                     program that has it open and does not end its transaction"
                ),
            ),
            Self::NoRecord => (Corrupt, "its row is no record".to_owned()),
            Self::Newer { found, known } => (
                Unavailable,
                format!(
                    "its schema has version {found}, written by a later version of \
                     session-runtime; this one knows versions up to {known}: update it, or give \
                     it a file of its own"
                ),
            ),
            Self::Foreign => (
                Unavailable,
                "the database belongs to something else; give sessions a file of their own"
                    .to_owned(),
            ),
            Self::ReadOnly => (Unavailable, READ_ONLY.to_owned()),
            Self::NoWal => (
                Unavailable,
                "its file system has no shared memory; put it on a local disk".to_owned(),
            ),
            Self::Panicked => (Unavailable, "the operation panicked".to_owned()),
            Self::Stopped => (Unavailable, "its thread has ended".to_owned()),
        }
    }
}

fn explain_engine(error: &rusqlite::Error) -> (StoreErrorKind, &'static str) {
    use StoreErrorKind::{Corrupt, Full, Unavailable};
    if let rusqlite::Error::InvalidColumnType(..) = error {
        return (Corrupt, "its row is no record");
    }
    match code(error) {
        Some(ErrorCode::DiskFull) => (
            Full,
            "the disk is full, or the database as large as it may be",
        ),
        Some(ErrorCode::ReadOnly) => (Unavailable, READ_ONLY),
        Some(ErrorCode::NotADatabase) => (
            Corrupt,
            "the file is no SQLite database; move it away, or name another",
        ),
        Some(ErrorCode::DatabaseCorrupt) => (
            Corrupt,
            "the database is damaged; move it away, or bring back a copy of it",
        ),
        Some(ErrorCode::DatabaseBusy) => (Unavailable, "another connection has it locked"),
        Some(ErrorCode::CannotOpen) => (
            Unavailable,
            "the file cannot be opened; let this program read and write it and its directory",
        ),
        Some(ErrorCode::SystemIoFailure) => (Unavailable, "the disk failed"),
        Some(ErrorCode::Unknown) if has_no_tables(error) => (
            Unavailable,
            "the database has no tables for it; call `migrate` once at the start",
        ),
        _ => (Unavailable, "SQLite refused"),
    }
}

/// SQLite has no code of its own for a table that is missing.
fn has_no_tables(error: &rusqlite::Error) -> bool {
    let text = error.to_string();
    text.contains("no such table") || text.contains("no such column")
}

fn code(error: &rusqlite::Error) -> Option<ErrorCode> {
    match error {
        rusqlite::Error::SqlInputError { error, .. } => Some(error.code),
        error => error.sqlite_error_code(),
    }
}
