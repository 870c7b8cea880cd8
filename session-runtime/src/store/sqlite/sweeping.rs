//! Removing what has expired, a step at a time.

use rusqlite::Connection;

use super::{problem::Outcome, records::execute, row};

/// So many rows are one step, a few milliseconds of the only thread that writes.
const STEP: i64 = 200;

/// What one step did.
pub(super) struct Swept {
    pub(super) removed: u64,
    /// Whether there may be more.
    pub(super) has_more: bool,
}

pub(super) fn step(connection: &Connection, now: u64) -> Outcome<Swept> {
    let now = row::time(now);
    let mut swept = sessions(connection, now)?;
    for sql in [
        "DELETE FROM revoked WHERE key IN (SELECT key FROM revoked WHERE until <= ?1 LIMIT ?2)",
        "DELETE FROM epoch WHERE principal IN
         (SELECT principal FROM epoch WHERE until <= ?1 LIMIT ?2)",
    ] {
        let removed = connection.prepare_cached(sql)?.execute((now, STEP))?;
        swept.removed += u64::try_from(removed).unwrap_or(u64::MAX);
        swept.has_more |= i64::try_from(removed) == Ok(STEP);
    }
    Ok(swept)
}

fn sessions(connection: &Connection, now: i64) -> Outcome<Swept> {
    let due = "SELECT id, expires FROM session WHERE sweep_at <= ?1 ORDER BY sweep_at LIMIT ?2";
    let mut select = connection.prepare_cached(due)?;
    let rows = select.query_map((now, STEP), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
    let mut removed = 0;
    for (id, expires) in &rows {
        if *expires <= now {
            execute(connection, "DELETE FROM session WHERE id = ?1", (id,))?;
            removed += 1;
        } else {
            // It was used since: from here on it is looked at when it ends, as it stands now.
            let later = "UPDATE session SET sweep_at = expires WHERE id = ?1";
            execute(connection, later, (id,))?;
        }
    }
    Ok(Swept {
        removed,
        has_more: i64::try_from(rows.len()) == Ok(STEP),
    })
}
