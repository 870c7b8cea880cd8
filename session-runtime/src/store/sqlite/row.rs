//! Rows of the table, as records, and records as rows.

use rusqlite::{Row, types::ValueRef};

use super::problem::{Outcome, Problem};
use crate::store::{PrincipalId, Record, Revision, SessionKey};

/// A time as SQLite keeps it: it has no unsigned numbers. The last one, in 292 million years,
/// stands for all that follow.
pub(super) fn time(unix_ms: u64) -> i64 {
    i64::try_from(unix_ms).unwrap_or(i64::MAX)
}

/// A principal, or NULL.
pub(super) fn principal(record: &Record) -> Option<&[u8; 32]> {
    record.principal().map(PrincipalId::as_bytes)
}

/// The record of a row `revision, data, principal, touched, expires`.
pub(super) fn record(row: &Row<'_>) -> Outcome<Record> {
    let principal = match row.get_ref(2)? {
        ValueRef::Null => None,
        value => Some(PrincipalId::from_bytes(hash(value)?)),
    };
    Ok(Record::new(
        Revision::from_i64(whole(row.get_ref(0)?)?),
        bytes(row.get_ref(1)?)?.to_vec(),
        principal,
        unix_ms(row.get_ref(3)?)?,
        unix_ms(row.get_ref(4)?)?,
    ))
}

/// A key in the given column.
pub(super) fn key(row: &Row<'_>, column: usize) -> Outcome<SessionKey> {
    Ok(SessionKey::from_bytes(hash(row.get_ref(column)?)?))
}

// Not rusqlite's own conversions: their errors show the number that they did not like.

fn whole(value: ValueRef<'_>) -> Outcome<i64> {
    value.as_i64().map_err(|_| Problem::NoRecord)
}

fn unix_ms(value: ValueRef<'_>) -> Outcome<u64> {
    u64::try_from(whole(value)?).map_err(|_| Problem::NoRecord)
}

fn bytes(value: ValueRef<'_>) -> Outcome<&[u8]> {
    value.as_blob().map_err(|_| Problem::NoRecord)
}

fn hash(value: ValueRef<'_>) -> Outcome<[u8; 32]> {
    bytes(value)?.try_into().map_err(|_| Problem::NoRecord)
}
