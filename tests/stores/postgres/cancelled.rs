//! Calls whose futures are dropped: done or not, never by half, and nobody else notices.

use std::time::{Duration, Instant};

use deadpool_postgres::{Manager, Pool};
use session_runtime::store::{
    PostgresStore, PrincipalId, PrincipalIndex, Record, Revocations, SessionKey, SessionLimit,
    SessionStore, Sweep,
};
use tokio::{task::JoinSet, time::timeout};
use tokio_postgres::NoTls;

use super::{Bench, DEADLINE, HOUR, NOW, hex, key, number, principal, record, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_dropped_at_any_moment_leave_every_connection_as_good_as_new() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let store = bench.with_pool_size(4).await;
    let people = [principal(), principal()];
    let keys: Vec<_> = (0..6).map(|_| key()).collect();
    let mut tasks = JoinSet::new();
    for task in 0..8 {
        tasks.spawn(drop_calls(store.clone(), task, keys.clone(), people));
    }
    tasks.join_all().await;
    // As many at once as there are connections, so that all of them are used.
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let store = store.clone();
        tasks.spawn(async move {
            let (key, record) = (key(), record(None));
            store.create(&key, &record).await.unwrap();
            assert_eq!(store.load(&key).await.unwrap(), Some(record));
        });
    }
    tasks.join_all().await;
    let others = "FROM pg_stat_activity WHERE datname = current_database() \
        AND pid <> pg_backend_pid()";
    until("all are idle, and none in a transaction", async || {
        bench
            .database
            .sql(&format!("SELECT count(*) {others} AND state <> 'idle'"))
            == "0"
    })
    .await;
    assert!(
        bench
            .database
            .sql(&format!("SELECT count(*) {others}"))
            .parse::<u8>()
            .unwrap()
            <= 4
    );
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(bench.database.sql(locks), "0");
    for whose in people {
        let listed = store.list(&whose).await.unwrap();
        for (key, listed) in listed {
            assert_eq!(store.load(&key).await.unwrap(), Some(listed));
        }
    }
}

async fn drop_calls(
    store: PostgresStore,
    task: usize,
    keys: Vec<SessionKey>,
    people: [PrincipalId; 2],
) {
    for turn in 0..150 {
        let (key, whose) = (&keys[(task + turn) % 6], people[turn % 2]);
        let (fresh, limit) = (record(Some(whose)), SessionLimit::new(2));
        let moment = Duration::from_micros(number() % 3_000);
        let _ = match number() % 7 {
            0 => timeout(moment, store.admit(key, None, &fresh, limit))
                .await
                .is_ok(),
            1 => timeout(moment, store.touch(key, NOW, NOW + HOUR))
                .await
                .is_ok(),
            2 => timeout(moment, store.delete(key, None)).await.is_ok(),
            3 => timeout(moment, store.list(&whose)).await.is_ok(),
            4 => timeout(moment, store.advance_epoch(&whose, 1, NOW))
                .await
                .is_ok(),
            5 => timeout(moment, Sweep::sweep(&store, NOW)).await.is_ok(),
            _ => timeout(moment, store.create(key, &fresh)).await.is_ok(),
        };
    }
}

#[tokio::test]
async fn a_call_dropped_while_its_connection_is_opened_leaves_it_to_the_next() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let manager = Manager::new(bench.database.url().parse().unwrap(), NoTls);
    let pool = Pool::builder(manager).max_size(2).build().unwrap();
    let store = PostgresStore::with_pool(pool.clone());
    for _ in 0..50 {
        // Begun, and dropped at the first wait.
        let key = key();
        let _ = timeout(Duration::ZERO, store.load(&key)).await;
    }
    until("both are open", async || pool.status().available == 2).await;
    store.load(&key()).await.unwrap();
    assert_eq!(pool.status().size, 2);
}

#[tokio::test]
async fn a_dropped_call_that_waits_for_a_lock_holds_nobody_up() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    // It waits longer for the lock than anybody for its connection.
    bench.database.sql(&format!(
        "ALTER DATABASE {} SET statement_timeout = '1h'",
        bench.database.name()
    ));
    let store = bench.with_pool_size(3).await;
    let (held, free) = (key(), key());
    let first = record(None);
    store.create(&held, &first).await.unwrap();
    store.create(&free, &first).await.unwrap();
    let other = bench.other().await;
    let lock = format!(
        "BEGIN; SELECT 1 FROM session_records WHERE key = '\\x{}' FOR UPDATE",
        hex(held.as_bytes())
    );
    other.batch_execute(&lock).await.unwrap();
    for count in 1..=2 {
        let (store, first) = (store.clone(), first.clone());
        let save = tokio::spawn(async move {
            store
                .save(&held, first.revision(), &record(None))
                .await
                .unwrap()
        });
        bench.waiting(count).await;
        save.abort();
        assert!(save.await.unwrap_err().is_cancelled());
    }
    // Whichever connection they get, it is none that waits for that lock.
    for _ in 0..12 {
        let loaded = timeout(DEADLINE / 2, store.load(&free)).await;
        assert!(loaded.expect("nobody waits").unwrap().is_some());
    }
    other.batch_execute("COMMIT").await.unwrap();
    let left: Record = store.load(&held).await.unwrap().unwrap();
    assert_eq!(left.expires(), NOW + HOUR);
    until("all connections are free again", async || {
        let start = Instant::now();
        let all = tokio::join!(store.load(&free), store.load(&free), store.load(&free));
        all.0.is_ok() && all.1.is_ok() && all.2.is_ok() && start.elapsed() < DEADLINE
    })
    .await;
}

#[tokio::test]
async fn a_dropped_calls_connection_is_given_up_when_no_answer_comes() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    // No limit of the server's: only the store's own patience ends it.
    bench.database.sql(&format!(
        "ALTER DATABASE {} SET statement_timeout = '1h'",
        bench.database.name()
    ));
    let store = bench.with_pool_size(1).await;
    let held = key();
    let first = record(None);
    store.create(&held, &first).await.unwrap();
    let other = bench.other().await;
    other
        .batch_execute("BEGIN; LOCK TABLE session_records IN SHARE MODE")
        .await
        .unwrap();
    let late = timeout(
        Duration::from_millis(200),
        store.save(&held, first.revision(), &first),
    );
    assert!(late.await.is_err());
    // Reading is still possible, with the connection that replaces it.
    until("another connection", async || {
        store.load(&held).await.is_ok()
    })
    .await;
    other.batch_execute("COMMIT").await.unwrap();
}
