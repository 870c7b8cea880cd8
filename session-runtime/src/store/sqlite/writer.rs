//! Writing: the jobs that wait become one transaction, and are acknowledged when it is committed.

use std::time::Duration;

use rusqlite::Connection;

use super::{
    checkpoint::Meter,
    lock,
    problem::{Outcome, Problem},
    queue::Queued,
};

pub(super) struct Writer {
    connection: Connection,
    patience: Duration,
    meter: Meter,
}

impl Writer {
    /// So many jobs are one transaction at the most: more gain nothing, and the first has to wait.
    pub(super) const BATCH: usize = 256;

    /// Waits for locks of others for `patience`.
    pub(super) const fn new(connection: Connection, patience: Duration, meter: Meter) -> Self {
        Self {
            connection,
            patience,
            meter,
        }
    }

    /// Leaves nothing in `batch`.
    pub(super) fn write_all(&mut self, batch: &mut Vec<Queued>) {
        match self.commit(batch) {
            Ok(()) => {
                let writes = batch.len();
                for queued in batch.drain(..) {
                    queued.job.acknowledge();
                }
                self.meter.add(writes, &self.connection, self.patience);
            }
            Err(Problem::Locked(wait)) => {
                for queued in batch.drain(..) {
                    queued.job.fail(Problem::Locked(wait));
                }
            }
            // One of them took the others with it. Each for itself, then.
            Err(_) if batch.len() > 1 => {
                for queued in batch.drain(..) {
                    self.write_all(&mut vec![queued]);
                }
            }
            Err(problem) => {
                if let Some(queued) = batch.pop() {
                    queued.job.fail(problem);
                }
            }
        }
    }

    /// All of the jobs, or none. Those that nobody waits for any more are forgotten: what somebody
    /// gave up must not happen long after.
    fn commit(&self, batch: &mut Vec<Queued>) -> Outcome<()> {
        let begin = || self.execute("BEGIN IMMEDIATE");
        lock::take(self.patience, begin, || {
            drop_abandoned(batch);
            !batch.is_empty()
        })?;
        drop_abandoned(batch);
        let done = batch
            .iter_mut()
            .try_for_each(|queued| queued.job.run(&self.connection))
            .and_then(|()| self.execute("COMMIT"));
        // After some errors SQLite has rolled back by itself.
        if done.is_err() && !self.connection.is_autocommit() {
            self.execute("ROLLBACK")?;
        }
        done
    }

    fn execute(&self, sql: &str) -> Outcome<()> {
        self.connection.prepare_cached(sql)?.execute(())?;
        Ok(())
    }
}

fn drop_abandoned(batch: &mut Vec<Queued>) {
    batch.retain(|queued| !queued.job.is_abandoned());
}
