//! Reading, beside others that read and beside the one that writes.

use rusqlite::Connection;

use super::{problem::Outcome, queue::Queued};

/// So many jobs are one transaction at the most: one that needs the disk holds up few.
pub(super) const BATCH: usize = 8;

/// Leaves nothing in `batch`.
pub(super) fn answer_all(connection: &Connection, batch: &mut Vec<Queued>) {
    let is_one_view = batch.len() > 1 && begin(connection).is_ok();
    for queued in batch.drain(..) {
        answer(connection, queued);
    }
    if is_one_view {
        end(connection);
    }
}

fn answer(connection: &Connection, mut queued: Queued) {
    if queued.job.is_abandoned() {
        return;
    }
    match queued.job.run(connection) {
        Ok(()) => queued.job.acknowledge(),
        Err(problem) => queued.job.fail(problem),
    }
}

/// Makes the jobs of a batch one transaction: to take and give back its locks on the file costs as
/// much as to read a row. All of the jobs were in line before it, so that each sees everything that
/// was committed before it began.
fn begin(connection: &Connection) -> Outcome<()> {
    connection.prepare_cached("BEGIN")?.execute(())?;
    Ok(())
}

/// Nothing was written: there is nothing to lose, but the view must not stay.
fn end(connection: &Connection) {
    for sql in ["COMMIT", "ROLLBACK"] {
        if connection.is_autocommit() {
            return;
        }
        let ended = connection.prepare_cached(sql);
        let _ = ended.and_then(|mut statement| statement.execute(()));
    }
}
