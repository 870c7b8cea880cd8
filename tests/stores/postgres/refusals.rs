//! What the store says when the server, the pool or a record is not as it should be.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use deadpool_postgres::{Manager, Pool, Runtime};
use session_runtime::store::{PostgresStore, PrincipalIndex, Record, SessionStore, StoreErrorKind};
use tests::servers::postgres::{Database, other_user};
use tokio::time::timeout;
use tokio_postgres::NoTls;

use super::{Bench, DEADLINE, HOUR, NOW, hex, key, principal, record, revision, whole};

#[tokio::test]
async fn a_read_only_server_answers_loads_and_says_so_otherwise() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let (key, record) = (key(), record(None));
    bench.store.create(&key, &record).await.unwrap();
    let url = format!(
        "{}?options=-c%20default_transaction_read_only%3Don",
        bench.database.url()
    );
    let store = PostgresStore::connect(&url).await.unwrap();
    assert_eq!(store.load(&key).await.unwrap(), Some(record.clone()));
    let error = store
        .save(&key, record.revision(), &record)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(whole(&error).contains("read-only transaction"), "{error:?}");
    // A server for reading only can be passed over by the URL.
    let writable = format!("{url}&target_session_attrs=read-write");
    PostgresStore::connect(&writable).await.unwrap_err();
}

#[tokio::test]
async fn a_save_that_a_trigger_lets_nothing_of_through_is_an_error_and_no_endless_loop() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let (key, record) = (key(), record(None));
    bench.store.create(&key, &record).await.unwrap();
    let trigger = "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS \
        'BEGIN RETURN NULL; END'; \
        CREATE TRIGGER nothing BEFORE UPDATE ON session_records \
        FOR EACH ROW EXECUTE FUNCTION nothing()";
    bench.other().await.batch_execute(trigger).await.unwrap();
    let save = bench.store.save(&key, record.revision(), &record);
    let error = timeout(DEADLINE, save).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
}

#[tokio::test]
async fn a_pool_with_none_free_says_so_in_time() {
    let Some(database) = Database::shared() else {
        return;
    };
    let pool = Pool::builder(Manager::new(database.url().parse().unwrap(), NoTls))
        .max_size(2)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(Duration::from_millis(50)))
        .build()
        .unwrap();
    let store = PostgresStore::with_pool(pool.clone());
    store.migrate().await.unwrap();
    let taken = [pool.get().await.unwrap(), pool.get().await.unwrap()];
    let error = store.load(&key()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    let message = error.to_string();
    assert!(
        message.contains("all 2 connections of the pool are in use"),
        "{message}"
    );
    assert!(message.contains("50ms"), "{message}");
    drop(taken);
    store.load(&key()).await.unwrap();
    pool.close();
    let error = store.load(&key()).await.unwrap_err();
    assert!(whole(&error).contains("pool was closed"), "{error:?}");
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended_by_the_server() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let name = bench.database.name();
    bench.database.sql(&format!(
        "ALTER DATABASE {name} SET statement_timeout = '100ms'"
    ));
    let store = PostgresStore::connect(&bench.database.url()).await.unwrap();
    let other = bench.other().await;
    other
        .batch_execute("BEGIN; LOCK TABLE session_records")
        .await
        .unwrap();
    let start = Instant::now();
    let error = store.load(&key()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Deadline);
    let its_own = Duration::from_secs(5);
    assert!(start.elapsed() < its_own, "what the database says is kept");
    other.batch_execute("COMMIT").await.unwrap();
    bench
        .database
        .sql(&format!("ALTER DATABASE {name} RESET statement_timeout"));
}

#[tokio::test]
async fn a_full_disk_is_full_and_what_was_there_stays() {
    let Some(database) = Database::alone(&["max_wal_size=64MB"]) else {
        return;
    };
    let bench = Bench::on(database).await;
    let Some(small) = SmallDisk::mount() else {
        return;
    };
    bench
        .database
        .sql(&format!("CREATE TABLESPACE small LOCATION '{}'", small.0));
    bench
        .database
        .sql("ALTER TABLE session_records SET TABLESPACE small");
    let mut kept = Vec::new();
    let error = loop {
        // Random, so that it is not compressed.
        let data: Vec<u8> = (0..512).flat_map(|_| super::bytes()).collect();
        let record = Record::new(revision(), data, None, NOW, NOW + HOUR);
        let key = key();
        match bench.store.create(&key, &record).await {
            Ok(_) => kept.push((key, record)),
            Err(error) => break error,
        }
        assert!(kept.len() < 2_000, "it never fills");
    };
    assert_eq!(error.kind(), StoreErrorKind::Full, "{error:?}");
    assert!(whole(&error).contains("No space left"), "{error:?}");
    for (key, record) in &kept {
        assert_eq!(bench.store.load(key).await.unwrap().as_ref(), Some(record));
    }
    let (key, _) = kept.swap_remove(0);
    bench.store.delete(&key, None).await.unwrap();
    drop(bench);
}

/// A file system of 4 MB, which goes when it is dropped.
struct SmallDisk(String);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let place = std::env::temp_dir().join(format!("session-small-{}", std::process::id()));
        std::fs::create_dir_all(&place).unwrap();
        let place = place.display().to_string();
        let (user, group) = other_user().unwrap_or_default();
        let options = format!("size=4m,uid={user},gid={group}");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs", &place])
            .output();
        if mount.is_ok_and(|mount| mount.status.success()) {
            return Some(Self(place));
        }
        let _ = std::fs::remove_dir(&place);
        eprintln!("left out: a full disk: no file system can be mounted here");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Its server has ended; lazily, in case that it has not.
        let _ = Command::new("umount").args(["-l", &self.0]).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[tokio::test]
async fn a_row_that_is_no_record_is_corrupt_and_harms_no_other() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let constraints = "SELECT string_agg(format('DROP CONSTRAINT %I', conname), ', ') \
        FROM pg_constraint WHERE conrelid = 'session_records'::regclass AND contype = 'c'";
    let constraints = bench.database.sql(constraints);
    bench
        .database
        .sql(&format!("ALTER TABLE session_records {constraints}"));
    let whose = principal();
    for damage in [
        "principal = substr(principal, 1, 31)",
        "principal = principal || '\\x00'",
        "touched = -1",
        "expires = -1",
    ] {
        let (damaged, intact) = (key(), key());
        bench
            .store
            .create(&damaged, &record(Some(whose)))
            .await
            .unwrap();
        bench.store.create(&intact, &record(None)).await.unwrap();
        let row = format!("WHERE key = '\\x{}'", hex(damaged.as_bytes()));
        bench
            .database
            .sql(&format!("UPDATE session_records SET {damage} {row}"));
        let error = bench.store.load(&damaged).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{damage}");
        assert!(bench.store.load(&intact).await.unwrap().is_some());
        bench.store.delete(&damaged, None).await.unwrap();
        assert_eq!(bench.store.load(&damaged).await.unwrap(), None);
    }
    // What the library keeps in it is for the library to refuse.
    let cut = key();
    bench
        .store
        .create(&cut, &record(Some(whose)))
        .await
        .unwrap();
    for length in (0..5).rev() {
        bench.database.sql(&format!(
            "UPDATE session_records SET data = substr(data, 1, {length})"
        ));
        assert_eq!(
            bench.store.load(&cut).await.unwrap().unwrap().data().len(),
            length
        );
        assert_eq!(bench.store.list(&whose).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn the_tables_take_no_row_that_is_no_record() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let other = bench.other().await;
    for values in [
        "'short', 1, 'x', NULL, 1, 1",
        "sha256('a'), 1, 'x', 'short', 1, 1",
        "sha256('a'), 1, 'x', NULL, -1, 1",
        "sha256('a'), 1, 'x', NULL, 1, -1",
        "sha256('a'), 1, NULL, NULL, 1, 1",
    ] {
        let insert = format!("INSERT INTO session_records VALUES ({values})");
        other.batch_execute(&insert).await.unwrap_err();
    }
}

#[tokio::test]
async fn numbers_beyond_what_the_server_counts_mean_for_ever() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let key = key();
    let endless = super::record_at(None, NOW, u64::MAX);
    bench.store.create(&key, &endless).await.unwrap();
    let loaded = bench.store.load(&key).await.unwrap().unwrap();
    assert_eq!(loaded.expires(), u64::MAX >> 1);
    bench.store.touch(&key, u64::MAX, u64::MAX).await.unwrap();
    bench.store.delete(&key, None).await.unwrap();
}
