//! What the list of requirements asks of a store, on this engine.

use session_runtime::store::{
    Admitted, Created, PrincipalIndex, Record, Saved, SessionKey, SessionLimit, SessionStore,
    Sweep, WhenFull,
};
use tokio::task::JoinSet;

use super::{Folder, LATER, NOW, another, key, record, revision, signed_in, somebody};

#[tokio::test]
async fn d24_a_save_of_a_deleted_record_is_gone_and_writes_nothing() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.create(&key(1), &signed_in(1, NOW)).await.unwrap();
    let loaded = store.load(&key(1)).await.unwrap().unwrap();
    let deleted = store.delete(&key(1), None).await.unwrap();
    assert_eq!(deleted, Saved::Done);
    for late in [record(2), signed_in(2, NOW)] {
        let saved = store.save(&key(1), loaded.revision(), &late).await;
        assert_eq!(saved.unwrap(), Saved::Gone);
        let limit = SessionLimit::new(9);
        let (key, expected) = (key(1), Some(loaded.revision()));
        let admitted = store.admit(&key, expected, &late, limit).await;
        assert_eq!(admitted.unwrap(), Admitted::Gone);
    }
    assert!(!store.touch(&key(1), NOW + 1, LATER + 1).await.unwrap());
    assert_eq!(store.load(&key(1)).await.unwrap(), None);
    assert!(store.list(&somebody()).await.unwrap().is_empty());
    assert_eq!(rows(&folder), 0);
}

fn rows(folder: &Folder) -> i64 {
    let count = "SELECT count(*) FROM session";
    let rows = another(&folder.database()).query_row(count, (), |row| row.get(0));
    rows.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d24_a_delete_that_meets_saves_wins() {
    let folder = Folder::new();
    let store = folder.open().await;
    for number in 0..100 {
        store.create(&key(number), &record(1)).await.unwrap();
        let mut tasks = JoinSet::new();
        for task in 0..8 {
            let store = store.clone();
            tasks.spawn(async move {
                if task == 4 {
                    store.delete(&key(number), None).await.unwrap();
                    return;
                }
                if let Some(found) = store.load(&key(number)).await.unwrap() {
                    let new = record(2 + task);
                    store
                        .save(&key(number), found.revision(), &new)
                        .await
                        .unwrap();
                }
            });
        }
        tasks.join_all().await;
        assert_eq!(store.load(&key(number)).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d25_of_saves_that_meet_one_is_done() {
    let folder = Folder::new();
    let store = folder.open().await;
    for number in 0..50 {
        store.create(&key(number), &record(1)).await.unwrap();
        let mut tasks = JoinSet::new();
        for task in 0..16 {
            let store = store.clone();
            tasks.spawn(async move {
                let saved = store
                    .save(&key(number), revision(1), &record(10 + task))
                    .await;
                (task, saved.unwrap())
            });
        }
        let done = tasks.join_all().await.into_iter();
        let done: Vec<_> = done.filter(|(_, saved)| *saved == Saved::Done).collect();
        assert_eq!(done.len(), 1);
        let found = store.load(&key(number)).await.unwrap();
        assert_eq!(found, Some(record(10 + done[0].0)));
    }
}

#[tokio::test]
async fn d25_an_admission_that_fails_half_way_ends_nobody() {
    let folder = Folder::new();
    let store = folder.open().await;
    for number in 1..=2 {
        store
            .create(&key(number), &signed_in(1, NOW))
            .await
            .unwrap();
    }
    // The last of its statements fails.
    let trigger = "CREATE TRIGGER refuse BEFORE INSERT ON session
                   BEGIN SELECT raise(ABORT, 'refused'); END";
    let other = another(&folder.database());
    other.execute_batch(trigger).unwrap();
    let (new, limit) = (signed_in(1, NOW + 1), SessionLimit::new(1));
    store.admit(&key(3), None, &new, limit).await.unwrap_err();
    assert_eq!(store.list(&somebody()).await.unwrap().len(), 2);
    other.execute_batch("DROP TRIGGER refuse").unwrap();
    let admitted = store.admit(&key(3), None, &new, limit).await.unwrap();
    let Admitted::Done { ended } = admitted else {
        panic!("{admitted:?}");
    };
    assert_eq!(ended.len(), 2);
}

#[tokio::test]
async fn d36_a_store_keeps_the_hash_it_was_given() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.create(&key(7), &signed_in(1, NOW)).await.unwrap();
    let row =
        another(&folder.database()).query_row("SELECT key, principal FROM session", (), |row| {
            Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, [u8; 32]>(1)?))
        });
    assert_eq!(row.unwrap(), (*key(7).as_bytes(), *somebody().as_bytes()));
}

#[tokio::test]
async fn o06_a_sweep_removes_what_has_expired_in_steps_and_lets_others_in() {
    let folder = Folder::new();
    let store = folder.open().await;
    let ends = |expires| Record::new(revision(1), vec![1], Some(somebody()), NOW, expires);
    for number in 0..1000 {
        let expires = NOW + 1 + number as u64 % 2;
        let created = store.create(&key(number), &ends(expires)).await.unwrap();
        assert_eq!(created, Created::Done);
    }
    // In use: not swept, though it was to end.
    assert!(store.touch(&key(0), NOW, LATER).await.unwrap());
    let saved = store.save(&key(2), revision(1), &record(2)).await.unwrap();
    assert_eq!(saved, Saved::Done);
    assert_eq!(Sweep::sweep(&store, NOW).await.unwrap(), 0);
    assert_eq!(Sweep::sweep(&store, NOW + 1).await.unwrap(), 498);
    assert_eq!(Sweep::sweep(&store, NOW + 1).await.unwrap(), 0);
    assert_eq!(Sweep::sweep(&store, NOW + 2).await.unwrap(), 500);
    assert_eq!(store.list(&somebody()).await.unwrap().len(), 1);
    assert_eq!(store.load(&key(2)).await.unwrap(), Some(record(2)));
    assert_eq!(Sweep::sweep(&store, LATER).await.unwrap(), 2);
    assert_eq!(rows(&folder), 0);
}

#[tokio::test]
async fn o07_the_sessions_of_a_principal_are_listed_and_ended() {
    let folder = Folder::new();
    let store = folder.open().await;
    for number in 1..=3 {
        store
            .create(&key(number), &signed_in(1, NOW))
            .await
            .unwrap();
    }
    store.create(&key(4), &record(1)).await.unwrap();
    // Signs out, which takes the principal away; signs in, which gives one.
    store.save(&key(3), revision(1), &record(2)).await.unwrap();
    store
        .save(&key(4), revision(1), &signed_in(2, NOW))
        .await
        .unwrap();
    assert_eq!(listed(&store).await, [key(1), key(2), key(4)]);
    store.delete(&key(1), None).await.unwrap();
    assert_eq!(listed(&store).await, [key(2), key(4)]);
    let ended = store.delete_all(&somebody(), Some(&key(4))).await.unwrap();
    assert_eq!(ended, [key(2)]);
    assert_eq!(listed(&store).await, [key(4)]);
    assert!(store.load(&key(3)).await.unwrap().is_some());
    let saved = store.save(&key(2), revision(1), &signed_in(2, NOW)).await;
    assert_eq!(saved.unwrap(), Saved::Gone);
}

async fn listed(store: &impl PrincipalIndex) -> Vec<SessionKey> {
    let listed = store.list(&somebody()).await.unwrap();
    let mut keys: Vec<_> = listed.into_iter().map(|(key, _)| key).collect();
    keys.sort();
    keys
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn o08_one_sign_in_more_than_there_may_be_never_exceeds_the_limit() {
    let folder = Folder::new();
    let store = folder.open().await;
    for when_full in [WhenFull::EndOldest, WhenFull::Refuse] {
        for _ in 0..20 {
            let mut tasks = JoinSet::new();
            for number in 0..4 {
                let store = store.clone();
                tasks.spawn(async move {
                    let limit = SessionLimit::new(3).when_full(when_full);
                    let record = signed_in(1, NOW + number as u64);
                    let key = key(number);
                    store.admit(&key, None, &record, limit).await.unwrap()
                });
            }
            let answers = tasks.join_all().await;
            let refused = answers.iter().filter(|seen| **seen == Admitted::Refused);
            assert_eq!(refused.count(), usize::from(when_full == WhenFull::Refuse));
            let ended = store.delete_all(&somebody(), None).await.unwrap();
            assert_eq!(ended.len(), 3);
        }
    }
}
