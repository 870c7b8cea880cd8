//! Several processes, and several stores in one, with the same file.

use std::time::Duration;

use session_runtime::store::{
    Admitted, Durability, PrincipalIndex, Saved, SessionLimit, SessionStore, SqliteOptions,
    SqliteStore, StoreErrorKind, WhenFull,
};
use tokio::{task::JoinSet, time::timeout};

use super::{
    Folder, NOW, another,
    child::{self, Process},
    key, record, revision, signed_in, somebody,
};

/// How often each of several adds 1.
const ADDITIONS: i64 = 200;

/// Adds 1 to the record 1, whose revision is the sum, as the library saves: again after a conflict.
async fn add(store: &SqliteStore, times: i64) {
    for _ in 0..times {
        loop {
            let sum = store.load(&key(1)).await.unwrap().unwrap().revision();
            let new = record(sum.to_i64() + 1);
            if store.save(&key(1), sum, &new).await.unwrap() == Saved::Done {
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d26_no_save_of_several_processes_and_stores_is_lost() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.create(&key(1), &record(0)).await.unwrap();
    let role = "sqlite::processes::the_process_that_adds";
    let processes = [Durability::Normal, Durability::Full]
        .map(|durability| Process::start(role, &folder.database(), durability));
    let mut tasks = JoinSet::new();
    for store in [store.clone(), store.clone(), folder.open().await] {
        tasks.spawn(async move { add(&store, ADDITIONS).await });
    }
    tasks.join_all().await;
    for process in processes {
        process.succeeds();
    }
    let sum = store.load(&key(1)).await.unwrap().unwrap();
    assert_eq!(sum, record(5 * ADDITIONS));
}

#[tokio::test]
async fn the_process_that_adds() {
    let Some((database, durability)) = child::role() else {
        return;
    };
    let options = SqliteOptions::new().durability(durability);
    let store = options.open(database).await.unwrap();
    add(&store, ADDITIONS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn o08_sign_ins_through_several_stores_never_exceed_the_limit() {
    let folder = Folder::new();
    let stores = [folder.open().await, folder.open().await];
    for refuses in [false, true] {
        let mut sign_ins = JoinSet::new();
        for number in 0..40 {
            let store = stores[number % 2].clone();
            sign_ins.spawn(async move {
                let limit = SessionLimit::new(3).when_full(if refuses {
                    WhenFull::Refuse
                } else {
                    WhenFull::EndOldest
                });
                let record = signed_in(1, NOW + number as u64);
                let admitted = store.admit(&key(number), None, &record, limit).await;
                let now = store.list(&somebody()).await.unwrap().len();
                assert!(now <= 3, "{now} at once");
                admitted.unwrap() != Admitted::Refused
            });
        }
        let admitted = sign_ins.join_all().await.into_iter().filter(|in_| *in_);
        assert_eq!(admitted.count(), if refuses { 3 } else { 40 });
        let ended = stores[0].delete_all(&somebody(), None).await.unwrap();
        assert_eq!(ended.len(), 3);
    }
}

#[tokio::test]
async fn what_one_store_has_acknowledged_the_other_sees_at_once() {
    let folder = Folder::new();
    let (one, other) = (folder.open().await, folder.open().await);
    one.create(&key(1), &record(0)).await.unwrap();
    for number in 0..500 {
        let (writes, reads) = if number % 2 == 0 {
            (&one, &other)
        } else {
            (&other, &one)
        };
        let new = record(number + 1);
        let saved = writes.save(&key(1), revision(number), &new).await;
        assert_eq!(saved.unwrap(), Saved::Done);
        for store in [reads, writes] {
            let loaded = store.load(&key(1)).await.unwrap();
            assert_eq!(loaded, Some(record(number + 1)));
        }
    }
}

#[tokio::test]
async fn a_lock_of_another_process_holds_up_writes_and_no_reads() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.create(&key(1), &record(1)).await.unwrap();
    let role = "sqlite::processes::the_process_that_locks";
    let mut process = Process::start(role, &folder.database(), Durability::Normal);
    assert_eq!(process.hear().unwrap(), "locked");
    // The deadline of the library: it drops the future.
    let (key, new) = (key(1), record(2));
    let save = store.save(&key, revision(1), &new);
    timeout(Duration::from_millis(50), save).await.unwrap_err();
    assert_eq!(store.load(&key).await.unwrap(), Some(record(1)));
    process.release();
    process.succeeds();
    // Done or not, and not by half: here not, as it was given up before it began.
    assert_eq!(store.load(&key).await.unwrap(), Some(record(1)));
    let saved = store.save(&key, revision(1), &record(3)).await.unwrap();
    assert_eq!(saved, Saved::Done);
}

#[tokio::test]
async fn the_process_that_locks() {
    let Some((database, _)) = child::role() else {
        return;
    };
    let connection = another(&database);
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    child::say("locked");
    child::wait();
}

#[tokio::test]
async fn a_lock_that_stays_is_an_error_and_the_store_goes_on_after() {
    let folder = Folder::new();
    let options = SqliteOptions::new().busy_timeout(Duration::from_millis(50));
    let store = options.open(folder.database()).await.unwrap();
    let other = another(&folder.database());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.create(&key(1), &record(1)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    let text = error.to_string();
    assert!(
        text.starts_with("sqlite: cannot create a record: another connection has kept the"),
        "{text}"
    );
    assert_eq!(store.load(&key(1)).await.unwrap(), None);
    other.execute_batch("COMMIT").unwrap();
    store.create(&key(1), &record(1)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_busy_store_lets_another_write() {
    let folder = Folder::new();
    let (busy, other) = (folder.open().await, folder.open().await);
    let mut load = JoinSet::new();
    for task in 0..16 {
        let busy = busy.clone();
        load.spawn(async move {
            for number in 0.. {
                let key = key(task + number * 16);
                busy.create(&key, &record(1)).await.unwrap();
            }
        });
    }
    // Its busy timeout is 5 seconds, after which one of them failed.
    for number in 0..50 {
        let record = signed_in(1, NOW + number);
        let limit = SessionLimit::new(1);
        let key = key(usize::MAX - usize::try_from(number).unwrap());
        other.admit(&key, None, &record, limit).await.unwrap();
    }
    load.shutdown().await;
    assert_eq!(other.list(&somebody()).await.unwrap().len(), 1);
}
