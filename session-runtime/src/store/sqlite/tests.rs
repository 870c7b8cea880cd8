//! What only the inside shows: jobs that fail, panic and wait, and what SQLite was told.

use std::{
    env, fs,
    future::poll_fn,
    path::PathBuf,
    pin::pin,
    process,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    task::Poll,
    time::Duration,
};

use tokio::{runtime::Builder, sync::oneshot, task::unconstrained, time::timeout};

use super::*;
use crate::store::{
    Created, Record, Revision, Saved, SessionKey, SessionStore, StoreErrorKind,
    sqlite::problem::Problem,
};

/// A folder of a test's own, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("session-sqlite-{}-{number}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    async fn open(&self) -> SqliteStore {
        SqliteStore::open(self.0.join("sessions.db")).await.unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(test: impl AsyncFnOnce(Folder)) {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let test = async { timeout(Duration::from_secs(60), test(Folder::new())).await };
    runtime.block_on(test).unwrap();
}

fn key(number: u8) -> SessionKey {
    SessionKey::from_bytes([number; 32])
}

fn record(revision: i64, size: usize) -> Record {
    Record::new(Revision::from_i64(revision), vec![b'x'; size], None, 1, 9)
}

/// Holds the writer until the sender is dropped, and returns when it does.
async fn hold(store: &SqliteStore) -> mpsc::Sender<()> {
    let (go, wait) = mpsc::channel::<()>();
    let (begun, is_held) = oneshot::channel();
    let mut begun = Some(begun);
    let store = store.clone();
    tokio::spawn(async move {
        let held = store.write("hold", move |_| {
            if let Some(begun) = begun.take() {
                begun.send(()).unwrap();
            }
            wait.recv().unwrap_err();
            Ok(())
        });
        held.await.unwrap();
    });
    is_held.await.unwrap();
    go
}

/// Polls once, so that its job is in line.
async fn begin<F: Future + Unpin>(future: &mut F) {
    // Tokio would have the test yield after some.
    let once = unconstrained(poll_fn(|context| {
        assert!(pin!(&mut *future).poll(context).is_pending());
        Poll::Ready(())
    }));
    once.await;
}

/// Jobs that waited take the locks on the file once, and the view they share ends with them.
#[test]
fn reads_that_wait_together_are_one_view_and_the_next_is_another() {
    run(async |folder| {
        let options = SqliteOptions::new().readers(1);
        let path = folder.0.join("sessions.db");
        let store = options.open(path).await.unwrap();
        let (go, wait) = mpsc::channel::<()>();
        let mut held = Box::pin(store.read("hold", move |_| {
            wait.recv().unwrap_err();
            Ok(())
        }));
        begin(&mut held).await;
        let is_alone = || {
            let read = store.read("look", |connection| Ok(connection.is_autocommit()));
            Box::pin(read)
        };
        let mut panics = Box::pin(store.read("panic", |_| -> Outcome<()> { panic!("on purpose") }));
        let mut reads = [is_alone(), is_alone(), is_alone()];
        // The one that holds may have been taken with none, or be in line still.
        while store.0.queue.len(Line::Reads) > 0 {
            tokio::task::yield_now().await;
        }
        begin(&mut panics).await;
        for read in &mut reads {
            begin(read).await;
        }
        drop(go);
        held.await.unwrap();
        panics.await.unwrap_err();
        for read in reads {
            assert!(!read.await.unwrap());
        }
        assert!(is_alone().await.unwrap());
        store.create(&key(1), &record(1, 10)).await.unwrap();
        assert!(store.load(&key(1)).await.unwrap().is_some());
    });
}

#[test]
fn a_panic_fails_its_job_and_neither_the_thread_nor_its_neighbours() {
    run(async |folder| {
        let store = folder.open().await;
        let held = hold(&store).await;
        let (before, after) = (key(1), key(2));
        let (first, second) = (record(1, 10), record(1, 10));
        let mut before = store.create(&before, &first);
        begin(&mut before).await;
        let mut panics = Box::pin(store.write("panic", |connection| -> Outcome<()> {
            connection.execute("DELETE FROM session", ())?;
            panic!("on purpose")
        }));
        begin(&mut panics).await;
        let mut after = store.create(&after, &second);
        begin(&mut after).await;
        drop(held);
        let error = panics.await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        assert_eq!(
            error.to_string(),
            "sqlite: cannot panic: the operation panicked"
        );
        assert_eq!(before.await.unwrap(), Created::Done);
        assert_eq!(after.await.unwrap(), Created::Done);
        assert!(store.load(&key(1)).await.unwrap().is_some());
        let error = store.read("panic", |_| -> Outcome<()> { panic!("on purpose") });
        error.await.unwrap_err();
        assert!(store.load(&key(2)).await.unwrap().is_some());
    });
}

#[test]
fn jobs_that_wait_together_are_one_transaction() {
    run(async |folder| {
        let store = folder.open().await;
        let held = hold(&store).await;
        let mut jobs: Vec<_> = (0..100)
            .map(|number| {
                let path = store.0.path.clone();
                Box::pin(store.write("count what others see", move |connection| {
                    records::create(connection, &key(number), &record(1, 10))?;
                    let other = Connection::open(&path)?;
                    Ok(other.query_row("SELECT count(*) FROM session", (), |row| row.get(0))?)
                }))
            })
            .collect();
        for job in &mut jobs {
            begin(job).await;
        }
        drop(held);
        for job in jobs {
            let committed: i64 = job.await.unwrap();
            assert_eq!(committed, 0);
        }
        let last = store.load(&key(99)).await.unwrap();
        assert_eq!(last, Some(record(1, 10)));
    });
}

#[test]
fn a_job_that_nobody_waits_for_is_not_begun() {
    run(async |folder| {
        let store = folder.open().await;
        let (key, old, new) = (key(1), record(1, 10), record(2, 20));
        store.create(&key, &old).await.unwrap();
        let held = hold(&store).await;
        let mut save = store.save(&key, old.revision(), &new);
        begin(&mut save).await;
        drop(save);
        drop(held);
        let saved = store.save(&key, old.revision(), &record(3, 30)).await;
        assert_eq!(saved.unwrap(), Saved::Done);
        assert_eq!(store.load(&key).await.unwrap(), Some(record(3, 30)));
    });
}

#[test]
fn the_queue_is_bounded_and_who_waits_for_a_place_can_leave() {
    run(async |folder| {
        let store = folder.open().await;
        let (key, record) = (key(1), record(1, 10));
        store.create(&key, &record).await.unwrap();
        let held = hold(&store).await;
        let mut touches: Vec<_> = (0..3000).map(|time| store.touch(&key, time, 9)).collect();
        for touch in &mut touches {
            begin(touch).await;
        }
        // One place has the job that holds the writer.
        assert_eq!(store.0.queue.len(Line::Writes), 1023);
        for outside in touches.split_off(2500) {
            drop(outside);
        }
        drop(held);
        for touch in touches {
            assert!(touch.await.unwrap());
        }
        let last = store.load(&key).await.unwrap().unwrap();
        assert_eq!(last.touched(), 2499);
    });
}

#[test]
fn d29_reads_go_on_while_the_writer_is_held_up() {
    run(async |folder| {
        let store = folder.open().await;
        let (key, old) = (key(1), record(1, 10));
        store.create(&key, &old).await.unwrap();
        let held = hold(&store).await;
        let new = record(2, 10);
        let mut save = store.save(&key, old.revision(), &new);
        begin(&mut save).await;
        assert_eq!(store.load(&key).await.unwrap(), Some(old.clone()));
        drop(held);
        assert_eq!(save.await.unwrap(), Saved::Done);
        assert_eq!(store.load(&key).await.unwrap(), Some(new));
    });
}

#[test]
fn the_threads_end_with_the_last_store() {
    run(async |folder| {
        let store = folder.open().await;
        let copy = store.clone();
        drop(store);
        assert!(folder.0.join("sessions.db-wal").exists());
        copy.create(&key(1), &record(1, 10)).await.unwrap();
        drop(copy);
        // Whoever closes the last connection removes the log.
        while folder.0.join("sessions.db-wal").exists() {
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn the_threads_end_although_somebody_else_has_the_lock() {
    run(async |folder| {
        let options = SqliteOptions::new().busy_timeout(Duration::from_secs(3600));
        let path = folder.0.join("sessions.db");
        let store = options.open(&path).await.unwrap();
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let queue = Arc::downgrade(&store.0.queue);
        let (key, record) = (key(1), record(1, 10));
        let mut create = store.create(&key, &record);
        begin(&mut create).await;
        // It is in the writer's hands.
        while store.0.queue.len(Line::Writes) > 0 {
            tokio::task::yield_now().await;
        }
        drop(create);
        drop(store);
        while queue.strong_count() > 0 {
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn a_full_database_says_so_and_what_fits_still_goes_in() {
    run(async |folder| {
        let store = folder.open().await;
        let limit = |pages: i64| {
            move |connection: &Connection| {
                Ok(connection.pragma_update(None, "max_page_count", pages)?)
            }
        };
        store.create(&key(1), &record(1, 10)).await.unwrap();
        store.write("limit", limit(20)).await.unwrap();
        let (large, small) = (record(1, 200_000), record(1, 10));
        let (keys, held) = ([key(2), key(3), key(4)], hold(&store).await);
        let [mut before, mut full, mut after] = [
            store.create(&keys[0], &small),
            store.create(&keys[1], &large),
            store.create(&keys[2], &small),
        ];
        begin(&mut before).await;
        begin(&mut full).await;
        begin(&mut after).await;
        drop(held);
        let error = full.await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Full);
        assert!(error.to_string().contains("the disk is full"), "{error}");
        assert_eq!(before.await.unwrap(), Created::Done);
        assert_eq!(after.await.unwrap(), Created::Done);
        assert_eq!(store.load(&keys[1]).await.unwrap(), None);
        let grown = store.save(&key(1), Revision::from_i64(1), &large).await;
        assert_eq!(grown.unwrap_err().kind(), StoreErrorKind::Full);
        assert_eq!(store.load(&key(1)).await.unwrap(), Some(record(1, 10)));
        store.write("limit", limit(1000)).await.unwrap();
        let created = store.create(&keys[1], &large).await;
        assert_eq!(created.unwrap(), Created::Done);
    });
}

#[test]
fn durability_is_what_sqlite_was_told() {
    run(async |folder| {
        for (durability, told) in [(Durability::Normal, 1), (Durability::Full, 2)] {
            let options = SqliteOptions::new().durability(durability);
            let path = folder.0.join(format!("{durability:?}.db"));
            let store = options.open(path).await.unwrap();
            let synchronous = store.write("ask", |connection| {
                let pragma = |sql| connection.query_row(sql, (), |row| row.get::<_, i64>(0));
                Ok(pragma("PRAGMA synchronous")?)
            });
            assert_eq!(synchronous.await.unwrap(), told);
        }
    });
}

#[test]
fn readers_write_nothing() {
    run(async |folder| {
        let store = folder.open().await;
        let write = store.read("write", |connection| {
            records::create(connection, &key(1), &record(1, 10))
        });
        assert!(matches!(
            write.await.unwrap_err().kind(),
            StoreErrorKind::Unavailable
        ));
    });
}

#[test]
fn d32_no_message_of_sqlite_has_a_value_in_it() {
    let secret = [b'S'; 32];
    let connection = Connection::open_in_memory().unwrap();
    schema::migrate(&connection).unwrap();
    let insert = "INSERT INTO session (key, revision, data, touched, expires, sweep_at)
                  VALUES (?1, ?2, ?3, 1, 9, 9)";
    connection
        .execute(insert, (secret, 7_000_000_007_i64, secret))
        .unwrap();
    let twice = connection.execute(insert, (secret, 7_000_000_007_i64, secret));
    let mistyped = connection.execute(insert, (secret, secret, secret));
    let text = connection.query_row("SELECT revision, 1, 1 FROM session", (), |row| {
        row.get::<_, String>(0)
    });
    for problem in [twice.unwrap_err(), mistyped.unwrap_err(), text.unwrap_err()] {
        let error = Problem::from(problem).into_error("try");
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("SSSS") && !shown.contains("83, 83"),
            "{shown}"
        );
        assert!(!shown.contains("7000000007"), "{shown}");
    }
}
