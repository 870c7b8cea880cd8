//! The threads that read, beside each other and beside the one that writes.

use rusqlite::Connection;

use super::queue::Queue;

/// Works until the queue is closed.
///
/// Each job is one statement, which sees everything that was committed before it began.
pub(super) fn run(connection: &Connection, queue: &Queue) {
    while let Some(mut queued) = queue.next() {
        if queued.job.is_abandoned() {
            continue;
        }
        match queued.job.run(connection) {
            Ok(()) => queued.job.acknowledge(),
            Err(problem) => queued.job.fail(problem),
        }
    }
}
