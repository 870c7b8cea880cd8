//! Limits of sessions, and lists of them, when many sign in and out at once.

use std::{collections::HashSet, sync::Arc};

use session_runtime::store::{
    Admitted, PostgresStore, PrincipalIndex, Saved, SessionLimit, SessionStore, Sweep, WhenFull,
};
use tests::servers::postgres::Database;
use tokio::{sync::Barrier, task::JoinSet};

use super::{Bench, HOUR, NOW, hex, key, number, principal, record, record_at};

/// `calls` sign-ins at once through several servers, as many as `max` of which may stay.
async fn sign_in_at_once(bench: &Bench, limit: SessionLimit, calls: usize) -> Vec<Admitted> {
    let mut servers = vec![bench.store.clone()];
    for _ in 0..3 {
        servers.push(PostgresStore::connect(&bench.database.url()).await.unwrap());
    }
    let whose = principal();
    let (together, mut tasks) = (Arc::new(Barrier::new(calls)), JoinSet::new());
    for store in servers.into_iter().cycle().take(calls) {
        let together = Arc::clone(&together);
        tasks.spawn(async move {
            together.wait().await;
            let admitted = store.admit(&key(), None, &record(Some(whose)), limit).await;
            // Whoever looks at any moment finds no more than that.
            let listed = store.list(&whose).await.unwrap().len();
            assert!(listed <= limit.max(), "{listed} at once");
            admitted.unwrap()
        });
    }
    let admitted = tasks.join_all().await;
    assert_eq!(bench.store.list(&whose).await.unwrap().len(), limit.max());
    admitted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn o08_of_many_sign_ins_at_once_no_more_stay_than_may() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    for max in [1, 2, 5].repeat(8) {
        let limit = SessionLimit::new(max);
        let admitted = sign_in_at_once(&bench, limit, 32).await;
        let mut ended = HashSet::new();
        for answer in admitted {
            let Admitted::Done { ended: keys } = answer else {
                panic!("{answer:?}");
            };
            assert!(keys.into_iter().all(|key| ended.insert(key)), "ended twice");
        }
        assert_eq!(ended.len(), 32 - max, "no more ended than had to");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn o08_of_many_sign_ins_at_once_those_too_many_are_refused() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    for max in [1, 2, 5].repeat(4) {
        let limit = SessionLimit::new(max).when_full(WhenFull::Refuse);
        let admitted = sign_in_at_once(&bench, limit, 32).await;
        let refused = admitted
            .iter()
            .filter(|&answer| *answer == Admitted::Refused);
        assert_eq!(refused.count(), 32 - max);
    }
}

#[tokio::test]
async fn o08_a_session_that_ends_by_itself_meanwhile_costs_no_other() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let (whose, limit) = (principal(), SessionLimit::new(2));
    let (oldest, newer, new) = (key(), key(), key());
    let store = &bench.store;
    store
        .create(&oldest, &record_at(Some(whose), NOW - 9, NOW + HOUR))
        .await
        .unwrap();
    store
        .create(&newer, &record_at(Some(whose), NOW - 5, NOW + HOUR))
        .await
        .unwrap();
    let other = bench.other().await;
    let logout = format!(
        "BEGIN; DELETE FROM session_records WHERE key = '\\x{}'",
        hex(oldest.as_bytes())
    );
    other.batch_execute(&logout).await.unwrap();
    let signing_in = store.clone();
    let admit = tokio::spawn(async move {
        let record = record(Some(whose));
        signing_in.admit(&new, None, &record, limit).await.unwrap()
    });
    bench.waiting(1).await;
    other.batch_execute("COMMIT").await.unwrap();
    assert_eq!(admit.await.unwrap(), Admitted::Done { ended: vec![] });
    assert!(store.load(&newer).await.unwrap().is_some());
}

#[tokio::test]
async fn o08_a_save_under_way_of_a_session_that_ends_for_another_is_gone() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let (whose, old) = (principal(), key());
    let first = record(Some(whose));
    bench.store.create(&old, &first).await.unwrap();
    let limit = SessionLimit::new(1);
    let admitted = bench
        .store
        .admit(&key(), None, &record(Some(whose)), limit)
        .await
        .unwrap();
    assert_eq!(admitted, Admitted::Done { ended: vec![old] });
    let saved = bench
        .store
        .save(&old, first.revision(), &record(Some(whose)))
        .await
        .unwrap();
    assert_eq!(saved, Saved::Gone);
}

/// Each of two people, who may have one session, takes over that of the other, which therefore ends:
/// whoever is first has both rows to lock.
#[tokio::test]
async fn o08_two_who_take_over_each_others_session_do_not_wait_for_each_other() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let people = [principal(), principal()];
    let keys = [key(), key()];
    let records = people.map(|whose| record(Some(whose)));
    for (key, record) in keys.iter().zip(&records) {
        bench.store.create(key, record).await.unwrap();
    }
    // Both wait here, wherever they wait, and then go on at the same moment.
    let other = bench.other().await;
    other
        .batch_execute("BEGIN; SELECT 1 FROM session_records FOR UPDATE")
        .await
        .unwrap();
    let take_over = |mine: usize, theirs: usize| {
        let (store, key) = (bench.store.clone(), keys[theirs]);
        let (expected, record) = (records[theirs].revision(), record(Some(people[mine])));
        let limit = SessionLimit::new(1);
        tokio::spawn(async move { store.admit(&key, Some(expected), &record, limit).await })
    };
    let (one, two) = (take_over(0, 1), take_over(1, 0));
    bench.waiting(2).await;
    other.batch_execute("COMMIT").await.unwrap();
    let answers = [one.await.unwrap().unwrap(), two.await.unwrap().unwrap()];
    assert!(answers.contains(&Admitted::Gone), "{answers:?}");
    assert_eq!(bench.count(), 1);
}

/// Two people exchange their sessions, at their limit, while all that can happen to a session
/// happens to these.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn o08_whatever_meets_nobody_waits_for_each_other() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let people = [principal(), principal()];
    let keys = [key(), key(), key(), key()];
    let mut tasks = JoinSet::new();
    for task in 0..16_usize {
        let store = bench.store.clone();
        tasks.spawn(async move {
            for turn in 0..150_usize {
                let chosen = usize::try_from(number() % 8).unwrap();
                anything(&store, &keys[(task + turn) % 4], people[turn % 2], chosen).await;
            }
        });
    }
    tasks.join_all().await;
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(bench.database.sql(deadlocks), "0");
    for whose in people {
        for (key, listed) in bench.store.list(&whose).await.unwrap() {
            assert_eq!(bench.store.load(&key).await.unwrap(), Some(listed));
        }
    }
}

async fn anything(
    store: &PostgresStore,
    key: &session_runtime::store::SessionKey,
    whose: session_runtime::store::PrincipalId,
    chosen: usize,
) {
    let limit = SessionLimit::new(1);
    let record = record(Some(whose));
    let current = store
        .load(key)
        .await
        .unwrap()
        .map(|record| record.revision());
    match (chosen, current) {
        (0, _) => drop(store.delete(key, None).await.unwrap()),
        (1, _) => drop(store.delete_all(&whose, Some(key)).await.unwrap()),
        (2, _) => drop(store.touch(key, NOW + 1, NOW + HOUR + 1).await.unwrap()),
        (3, Some(revision)) => drop(store.save(key, revision, &record).await.unwrap()),
        (4, _) => drop(Sweep::sweep(store, NOW + HOUR).await.unwrap()),
        _ => drop(store.admit(key, current, &record, limit).await.unwrap()),
    }
}

#[tokio::test]
async fn o08_at_another_isolation_level_a_sign_in_fails_and_nobody_is_let_in() {
    let Some(database) = Database::shared() else {
        return;
    };
    let config = format!(
        "{}?options=-c%20default_transaction_isolation%3Drepeatable%5C%20read",
        database.url()
    );
    let manager = deadpool_postgres::Manager::new(config.parse().unwrap(), tokio_postgres::NoTls);
    let pool = deadpool_postgres::Pool::builder(manager).build().unwrap();
    let bench = Bench {
        store: PostgresStore::with_pool(pool),
        database,
    };
    bench.store.migrate().await.unwrap();
    let record = record(Some(principal()));
    let error = bench
        .store
        .admit(&key(), None, &record, SessionLimit::new(1))
        .await
        .unwrap_err();
    assert!(
        super::whole(&error).contains("must be read committed"),
        "{error:?}"
    );
    assert_eq!(bench.count(), 0);
    // One that connects by itself chooses its level.
    let own = PostgresStore::connect(&config).await.unwrap();
    let admitted = own
        .admit(&key(), None, &record, SessionLimit::new(1))
        .await
        .unwrap();
    assert_eq!(admitted, Admitted::Done { ended: vec![] });
}

#[tokio::test]
async fn o07_ending_all_of_a_persons_sessions_waits_for_a_sign_in_and_ends_it_too() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let whose = principal();
    let (old, new) = (key(), key());
    bench
        .store
        .create(&old, &record(Some(whose)))
        .await
        .unwrap();
    // A sign-in that has let in the new session and has not committed.
    let other = bench.other().await;
    let sign_in = format!(
        "BEGIN; SELECT session_admit('\\x{}', NULL, 7, 'new', '\\x{}', {NOW}, {}, 9, false)",
        hex(new.as_bytes()),
        hex(whose.as_bytes()),
        NOW + HOUR
    );
    other.batch_execute(&sign_in).await.unwrap();
    let store = bench.store.clone();
    let end = tokio::spawn(async move { store.delete_all(&whose, None).await.unwrap() });
    bench.waiting(1).await;
    other.batch_execute("COMMIT").await.unwrap();
    let mut ended = end.await.unwrap();
    ended.sort();
    let mut both = vec![old, new];
    both.sort();
    assert_eq!(ended, both);
    assert_eq!(bench.count(), 0);
}

#[tokio::test]
async fn o07_a_persons_sessions_are_found_by_an_index_and_what_expired_too() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    for (query, index) in [
        (
            "SELECT key FROM session_records WHERE principal = '\\x00'",
            "session_records_principal",
        ),
        (
            "SELECT key FROM session_records WHERE expires <= 1",
            "session_records_expires",
        ),
        (
            "SELECT key FROM session_records WHERE key = '\\x00'",
            "session_records_pkey",
        ),
    ] {
        let plan = bench
            .database
            .sql(&format!("SET enable_seqscan = off; EXPLAIN {query}"));
        assert!(plan.contains(index), "{plan}");
    }
}
