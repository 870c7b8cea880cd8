//! What is left of what was acknowledged after the server was killed in the middle of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use session_runtime::store::{
    Created, PostgresStore, Record, Saved, SessionKey, SessionStore, StoreError,
};
use tests::servers::postgres::Database;
use tokio::task::JoinSet;

use super::{Bench, key, number, principal, record};

/// What one session went through: what was kept after each step, and when that was acknowledged.
/// The last may lack its acknowledgement.
#[derive(Default, Clone)]
struct History(Vec<(Option<Record>, Option<Instant>)>);

type Histories = Arc<Mutex<HashMap<SessionKey, History>>>;

/// Creates, saves and deletes sessions until the server is gone.
async fn work(store: PostgresStore, histories: Histories) {
    let step = |key: &SessionKey, after: Option<Record>| {
        let mut histories = histories.lock().unwrap();
        histories.entry(*key).or_default().0.push((after, None));
    };
    let acknowledged = |key: &SessionKey| {
        let mut histories = histories.lock().unwrap();
        histories.get_mut(key).unwrap().0.last_mut().unwrap().1 = Some(Instant::now());
    };
    let session = async || -> Result<(), StoreError> {
        let (key, mut current) = (key(), record(Some(principal())));
        step(&key, Some(current.clone()));
        assert_eq!(store.create(&key, &current).await?, Created::Done);
        acknowledged(&key);
        for _ in 0..number() % 6 {
            let next = record(current.principal().copied());
            step(&key, Some(next.clone()));
            assert_eq!(
                store.save(&key, current.revision(), &next).await?,
                Saved::Done
            );
            acknowledged(&key);
            current = next;
        }
        if number().is_multiple_of(2) {
            step(&key, None);
            assert_eq!(store.delete(&key, None).await?, Saved::Done);
            acknowledged(&key);
        }
        Ok(())
    };
    while session().await.is_ok() {}
}

/// Kills a server in mid-load, starts it again, and returns all histories with what is left.
async fn kill_under_load(bench: &Bench) -> (Instant, Vec<(History, Option<Record>)>) {
    let histories = Histories::default();
    let mut workers = JoinSet::new();
    for _ in 0..12 {
        workers.spawn(work(bench.store.clone(), Arc::clone(&histories)));
    }
    let some = 300 + usize::try_from(number() % 300).unwrap();
    super::until("some work", async || histories.lock().unwrap().len() > some).await;
    bench.database.server().kill();
    let killed = Instant::now();
    workers.join_all().await;
    bench.database.server().launch();
    let histories: Vec<_> = histories.lock().unwrap().drain().collect();
    let mut left = Vec::new();
    for (key, history) in histories {
        left.push((history, bench.store.load(&key).await.unwrap()));
    }
    (killed, left)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_with_synchronous_commit_the_server_has_lost_nothing_and_brought_nothing_back() {
    let Some(database) = Database::alone(&["synchronous_commit=on"]) else {
        return;
    };
    let bench = Bench::on(database).await;
    for _ in 0..3 {
        let (_, left) = kill_under_load(&bench).await;
        for (History(steps), left) in left {
            let at = steps
                .iter()
                .rposition(|(_, acknowledged)| acknowledged.is_some());
            // The last acknowledged, or the one that was under way.
            let possible = &steps[at.unwrap_or(0)..];
            let is_possible =
                possible.iter().any(|(after, _)| *after == left) || at.is_none() && left.is_none();
            assert!(is_possible, "{} steps, {left:?} is left", steps.len());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_without_synchronous_commit_the_server_has_lost_the_last_moments_and_no_more() {
    let Some(database) = Database::alone(&["synchronous_commit=off"]) else {
        return;
    };
    let bench = Bench::on(database).await;
    let (mut lost, mut oldest) = (0, Duration::ZERO);
    for _ in 0..3 {
        let (killed, left) = kill_under_load(&bench).await;
        for (History(steps), left) in left {
            let at = steps.iter().rposition(|(after, _)| *after == left);
            assert!(
                at.is_some() || left.is_none(),
                "what is left was once written, and whole"
            );
            let since = at.map_or(0, |at| at + 1);
            for acknowledged in steps[since..]
                .iter()
                .filter_map(|(_, acknowledged)| *acknowledged)
            {
                lost += 1;
                oldest = oldest.max(killed.saturating_duration_since(acknowledged));
            }
        }
    }
    println!("{lost} acknowledged changes lost, the oldest {oldest:?} before the end");
    // Three times `wal_writer_delay` is 0.6 s, on a machine that is not busy.
    assert!(oldest < Duration::from_secs(5), "{oldest:?}");
}
