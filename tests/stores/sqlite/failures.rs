//! What goes wrong with a disk and a file while a store is open: it is said, and it goes on.

use std::fs;

use rusqlite::Connection;
use session_runtime::store::{
    Created, PrincipalIndex, Record, Saved, SessionStore, SqliteStore, StoreErrorKind,
};

use tokio::task::JoinSet;

use super::{Folder, LATER, NOW, another, disk::Disk, key, record, revision, signed_in, somebody};

fn large(number: i64) -> Record {
    Record::new(revision(number), vec![b'x'; 20_000], None, NOW, LATER)
}

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_that_was_there_is_lost() {
    let Some(disk) = Disk::of_bytes(1 << 20) else {
        return;
    };
    let store = SqliteStore::open(disk.path("sessions.db")).await.unwrap();
    let mut kept = 0;
    let error = loop {
        match store.create(&key(kept), &large(1)).await {
            Ok(created) => assert_eq!(created, Created::Done),
            Err(error) => break error,
        }
        kept += 1;
    };
    assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
    assert!(error.to_string().contains("the disk is full"), "{error}");
    assert_eq!(store.load(&key(kept)).await.unwrap(), None);
    for number in 0..kept {
        let found = store.load(&key(number)).await.unwrap();
        assert_eq!(found, Some(large(1)), "{number}");
    }
    // Somebody makes room.
    let reopened = SqliteStore::open(disk.path("sessions.db")).await;
    drop(reopened);
    disk.set_size(8 << 20);
    let created = store.create(&key(kept), &large(1)).await.unwrap();
    assert_eq!(created, Created::Done);
    let deleted = store.delete(&key(0), None).await.unwrap();
    assert_eq!(deleted, Saved::Done);
}

#[tokio::test]
async fn a_full_disk_is_said_when_a_database_is_opened() {
    let Some(disk) = Disk::of_bytes(1 << 16) else {
        return;
    };
    fs::write(disk.path("other"), vec![0; 1 << 16]).unwrap();
    let error = SqliteStore::open(disk.path("sessions.db"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
    assert!(error.to_string().contains("sessions.db"), "{error}");
}

#[tokio::test]
async fn a_read_only_disk_is_said() {
    let Some(disk) = Disk::of_bytes(1 << 20) else {
        return;
    };
    let store = SqliteStore::open(disk.path("sessions.db")).await.unwrap();
    store.create(&key(1), &record(1)).await.unwrap();
    drop(store);
    disk.set_writable(false);
    let error = SqliteStore::open(disk.path("sessions.db"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    let text = error.to_string();
    assert!(
        text.contains("sessions.db`: it is read-only; let this program write"),
        "{text}"
    );
    let error = SqliteStore::open(disk.path("new.db")).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("new.db`: it cannot be made there; let this program"),
        "{text}"
    );
    disk.set_writable(true);
    let store = SqliteStore::open(disk.path("sessions.db")).await.unwrap();
    assert_eq!(store.load(&key(1)).await.unwrap(), Some(record(1)));
}

#[tokio::test]
async fn a_file_without_the_right_to_write_it_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    drop(folder.open().await);
    fs::set_permissions(folder.database(), PermissionsExt::from_mode(0o400)).unwrap();
    if fs::OpenOptions::new()
        .write(true)
        .open(folder.database())
        .is_ok()
    {
        eprintln!("left out: root may write everything");
        return;
    }
    let error = SqliteStore::open(folder.database()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("it is read-only"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_log_stays_short_however_much_is_written() {
    let folder = Folder::new();
    let store = folder.open().await;
    let mut tasks = JoinSet::new();
    for task in 0..16 {
        let store = store.clone();
        tasks.spawn(async move {
            store.create(&key(task), &large(0)).await.unwrap();
            for number in 0..600 {
                let new = large(number + 1);
                let saved = store.save(&key(task), revision(number), &new).await;
                assert_eq!(saved.unwrap(), Saved::Done);
            }
        });
    }
    tasks.join_all().await;
    // 16 MiB, and what came between two looks; 200 MiB were written.
    let log = fs::metadata(folder.0.join("sessions.db-wal"))
        .unwrap()
        .len();
    assert!(log < 32 << 20, "{log} bytes");
}

/// Changes a row as no store does.
fn garble(connection: &Connection, number: usize, change: &str) {
    let sql = format!("UPDATE session SET {change} WHERE key = ?1");
    let changed = connection.execute(&sql, (key(number).as_bytes(),));
    assert_eq!(changed.unwrap(), 1, "{change}");
}

#[tokio::test]
async fn a_garbled_row_is_said_and_others_are_not_concerned() {
    let folder = Folder::new();
    let store = folder.open().await;
    let other = another(&folder.database());
    store.create(&key(9), &signed_in(9, NOW)).await.unwrap();
    for change in [
        "principal = CAST(substr(principal, 1, 31) AS BLOB)",
        "principal = x''",
        "principal = CAST(principal || x'00' AS BLOB)",
        "touched = -1",
        "expires = -1",
    ] {
        store.create(&key(1), &signed_in(1, NOW)).await.unwrap();
        garble(&other, 1, change);
        let error = store.load(&key(1)).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{change}: {error}");
        assert_eq!(
            error.to_string(),
            "sqlite: cannot load a record: its row is no record"
        );
        let found = store.load(&key(9)).await.unwrap();
        assert_eq!(found, Some(signed_in(9, NOW)), "{change}");
        // The session can be ended all the same.
        let deleted = store.delete(&key(1), None).await.unwrap();
        assert_eq!(deleted, Saved::Done, "{change}");
    }
}

#[tokio::test]
async fn a_garbled_key_does_not_keep_the_others_of_its_principal_alive() {
    let folder = Folder::new();
    let store = folder.open().await;
    for number in 1..=3 {
        store
            .create(&key(number), &signed_in(1, NOW))
            .await
            .unwrap();
    }
    garble(&another(&folder.database()), 2, "key = x'00'");
    let mut ended = store.delete_all(&somebody(), None).await.unwrap();
    ended.sort();
    assert_eq!(ended, [key(1), key(3)]);
    assert!(store.list(&somebody()).await.unwrap().is_empty());
}

#[tokio::test]
async fn truncated_data_are_the_library_s_to_judge_and_come_as_they_are() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.create(&key(1), &record(1)).await.unwrap();
    garble(&another(&folder.database()), 1, "data = substr(data, 1, 4)");
    let found = store.load(&key(1)).await.unwrap().unwrap();
    assert_eq!(found.data(), b"{\"nu");
    let saved = store.save(&key(1), revision(1), &record(2)).await.unwrap();
    assert_eq!(saved, Saved::Done);
}

#[tokio::test]
async fn damaged_pages_are_said_and_do_not_end_the_store() {
    let folder = Folder::new();
    let store = folder.open().await;
    for number in 0..500 {
        store.create(&key(number), &large(1)).await.unwrap();
    }
    drop(store);
    while folder.0.join("sessions.db-wal").exists() {
        std::thread::yield_now();
    }
    let mut bytes = fs::read(folder.database()).unwrap();
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..] {
        *byte ^= 0x5a;
    }
    fs::write(folder.database(), bytes).unwrap();
    let store = folder.open().await;
    let mut damaged = 0;
    for number in 0..500 {
        if let Err(error) = store.load(&key(number)).await {
            assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error}");
            damaged += 1;
        }
    }
    assert!(damaged > 0);
}
