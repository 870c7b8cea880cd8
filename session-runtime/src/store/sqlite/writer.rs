//! The thread that writes: the jobs that wait become one transaction, and are acknowledged when it
//! is committed.

use std::{
    thread,
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{
    checkpoint::Meter,
    problem::{Outcome, Problem},
    queue::{Queue, Queued},
};

/// So many jobs are one transaction at the most: more gain nothing, and the first has to wait.
const BATCH: usize = 256;

/// How often to ask for a lock that another connection has. SQLite's own waits grow to 100 ms, in
/// which a busy process never lets a second one in.
const POLL: Duration = Duration::from_millis(1);

pub(super) struct Writer {
    connection: Connection,
    patience: Duration,
    meter: Meter,
}

impl Writer {
    /// Waits for locks of others for `patience`.
    pub(super) const fn new(connection: Connection, patience: Duration, meter: Meter) -> Self {
        Self {
            connection,
            patience,
            meter,
        }
    }

    /// Works until the queue is closed.
    pub(super) fn run(&mut self, queue: &Queue) {
        while let Some(batch) = queue.next_batch(BATCH) {
            self.write(batch);
        }
    }

    fn write(&mut self, mut batch: Vec<Queued>) {
        match self.commit(&mut batch) {
            Ok(()) => {
                self.meter.add(batch.len());
                for queued in batch {
                    queued.job.acknowledge();
                }
            }
            Err(Problem::Locked(wait)) => {
                for queued in batch {
                    queued.job.fail(Problem::Locked(wait));
                }
            }
            // One of them took the others with it. Each for itself, then.
            Err(_) if batch.len() > 1 => {
                for queued in batch {
                    self.write(vec![queued]);
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
        self.begin(batch)?;
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

    /// Takes the lock that only one connection of all processes has.
    fn begin(&self, batch: &mut Vec<Queued>) -> Outcome<()> {
        let since = Instant::now();
        loop {
            match self.execute("BEGIN IMMEDIATE") {
                Err(problem) if problem.is_busy() => {}
                done => return done,
            }
            drop_abandoned(batch);
            if batch.is_empty() || since.elapsed() >= self.patience {
                return Err(Problem::Locked(self.patience));
            }
            thread::sleep(POLL);
        }
    }

    fn execute(&self, sql: &str) -> Outcome<()> {
        self.connection.prepare_cached(sql)?.execute(())?;
        Ok(())
    }
}

fn drop_abandoned(batch: &mut Vec<Queued>) {
    batch.retain(|queued| !queued.job.is_abandoned());
}
