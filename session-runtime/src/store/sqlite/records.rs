//! The five operations on one record.

use rusqlite::{Connection, OptionalExtension, Params};

use super::{problem::Outcome, row};
use crate::store::{Created, Record, Revision, Saved, SessionKey};

pub(super) fn create(
    connection: &Connection,
    key: &SessionKey,
    record: &Record,
) -> Outcome<Created> {
    let sql = "INSERT INTO session (key, revision, data, principal, touched, expires, sweep_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT (key) DO NOTHING";
    let values = (
        key.as_bytes(),
        record.revision().to_i64(),
        record.data(),
        row::principal(record),
        row::time(record.touched()),
        row::time(record.expires()),
    );
    Ok(if execute(connection, sql, values)? {
        Created::Done
    } else {
        Created::Exists
    })
}

pub(super) fn load(connection: &Connection, key: &SessionKey) -> Outcome<Option<Record>> {
    let sql = "SELECT revision, data, principal, touched, expires FROM session WHERE key = ?1";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query((key.as_bytes(),))?;
    rows.next()?.map(row::record).transpose()
}

pub(super) fn save(
    connection: &Connection,
    key: &SessionKey,
    expected: Revision,
    record: &Record,
) -> Outcome<Saved> {
    // Nearly every save: no index has to follow, so that one page is written instead of three.
    let in_place = "UPDATE session SET revision = ?3, data = ?4, touched = ?6, expires = ?7
                    WHERE key = ?1 AND revision = ?2 AND principal IS ?5 AND sweep_at <= ?7";
    let in_full = "UPDATE session SET revision = ?3, data = ?4, principal = ?5, touched = ?6,
                   expires = ?7, sweep_at = ?7 WHERE key = ?1 AND revision = ?2";
    let values = || {
        (
            key.as_bytes(),
            expected.to_i64(),
            record.revision().to_i64(),
            record.data(),
            row::principal(record),
            row::time(record.touched()),
            row::time(record.expires()),
        )
    };
    if execute(connection, in_place, values())? || execute(connection, in_full, values())? {
        return Ok(Saved::Done);
    }
    missed(connection, key)
}

pub(super) fn touch(
    connection: &Connection,
    key: &SessionKey,
    touched: u64,
    expires: u64,
) -> Outcome<bool> {
    let sql = "UPDATE session SET touched = max(touched, ?2), expires = max(expires, ?3)
               WHERE key = ?1";
    let values = (key.as_bytes(), row::time(touched), row::time(expires));
    execute(connection, sql, values)
}

pub(super) fn delete(
    connection: &Connection,
    key: &SessionKey,
    expected: Option<Revision>,
) -> Outcome<Saved> {
    let sql = "DELETE FROM session WHERE key = ?1 AND (?2 IS NULL OR revision = ?2)";
    let values = (key.as_bytes(), expected.map(Revision::to_i64));
    if execute(connection, sql, values)? {
        return Ok(Saved::Done);
    }
    missed(connection, key)
}

/// The revision under `key`.
pub(super) fn revision(connection: &Connection, key: &SessionKey) -> Outcome<Option<Revision>> {
    let sql = "SELECT revision FROM session WHERE key = ?1";
    let mut select = connection.prepare_cached(sql)?;
    let number = select.query_row((key.as_bytes(),), |row| row.get(0));
    Ok(number.optional()?.map(Revision::from_i64))
}

/// Runs a statement that concerns one row. `false`: there was none.
pub(super) fn execute(connection: &Connection, sql: &str, values: impl Params) -> Outcome<bool> {
    Ok(connection.prepare_cached(sql)?.execute(values)? > 0)
}

/// Why a statement met no row of this revision, in the same transaction.
fn missed(connection: &Connection, key: &SessionKey) -> Outcome<Saved> {
    Ok(match revision(connection, key)? {
        Some(_) => Saved::Conflict,
        None => Saved::Gone,
    })
}
