//! Removing what has expired, while others go on.

use session_runtime::store::{Revocations, SessionStore, Sweep};
use tokio::task::JoinSet;

use super::{Bench, HOUR, NOW, hex, key, principal, record_at};

#[tokio::test]
async fn more_than_one_step_of_expired_records_goes_and_the_living_stay() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    bench.database.sql(&format!(
        "INSERT INTO session_records \
         SELECT sha256(n::text::bytea), n, 'x', NULL, 1, {NOW} + n - 2500 \
         FROM generate_series(1, 3000) AS n"
    ));
    assert_eq!(Sweep::sweep(&bench.store, NOW).await.unwrap(), 2500);
    assert_eq!(bench.count(), 500);
    assert_eq!(
        bench
            .database
            .sql("SELECT min(expires) FROM session_records"),
        (NOW + 1).to_string()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_servers_that_sweep_at_once_share_the_work() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    bench.database.sql(
        "INSERT INTO session_records SELECT sha256(n::text::bytea), n, 'x', NULL, 1, n \
         FROM generate_series(1, 20000) AS n",
    );
    let mut tasks = JoinSet::new();
    for _ in 0..4 {
        let store = bench.store.clone();
        tasks.spawn(async move { Sweep::sweep(&store, NOW).await.unwrap() });
    }
    let removed: u64 = tasks.join_all().await.into_iter().sum();
    assert_eq!(removed + bench.count(), 20_000, "each counted once");
    Sweep::sweep(&bench.store, NOW).await.unwrap();
    assert_eq!(bench.count(), 0);
}

#[tokio::test]
async fn a_sweep_waits_for_nobody() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let (held, free) = (key(), key());
    for key in [&held, &free] {
        bench
            .store
            .create(key, &record_at(None, 1, 2))
            .await
            .unwrap();
    }
    let other = bench.other().await;
    let lock = format!(
        "BEGIN; SELECT 1 FROM session_records WHERE key = '\\x{}' FOR UPDATE",
        hex(held.as_bytes())
    );
    other.batch_execute(&lock).await.unwrap();
    assert_eq!(Sweep::sweep(&bench.store, NOW).await.unwrap(), 1);
    other.batch_execute("COMMIT").await.unwrap();
    assert_eq!(Sweep::sweep(&bench.store, NOW).await.unwrap(), 1);
}

#[tokio::test]
async fn a_record_that_is_being_touched_is_not_swept() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let kept = key();
    bench
        .store
        .create(&kept, &record_at(None, 1, NOW))
        .await
        .unwrap();
    let other = bench.other().await;
    let touch = format!("BEGIN; UPDATE session_records SET expires = {}", NOW + HOUR);
    other.batch_execute(&touch).await.unwrap();
    assert_eq!(Sweep::sweep(&bench.store, NOW).await.unwrap(), 0);
    other.batch_execute("COMMIT").await.unwrap();
    assert_eq!(Sweep::sweep(&bench.store, NOW).await.unwrap(), 0);
    assert!(bench.store.load(&kept).await.unwrap().is_some());
}

#[tokio::test]
async fn revocations_and_epochs_that_could_not_come_back_go_too() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let (old, new, whose) = (key(), key(), principal());
    bench.store.revoke(&old, NOW).await.unwrap();
    bench.store.revoke(&new, NOW + 1).await.unwrap();
    bench.store.advance_epoch(&whose, 4, NOW).await.unwrap();
    assert_eq!(Sweep::sweep(&bench.store, NOW).await.unwrap(), 2);
    let standing = bench
        .store
        .standing(Some(&old), Some(&whose))
        .await
        .unwrap();
    assert_eq!((standing.is_revoked, standing.epoch), (false, 0));
    assert!(
        bench
            .store
            .standing(Some(&new), None)
            .await
            .unwrap()
            .is_revoked
    );
}
