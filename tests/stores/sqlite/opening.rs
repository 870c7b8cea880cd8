//! Opening a file, and refusing one, with the path, the reason and what to do.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    time::{Duration, Instant},
};

use session_runtime::store::{
    Durability, SessionStore, SqliteOptions, SqliteStore, StoreError, StoreErrorKind,
};
use tokio::task::JoinSet;

use super::{
    Folder, another,
    child::{self, Process},
    key, record,
};

/// What opening `path` fails with. The text names the path.
async fn refused(path: &Path) -> StoreError {
    let error = SqliteStore::open(path).await.unwrap_err();
    let text = error.to_string();
    let begin = format!("sqlite: cannot open `{}`: ", path.display());
    assert!(text.starts_with(&begin), "{text}");
    error
}

#[track_caller]
fn says(error: &StoreError, kind: StoreErrorKind, what: &str) {
    assert_eq!(error.kind(), kind, "{error}");
    assert!(
        error.to_string().contains(what),
        "{error}\nshould say: {what}"
    );
}

#[tokio::test]
async fn a_missing_directory_is_named() {
    let folder = Folder::new();
    let error = refused(&folder.0.join("no/such/sessions.db")).await;
    says(
        &error,
        StoreErrorKind::Unavailable,
        "its directory does not exist; make it",
    );
    assert!(fs::read_dir(&folder.0).unwrap().next().is_none());
}

#[tokio::test]
async fn a_directory_is_no_database() {
    let folder = Folder::new();
    let error = refused(&folder.0).await;
    says(&error, StoreErrorKind::Unavailable, "it is a directory");
}

#[tokio::test]
async fn an_empty_path_is_refused() {
    let error = refused(Path::new("")).await;
    says(&error, StoreErrorKind::Unavailable, "it is no path");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_stays_as_it_is() {
    let folder = Folder::new();
    let text = "to whom it may concern: this is not a database. ".repeat(100);
    fs::write(folder.database(), &text).unwrap();
    let error = refused(&folder.database()).await;
    says(
        &error,
        StoreErrorKind::Corrupt,
        "the file is no SQLite database",
    );
    assert_eq!(fs::read_to_string(folder.database()).unwrap(), text);
}

#[tokio::test]
async fn a_database_that_was_cut_off_is_refused() {
    let folder = Folder::new();
    drop(folder.open().await);
    closed(&folder);
    let whole = fs::read(folder.database()).unwrap();
    for length in [50, 99, 100, 1000, 4096] {
        fs::write(folder.database(), &whole[..length]).unwrap();
        match SqliteStore::open(folder.database()).await {
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{length}: {error}"),
            Ok(store) => {
                let error = store.create(&key(1), &record(1)).await.unwrap_err();
                assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{length}: {error}");
            }
        }
        closed(&folder);
    }
}

/// Waits until the last connection is closed, which removes the log.
fn closed(folder: &Folder) {
    while folder.0.join("sessions.db-wal").exists() {
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn a_database_of_something_else_is_refused_and_stays_as_it_is() {
    let folder = Folder::new();
    for set_up in [
        "CREATE TABLE customer (id)",
        "PRAGMA user_version = 3",
        "PRAGMA application_id = 7",
    ] {
        let path = folder.0.join(format!("{set_up}.db"));
        another(&path).execute_batch(set_up).unwrap();
        let before = fs::read(&path).unwrap();
        let error = refused(&path).await;
        says(
            &error,
            StoreErrorKind::Unavailable,
            "give sessions a file of their own",
        );
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[tokio::test]
async fn o22_a_schema_of_a_later_version_is_refused_and_stays_as_it_is() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.create(&key(1), &record(1)).await.unwrap();
    let later = another(&folder.database());
    later.pragma_update(None, "user_version", 2).unwrap();
    let error = refused(&folder.database()).await;
    says(
        &error,
        StoreErrorKind::Unavailable,
        "its schema has version 2, written by a later",
    );
    // A process of the version before that is still running:
    let error = store.migrate().await.unwrap_err();
    says(
        &error,
        StoreErrorKind::Unavailable,
        "cannot migrate the database: its schema has version 2",
    );
    assert_eq!(store.load(&key(1)).await.unwrap(), Some(record(1)));
    let version = later.query_row("PRAGMA user_version", (), |row| row.get::<_, i64>(0));
    assert_eq!(version.unwrap(), 2);
}

#[tokio::test]
async fn to_migrate_again_changes_nothing() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.create(&key(1), &record(1)).await.unwrap();
    let schema = |folder: &Folder| {
        let sql = "SELECT group_concat(sql, ';' ORDER BY name) FROM sqlite_schema";
        let read = another(&folder.database()).query_row(sql, (), |row| row.get::<_, String>(0));
        read.unwrap()
    };
    let before = schema(&folder);
    for _ in 0..3 {
        store.migrate().await.unwrap();
    }
    assert_eq!(schema(&folder), before);
    assert_eq!(store.load(&key(1)).await.unwrap(), Some(record(1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_file_can_be_opened_and_migrated_by_many_at_once() {
    for _ in 0..20 {
        let folder = Folder::new();
        let mut opening = JoinSet::new();
        for number in 0..8 {
            let path = folder.database();
            opening.spawn(async move {
                let store = SqliteStore::open(path).await.unwrap();
                store.migrate().await.unwrap();
                store.create(&key(number), &record(1)).await.unwrap();
                store
            });
        }
        let stores = opening.join_all().await;
        for number in 0..8 {
            assert!(stores[0].load(&key(number)).await.unwrap().is_some());
        }
    }
}

#[tokio::test]
async fn opening_waits_for_others_and_says_in_the_end_that_they_have_it_locked() {
    let folder = Folder::new();
    let other = another(&folder.database());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let wait = Duration::from_millis(200);
    let start = Instant::now();
    let opened = SqliteOptions::new()
        .busy_timeout(wait)
        .open(folder.database())
        .await;
    let error = opened.unwrap_err();
    assert!(start.elapsed() >= wait);
    says(
        &error,
        StoreErrorKind::Unavailable,
        "sessions.db`: another connection has kept the",
    );
    other.execute_batch("COMMIT").unwrap();
    folder.open().await;
}

#[tokio::test]
async fn a_call_says_if_there_are_no_tables_and_to_migrate_helps() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.create(&key(1), &record(1)).await.unwrap();
    let drops = "DROP TABLE session; DROP TABLE revoked; DROP TABLE epoch;
                 PRAGMA user_version = 0; PRAGMA application_id = 0";
    another(&folder.database()).execute_batch(drops).unwrap();
    let error = store.load(&key(1)).await.unwrap_err();
    says(
        &error,
        StoreErrorKind::Unavailable,
        "call `migrate` once at the start",
    );
    let error = store.create(&key(1), &record(1)).await.unwrap_err();
    says(
        &error,
        StoreErrorKind::Unavailable,
        "call `migrate` once at the start",
    );
    store.migrate().await.unwrap();
    store.create(&key(1), &record(1)).await.unwrap();
}

#[tokio::test]
async fn only_its_owner_can_read_the_file() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.create(&key(1), &record(1)).await.unwrap();
    for name in ["sessions.db", "sessions.db-wal", "sessions.db-shm"] {
        let mode = fs::metadata(folder.0.join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn the_rights_of_a_file_that_exists_stay() {
    let folder = Folder::new();
    fs::write(folder.database(), "").unwrap();
    fs::set_permissions(folder.database(), PermissionsExt::from_mode(0o640)).unwrap();
    let _store = folder.open().await;
    let mode = fs::metadata(folder.database())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[tokio::test]
async fn names_that_mean_something_to_sqlite_are_names_of_files() {
    let folder = Folder::new();
    for name in [":memory:", "file:x?mode=memory", "%41 ü.db"] {
        let role = "sqlite::opening::the_process_that_opens";
        let durability = Durability::Normal;
        Process::start_in(&folder.0, role, Path::new(name), durability).succeeds();
        let store = SqliteStore::open(folder.0.join(name)).await.unwrap();
        assert!(store.load(&key(1)).await.unwrap().is_some(), "{name}");
    }
}

#[tokio::test]
async fn the_process_that_opens() {
    let Some((database, _)) = child::role() else {
        return;
    };
    let store = SqliteStore::open(database).await.unwrap();
    store.create(&key(1), &record(1)).await.unwrap();
}

#[tokio::test]
async fn a_link_is_followed() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.create(&key(1), &record(1)).await.unwrap();
    let link = folder.0.join("link.db");
    symlink(folder.database(), &link).unwrap();
    let linked = SqliteStore::open(&link).await.unwrap();
    assert!(linked.load(&key(1)).await.unwrap().is_some());
    let nowhere = folder.0.join("nowhere.db");
    symlink(folder.0.join("no/such"), &nowhere).unwrap();
    let error = refused(&nowhere).await;
    says(
        &error,
        StoreErrorKind::Unavailable,
        "the file cannot be opened",
    );
}

#[test]
#[should_panic(expected = "without a reader nothing could be read")]
fn no_readers_are_refused() {
    let _ = SqliteOptions::new().readers(0);
}

#[tokio::test]
async fn d32_a_store_shows_its_path_and_nothing_else() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.create(&key(1), &record(1)).await.unwrap();
    let shown = format!("{store:?}");
    let path = folder.database();
    assert_eq!(shown, format!("SqliteStore {{ path: {path:?}, .. }}"));
}
