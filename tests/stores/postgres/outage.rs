//! A server that hangs, is restarted, or vanishes and comes back.

use std::time::{Duration, Instant};

use session_runtime::store::{PostgresStore, SessionStore, StoreErrorKind};
use tests::servers::postgres::Database;
use tokio::{task::JoinSet, time::timeout};

use super::{Bench, DEADLINE, key, record, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_restart_of_the_server_no_call_fails() {
    let Some(database) = Database::alone(&[]) else {
        return;
    };
    let bench = Bench::on(database).await;
    let (key, record) = (key(), record(None));
    bench.store.create(&key, &record).await.unwrap();
    for _ in 0..3 {
        all_connections(&bench).await;
        bench.database.server().restart();
        for _ in 0..40 {
            assert_eq!(
                bench.store.load(&key).await.unwrap().as_ref(),
                Some(&record)
            );
        }
        all_connections(&bench).await;
        bench.database.server().kill();
        bench.database.server().launch();
        for _ in 0..40 {
            assert_eq!(
                bench.store.load(&key).await.unwrap().as_ref(),
                Some(&record)
            );
        }
    }
}

/// Has the pool open as many as it may.
async fn all_connections(bench: &Bench) {
    let other = bench.other().await;
    other
        .batch_execute("BEGIN; LOCK TABLE session_records")
        .await
        .unwrap();
    let mut loads = JoinSet::new();
    for _ in 0..PostgresStore::DEFAULT_POOL_SIZE {
        let store = bench.store.clone();
        loads.spawn(async move { store.load(&key()).await.unwrap() });
    }
    bench
        .waiting(i64::try_from(PostgresStore::DEFAULT_POOL_SIZE).unwrap())
        .await;
    other.batch_execute("COMMIT").await.unwrap();
    loads.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn while_the_server_is_down_calls_fail_at_once_and_then_work_again() {
    let Some(database) = Database::alone(&[]) else {
        return;
    };
    let bench = Bench::on(database).await;
    bench.database.server().kill();
    for _ in 0..20 {
        let start = Instant::now();
        let error = bench.store.load(&key()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        assert!(start.elapsed() < Duration::from_secs(5), "it waited");
    }
    bench.database.server().launch();
    bench.store.create(&key(), &record(None)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d29_a_server_that_hangs_holds_a_call_no_longer_than_its_caller_waits() {
    let Some(database) = Database::alone(&[]) else {
        return;
    };
    let bench = Bench::on(database).await;
    let (key, first) = (key(), record(None));
    bench.store.create(&key, &first).await.unwrap();
    bench.database.server().hang();
    let (limit, next) = (Duration::from_millis(100), record(None));
    let late = timeout(limit, bench.store.save(&key, first.revision(), &next)).await;
    let others: Vec<_> = (0..40)
        .map(|_| timeout(limit, bench.store.load(&key)))
        .collect();
    let others = futures_util::future::join_all(others).await;
    assert!(
        late.is_err() && others.iter().all(Result::is_err),
        "nothing answers"
    );

    // Nobody who waits longer waits for ever: for a connection, 5 s; for a new one, 5 s more.
    let start = Instant::now();
    let error = bench.store.load(&key).await.unwrap_err();
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    assert!(error.to_string().starts_with("postgres: "), "{error}");

    bench.database.server().go_on();
    until("it works again", async || {
        matches!(timeout(DEADLINE, bench.store.load(&key)).await, Ok(Ok(_)))
    })
    .await;
    // The save was done or was not, and whole.
    let left = bench.store.load(&key).await.unwrap().unwrap();
    assert!(left == first || left == next);
    for _ in 0..40 {
        bench.store.load(&key).await.unwrap();
    }
}
