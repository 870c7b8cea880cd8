//! What can be chosen of a database of sessions.

use std::{path::Path, thread, time::Duration};

use tokio::sync::oneshot;

use super::{SqliteStore, open, problem::Problem};
use crate::store::StoreError;

/// How to open a [`SqliteStore`], where its defaults do not fit.
///
/// ```
/// # async fn example() -> Result<(), session_runtime::store::StoreError> {
/// use session_runtime::store::{Durability, SqliteOptions};
///
/// # let directory = std::env::temp_dir().join(format!("sqlite-options-{}", std::process::id()));
/// # std::fs::create_dir_all(&directory).unwrap();
/// # let path = directory.join("sessions.db");
/// let options = SqliteOptions::new().durability(Durability::Full);
/// let store = options.open(path).await?;
/// # drop(store);
/// # std::fs::remove_dir_all(directory).unwrap();
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(example()).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    pub(super) durability: Durability,
    pub(super) readers: usize,
    pub(super) busy_timeout: Duration,
}

/// What a write that was acknowledged survives.
///
/// It always survives the end of the process, however sudden, and the file always stays whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Durability {
    /// The last writes before a power failure, or a crash of the operating system, can be lost:
    /// who has signed in just before signs in again, who has signed out just before is signed in
    /// again. SQLite's `synchronous = NORMAL`. The default.
    #[default]
    Normal,
    /// Writes survive a power failure too, provided that the disk does not lie. Every transaction
    /// waits for the disk, some milliseconds on many; those that wait share one. SQLite's
    /// `synchronous = FULL`.
    Full,
}

impl SqliteOptions {
    /// The defaults of [`SqliteStore::open`].
    pub const fn new() -> Self {
        Self {
            durability: Durability::Normal,
            readers: 2,
            busy_timeout: Duration::from_secs(5),
        }
    }

    /// What an acknowledged write survives: [`Durability::Normal`] unless set.
    #[must_use]
    pub const fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// How many connections read at once: 2 unless set. The store has two threads
    /// more: as many can be busy as there are readers and the one that writes, and one makes
    /// checkpoints.
    ///
    /// Reading what is in memory takes microseconds, for which two are plenty. More help where the
    /// file is larger than the memory, and they wait for the disk.
    ///
    /// # Panics
    ///
    /// If `count` is 0: nothing could be read.
    #[must_use]
    pub const fn readers(mut self, count: usize) -> Self {
        assert!(count > 0, "without a reader nothing could be read");
        self.readers = count;
        self
    }

    /// How long a write waits while another process, or a tool, has the database locked: 5 seconds
    /// unless set. It fails then, as do the ones that wait with it.
    ///
    /// Who calls usually gives up earlier
    /// ([`Config::store_deadline`](crate::Config::store_deadline)), and the write is not done then.
    #[must_use]
    pub const fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// Opens the database, as [`SqliteStore::open`] does.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn open(self, path: impl AsRef<Path>) -> Result<SqliteStore, StoreError> {
        let path = path.as_ref().to_path_buf();
        let (answer, answered) = oneshot::channel();
        // A thread of its own: what waits for a disk must not hold up a runtime.
        let opening = move || {
            // Who has left does not need it; the store that nobody has ends its threads.
            let _ = answer.send(open::store(&self, &path));
        };
        thread::Builder::new()
            .name("sqlite-open".to_owned())
            .spawn(opening)
            .map_err(|error| open::no_thread().because(error))?;
        answered
            .await
            .unwrap_or_else(|_dropped| Err(Problem::Panicked.into_error("open a database")))
    }
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self::new()
    }
}
