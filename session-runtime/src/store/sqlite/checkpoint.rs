//! Checkpoints: bringing what is in the write-ahead log into the database.
//!
//! By itself SQLite does so within a commit, which then waits for the disk. Here a thread does it
//! while others go on writing; and the writer does, when the log becomes long all the same: it
//! begins anew only after a moment in which all of it was brought in.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use rusqlite::Connection;

/// Pages to be brought in at which the thread is called: 4 MiB.
const CALL: i64 = 1000;

/// Pages of the log at which the writer waits until it can begin anew: 16 MiB.
const LIMIT: i64 = 4 * CALL;

/// Writes between two looks at the log.
const LOOK: usize = 16;

/// How often to try while another checkpoint is under way, for which SQLite does not wait.
const POLL: Duration = Duration::from_millis(1);

/// Keeps the log short, on the writer's side.
pub(super) struct Meter {
    writes: usize,
    calls: SyncSender<()>,
}

/// Where the thread is called.
pub(super) struct Calls(Receiver<()>);

pub(super) fn meter() -> (Meter, Calls) {
    // Calls that come during a checkpoint are one.
    let (calls, received) = sync_channel(1);
    (Meter { writes: 0, calls }, Calls(received))
}

impl Meter {
    /// After so many writes, which have been acknowledged.
    pub(super) fn add(&mut self, writes: usize, connection: &Connection, patience: Duration) {
        self.writes += writes;
        if self.writes < LOOK {
            return;
        }
        self.writes = 0;
        // What fails here fails again in the next write, which says so.
        let Ok(log) = Log::after(connection, "PRAGMA wal_checkpoint(NOOP)") else {
            return;
        };
        if log.pages >= LIMIT {
            let since = Instant::now();
            while checkpoint(connection).is_ok_and(|log| log.is_busy) && since.elapsed() < patience
            {
                thread::sleep(POLL);
            }
        } else if log.pages - log.brought_in >= CALL {
            // It fails if there is a call already.
            let _ = self.calls.try_send(());
        }
    }
}

/// Works until the meter is dropped.
pub(super) fn run(connection: &Connection, calls: &Calls) {
    while calls.0.recv().is_ok() {
        // If it fails, everything is in the log still, for the next one.
        let _ = checkpoint(connection);
    }
}

fn checkpoint(connection: &Connection) -> rusqlite::Result<Log> {
    Log::after(connection, "PRAGMA wal_checkpoint(PASSIVE)")
}

struct Log {
    /// Another checkpoint is under way.
    is_busy: bool,
    pages: i64,
    brought_in: i64,
}

impl Log {
    fn after(connection: &Connection, pragma: &str) -> rusqlite::Result<Self> {
        connection.prepare_cached(pragma)?.query_row((), |row| {
            Ok(Self {
                is_busy: row.get(0)?,
                pages: row.get(1)?,
                brought_in: row.get(2)?,
            })
        })
    }
}
