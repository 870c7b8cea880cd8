//! The records of one principal: the table's index is the index.

use rusqlite::Connection;

use super::{problem::Outcome, records, row};
use crate::store::{
    Admitted, Created, PrincipalId, Record, Revision, Saved, SessionKey, SessionLimit,
};

pub(super) fn list(
    connection: &Connection,
    principal: &PrincipalId,
) -> Outcome<Vec<(SessionKey, Record)>> {
    let sql = "SELECT revision, data, principal, touched, expires, key FROM session
               WHERE principal = ?1";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query((principal.as_bytes(),))?;
    let mut records = Vec::new();
    while let Some(found) = rows.next()? {
        records.push((row::key(found, 5)?, row::record(found)?));
    }
    Ok(records)
}

pub(super) fn delete_all(
    connection: &Connection,
    principal: &PrincipalId,
    except: Option<&SessionKey>,
) -> Outcome<Vec<SessionKey>> {
    let sql = "DELETE FROM session WHERE principal = ?1 AND key IS NOT ?2 RETURNING key";
    let except = except.map(SessionKey::as_bytes);
    let mut delete = connection.prepare_cached(sql)?;
    let mut rows = delete.query((principal.as_bytes(), except))?;
    let mut ended = Vec::new();
    while let Some(found) = rows.next()? {
        // A damaged key was nobody's, and must not keep the others alive.
        ended.extend(row::key(found, 0).ok());
    }
    Ok(ended)
}

pub(super) fn admit(
    connection: &Connection,
    key: &SessionKey,
    expected: Option<Revision>,
    record: &Record,
    limit: SessionLimit,
) -> Outcome<Admitted> {
    match (expected, records::revision(connection, key)?) {
        (None, Some(_)) => return Ok(Admitted::Exists),
        (Some(_), None) => return Ok(Admitted::Gone),
        (Some(expected), Some(found)) if expected != found => return Ok(Admitted::Conflict),
        _ => {}
    }
    let mut ended = Vec::new();
    if let Some(principal) = record.principal() {
        ended = others(connection, key, principal, record.touched())?;
        let excess = (ended.len() + 1).saturating_sub(limit.max());
        if excess > 0 && limit.refuses() {
            return Ok(Admitted::Refused);
        }
        ended.truncate(excess);
    }
    for key in &ended {
        records::delete(connection, key, None)?;
    }
    Ok(match expected {
        None => match records::create(connection, key, record)? {
            Created::Done => Admitted::Done { ended },
            Created::Exists => Admitted::Exists,
        },
        Some(expected) => match records::save(connection, key, expected, record)? {
            Saved::Done => Admitted::Done { ended },
            Saved::Conflict => Admitted::Conflict,
            Saved::Gone => Admitted::Gone,
        },
    })
}

/// The other records of `principal` that live at `now`, the least recently used first.
fn others(
    connection: &Connection,
    key: &SessionKey,
    principal: &PrincipalId,
    now: u64,
) -> Outcome<Vec<SessionKey>> {
    let sql = "SELECT key FROM session WHERE principal = ?1 AND key <> ?2 AND expires > ?3
               ORDER BY touched";
    let mut select = connection.prepare_cached(sql)?;
    let values = (principal.as_bytes(), key.as_bytes(), row::time(now));
    let mut rows = select.query(values)?;
    let mut keys = Vec::new();
    while let Some(found) = rows.next()? {
        keys.push(row::key(found, 0)?);
    }
    Ok(keys)
}
