//! What was revoked, until it could not come back anyway.

use rusqlite::Connection;

use super::{problem::Outcome, records::execute, row};
use crate::store::{PrincipalId, SessionKey, Standing};

pub(super) fn revoke(connection: &Connection, key: &SessionKey, until: u64) -> Outcome<()> {
    let sql = "INSERT INTO revoked (key, until) VALUES (?1, ?2)
               ON CONFLICT (key) DO UPDATE SET until = max(until, excluded.until)";
    execute(connection, sql, (key.as_bytes(), row::time(until)))?;
    Ok(())
}

pub(super) fn advance_epoch(
    connection: &Connection,
    principal: &PrincipalId,
    at_least: u64,
    until: u64,
) -> Outcome<u64> {
    // Of who has none, the current epoch is 0.
    let sql = "INSERT INTO epoch (principal, epoch, until) VALUES (?1, max(?2, 1), ?3)
               ON CONFLICT (principal) DO UPDATE SET
               epoch = max(epoch + 1, ?2), until = max(until, excluded.until)
               RETURNING epoch";
    let values = (principal.as_bytes(), row::time(at_least), row::time(until));
    let mut insert = connection.prepare_cached(sql)?;
    let epoch: i64 = insert.query_row(values, |row| row.get(0))?;
    Ok(epoch.unsigned_abs())
}

pub(super) fn standing(
    connection: &Connection,
    key: Option<&SessionKey>,
    principal: Option<&PrincipalId>,
) -> Outcome<Standing> {
    let sql = "SELECT EXISTS (SELECT 1 FROM revoked WHERE key = ?1),
               coalesce((SELECT epoch FROM epoch WHERE principal = ?2), 0)";
    let values = (
        key.map(SessionKey::as_bytes),
        principal.map(PrincipalId::as_bytes),
    );
    let mut select = connection.prepare_cached(sql)?;
    let (is_revoked, epoch) =
        select.query_row(values, |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
    Ok(Standing {
        is_revoked,
        epoch: epoch.unsigned_abs(),
    })
}
