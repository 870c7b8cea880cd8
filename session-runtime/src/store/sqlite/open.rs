//! From a path to a store: the file, its connections and their threads.

use std::{
    fs::OpenOptions,
    io,
    path::{Path, PathBuf, absolute},
    sync::Arc,
    thread,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::{
    Durability, SqliteOptions, SqliteStore, Threads, checkpoint, lock,
    problem::{Outcome, Problem},
    queue::Queue,
    schema,
    writer::Writer,
};
use crate::store::{StoreError, StoreErrorKind};

/// Room for every statement of this module.
const STATEMENTS: usize = 64;

pub(super) fn store(options: &SqliteOptions, path: &Path) -> Result<SqliteStore, StoreError> {
    let path = file(path)?;
    let what = format!("open `{}`", path.display());
    let failed = |problem: Problem| problem.into_error(&what);
    let (meter, calls) = checkpoint::meter();
    // Others may be making the same file.
    let writer = || writer(options, &path);
    let writer = lock::take(options.busy_timeout, writer, || true).map_err(failed)?;
    let writer = Writer::new(writer, options.busy_timeout, meter);
    let checkpointer = connect(options, &path).map_err(failed)?;
    let readers = (0..options.readers).map(|_| reader(options, &path));
    let readers = readers.collect::<Outcome<Vec<_>>>().map_err(failed)?;
    // Ends the threads that have started, should another fail to.
    let threads = Arc::new(Threads {
        path,
        queue: Arc::new(Queue::new(writer, readers)),
    });
    spawn("sqlite-check", move || {
        checkpoint::run(&checkpointer, &calls);
    })?;
    for _ in 0..threads.queue.threads() {
        let queue = Arc::clone(&threads.queue);
        spawn("sqlite", move || queue.serve())?;
    }
    Ok(SqliteStore(threads))
}

/// Makes the file if there is none, which only its owner may read. SQLite would let everybody, and
/// gives the files beside it the same rights.
fn file(path: &Path) -> Result<PathBuf, StoreError> {
    let failed = |reason: &str, error: io::Error| {
        let message = format!("sqlite: cannot open `{}`: {reason}", path.display());
        StoreError::new(StoreErrorKind::Unavailable, message).because(error)
    };
    // Also keeps SQLite from seeing a meaning in names like `:memory:`.
    let whole = absolute(path).map_err(|error| failed("it is no path", error))?;
    let mut create = OpenOptions::new();
    create.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut create, 0o600);
    match create.open(&whole) {
        Ok(_) => Ok(whole),
        Err(error) => match error.kind() {
            io::ErrorKind::AlreadyExists if whole.is_dir() => {
                Err(failed("it is a directory; name a file in it", error))
            }
            io::ErrorKind::AlreadyExists => Ok(whole),
            io::ErrorKind::NotFound => Err(failed(
                "its directory does not exist; make it before",
                error,
            )),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Err(failed(
                "it cannot be made there; let this program write the directory",
                error,
            )),
            _ => Err(failed("it cannot be made", error)),
        },
    }
}

fn writer(options: &SqliteOptions, path: &Path) -> Outcome<Connection> {
    let mut connection = connect(options, path)?;
    if connection.is_readonly("main")? {
        return Err(Problem::ReadOnly);
    }
    // Before anything is changed: it may be the database of somebody else.
    schema::check(&connection)?;
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(Problem::NoWal);
    }
    let synchronous = match options.durability {
        Durability::Normal => "NORMAL",
        Durability::Full => "FULL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if schema::is_new(&transaction)? {
        schema::migrate(&transaction)?;
    }
    transaction.commit()?;
    // From here on the writer waits in its own way.
    connection.busy_timeout(Duration::ZERO)?;
    Ok(connection)
}

fn reader(options: &SqliteOptions, path: &Path) -> Outcome<Connection> {
    let connection = connect(options, path)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn connect(options: &SqliteOptions, path: &Path) -> Outcome<Connection> {
    // No mutex: one thread at a time has a connection. No URI: a path is a path.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(options.busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Of sorting and the like: a file in /tmp could be out of reach.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map(drop)
        .map_err(|error| no_thread().because(error))
}

pub(super) fn no_thread() -> StoreError {
    let message = "sqlite: cannot start a thread";
    StoreError::new(StoreErrorKind::Unavailable, message)
}
