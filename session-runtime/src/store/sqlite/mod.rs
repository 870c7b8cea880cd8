//! Sessions in a file, by SQLite: nothing to install, and they survive a restart.
//!
//! One connection writes. The writes that wait for it become one transaction and are acknowledged
//! when it is committed, so that many cost little more than one. Some connections read, and neither
//! wait for the writer nor hold it up. Threads of the store's own have them, in turns: a call keeps the
//! thread of the runtime for 40 microseconds at most, where it is the only one for some time, and the last
//! answer came within them.
//!
//! ```text
//! create save touch delete admit … ─▶ queue ─▶ writer ─▶ BEGIN, all that wait, COMMIT ─▶ answers
//! load list standing ─▶ queue ─▶ readers ─▶ answers
//! ```

mod answers;
mod checkpoint;
mod job;
mod lock;
mod open;
mod options;
mod principals;
mod problem;
mod queue;
mod reader;
mod records;
mod revocations;
mod row;
mod schema;
mod sweeping;
#[cfg(test)]
mod tests;
mod traits;
mod watch;
mod writer;

use std::{
    fmt,
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::Connection;

pub use self::options::{Durability, SqliteOptions};
use self::{
    problem::Outcome,
    queue::{Line, Queue},
};
use super::StoreError;

/// Keeps sessions in a file.
///
/// For an application on one machine that should keep its sessions over a restart. Several
/// processes on that machine may share the file; several machines may not (SQLite's locks do not
/// work on network file systems), and use Redis or PostgreSQL.
///
/// A clone is the same store. When the last one is dropped its threads end.
///
/// ```
/// # async fn example() -> Result<(), session_runtime::store::StoreError> {
/// use session_runtime::store::SqliteStore;
///
/// # let directory = std::env::temp_dir().join(format!("sqlite-store-{}", std::process::id()));
/// # std::fs::create_dir_all(&directory).unwrap();
/// # let path = directory.join("sessions.db");
/// let store = SqliteStore::open(path).await?;
/// # drop(store);
/// # std::fs::remove_dir_all(directory).unwrap();
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(example()).unwrap();
/// ```
///
/// It removes what has expired when it is [swept](super::Sweep), which the library does from
/// time to time. Its file does not shrink by that; the room is used again.
///
/// # Security
///
/// A file that it makes can be read by its owner alone. It holds the fields of sessions in the
/// clear, those of sessions that ended for some time too, and nothing that signs anybody in.
#[derive(Clone)]
pub struct SqliteStore(Arc<Threads>);

/// Where the threads get their jobs.
struct Threads {
    path: PathBuf,
    queue: Arc<Queue>,
}

impl SqliteStore {
    /// Opens the database at `path` with the [default options](SqliteOptions::new).
    ///
    /// Makes the file if there is none, and the tables if the database is empty. An existing
    /// database is left as it is: after an update of this library that says so, call
    /// [`migrate`](Self::migrate).
    ///
    /// # Errors
    ///
    /// At once, with the path, the reason and what to do: if the directory does not exist; the file
    /// cannot be made, read or written, is locked, damaged or no database, or belongs to something
    /// else or to a later version of this library; or its file system has no shared memory.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        SqliteOptions::new().open(path).await
    }

    /// Brings the tables and indexes to this version of the library; makes them if there are none.
    ///
    /// Changes nothing if they are of this version. Any number of processes may call it at once. To
    /// be called at the start, before sessions are served.
    ///
    /// # Errors
    ///
    /// If the database cannot be written, or is of a later version; it is unchanged then.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.write("migrate the database", schema::migrate).await
    }

    /// Has something done in a transaction of the writer.
    fn write<'a, V, W>(
        &'a self,
        what: &'static str,
        work: W,
    ) -> impl Future<Output = Result<V, StoreError>> + Send + 'a
    where
        V: Send + 'static,
        W: FnMut(&Connection) -> Outcome<V> + Send + 'static,
    {
        job::ask(&self.0.queue, Line::Writes, what, work)
    }

    /// Has something looked up by a reader.
    fn read<'a, V, W>(
        &'a self,
        what: &'static str,
        work: W,
    ) -> impl Future<Output = Result<V, StoreError>> + Send + 'a
    where
        V: Send + 'static,
        W: FnMut(&Connection) -> Outcome<V> + Send + 'static,
    {
        job::ask(&self.0.queue, Line::Reads, what, work)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.0.path)
            .finish_non_exhaustive()
    }
}
