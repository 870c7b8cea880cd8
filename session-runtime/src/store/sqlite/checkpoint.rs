//! The thread that brings what is in the write-ahead log into the database while others go on
//! writing. By itself SQLite does so within a commit, which then waits for the disk.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rusqlite::Connection;

/// Writes between two checkpoints: a log of a few megabytes, as it is by default.
const WRITES: usize = 1000;

/// Pages of the log, 32 MiB, at which a commit waits for a checkpoint after all: writes came faster
/// than they were brought in.
pub(super) const LIMIT: u32 = 8000;

/// Counts writes, and calls for a checkpoint when there were enough.
pub(super) struct Meter {
    writes: usize,
    calls: SyncSender<()>,
}

/// Where the calls arrive.
pub(super) struct Calls(Receiver<()>);

pub(super) fn meter() -> (Meter, Calls) {
    // Calls that come during a checkpoint are one.
    let (calls, received) = sync_channel(1);
    (Meter { writes: 0, calls }, Calls(received))
}

impl Meter {
    pub(super) fn add(&mut self, writes: usize) {
        self.writes += writes;
        if self.writes >= WRITES {
            self.writes = 0;
            // It fails if there is a call already.
            let _ = self.calls.try_send(());
        }
    }
}

/// Works until the meter is dropped.
pub(super) fn run(connection: &Connection, calls: &Calls) {
    while calls.0.recv().is_ok() {
        // If it fails, everything is in the log still, for the next one, and for the writer's own
        // at the limit.
        let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(()));
    }
}
