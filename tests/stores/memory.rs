//! The store in memory: bounded, swept, and as fast as many threads want it.

use std::{env, process::Command, sync::Arc};

use session_runtime::{
    store::{
        Created, MemoryStore, PrincipalId, Record, Revision, Saved, SessionKey, SessionLimit,
        SessionStore, StoreErrorKind,
    },
    testing::conformance,
};
use tokio::task::JoinSet;

const NOW: u64 = 1_800_000_000_000;
const LATER: u64 = NOW + 60 * 60 * 1000;

fn key(number: usize) -> SessionKey {
    let mut bytes = [0; 32];
    bytes[24..].copy_from_slice(&(number as u64).to_be_bytes());
    SessionKey::from_bytes(bytes)
}

fn somebody() -> PrincipalId {
    PrincipalId::from_bytes([7; 32])
}

fn record(touched: u64, expires: u64) -> Record {
    Record::new(Revision::from_i64(1), vec![7; 100], None, touched, expires)
}

fn signed_in(touched: u64, expires: u64) -> Record {
    let revision = Revision::from_i64(1);
    Record::new(revision, vec![7; 100], Some(somebody()), touched, expires)
}

fn with_bytes(bytes: usize) -> Record {
    Record::new(Revision::from_i64(2), vec![7; bytes], None, NOW, LATER)
}

async fn has(store: &MemoryStore, number: usize) -> bool {
    store.load(&key(number)).await.unwrap().is_some()
}

async fn create(store: &MemoryStore, number: usize, record: &Record) {
    let created = store.create(&key(number), record).await.unwrap();
    assert_eq!(created, Created::Done, "{number}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_every_guarantee() {
    let report = conformance::check(async || MemoryStore::new()).await;
    report.assert();
    assert_eq!(report.left_out().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn its_clones_keep_every_guarantee_together() {
    let store = MemoryStore::new();
    conformance::check(async || store.clone()).await.assert();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_every_guarantee_while_it_is_full() {
    let store = MemoryStore::with_capacity(600);
    for number in 0..600 {
        create(&store, number, &record(0, u64::MAX)).await;
    }
    conformance::check(async || store.clone()).await.assert();
    assert!(store.sessions() <= 600);
}

#[tokio::test]
async fn d42_what_asks_for_unknown_keys_makes_nothing() {
    let store = MemoryStore::new();
    let new = record(NOW, LATER);
    for number in 0..1000 {
        let (key, revision) = (key(number), new.revision());
        assert_eq!(store.load(&key).await.unwrap(), None);
        assert!(!store.touch(&key, NOW, LATER).await.unwrap());
        assert_eq!(store.save(&key, revision, &new).await.unwrap(), Saved::Gone);
        assert_eq!(store.delete(&key, None).await.unwrap(), Saved::Gone);
    }
    assert_eq!(store.sessions(), 0);
}

#[tokio::test]
async fn d42_it_never_holds_more_than_it_is_made_for() {
    for capacity in [1, 2, 100, 1000] {
        let store = MemoryStore::with_capacity(capacity);
        for number in 0..3 * capacity {
            create(&store, number, &record(NOW + number as u64, LATER)).await;
            assert_eq!(store.sessions(), capacity.min(number + 1));
        }
        for number in 0..3 * capacity {
            assert_eq!(
                has(&store, number).await,
                number >= 2 * capacity,
                "{number}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d42_threads_at_once_never_make_it_hold_more() {
    const CAPACITY: usize = 64;
    let store = MemoryStore::with_capacity(CAPACITY);
    let mut tasks = JoinSet::new();
    for task in 0..8 {
        let store = store.clone();
        tasks.spawn(async move {
            for round in 0..2000 {
                let number = task * 10_000 + round;
                let new = match round % 4 {
                    0 => signed_in(NOW, NOW + 9),
                    _ => record(NOW + round as u64 / 4, LATER),
                };
                // Full for a moment, if sign-ins of others are all there is.
                let _ = store.create(&key(number), &new).await;
                let _ = store
                    .save(&key(number), new.revision(), &with_bytes(round))
                    .await;
                assert!(store.sessions() <= CAPACITY, "{}", store.sessions());
                if round % 3 == 0 {
                    store.delete(&key(number), None).await.unwrap();
                }
            }
        });
    }
    tasks.join_all().await;
    let index = store.principals().unwrap();
    index.delete_all(&somebody(), None).await.unwrap();
    store.sweeper().unwrap().sweep(u64::MAX).await.unwrap();
    assert_eq!(store.sessions(), 0, "what is counted is what there is");
    let fits_again = 0..CAPACITY;
    for number in fits_again {
        create(&store, number, &with_bytes(4096)).await;
        assert_eq!(store.sessions(), number + 1);
    }
}

#[tokio::test]
async fn d42_when_it_is_full_expired_sessions_go_first() {
    let store = MemoryStore::with_capacity(3);
    create(&store, 1, &record(NOW, LATER)).await;
    create(&store, 2, &signed_in(NOW + 9, NOW + 10)).await;
    create(&store, 3, &record(NOW + 9, LATER)).await;
    create(&store, 4, &record(NOW + 10, LATER)).await;
    assert!(
        !has(&store, 2).await,
        "it has expired, though somebody had signed in"
    );
    assert!(has(&store, 1).await && has(&store, 3).await && has(&store, 4).await);
}

#[tokio::test]
async fn d42_when_it_is_full_sessions_of_nobody_go_and_the_least_used_first() {
    let store = MemoryStore::with_capacity(4);
    create(&store, 1, &signed_in(NOW, LATER)).await;
    create(&store, 2, &record(NOW + 1, LATER)).await;
    create(&store, 3, &record(NOW + 2, LATER)).await;
    create(&store, 4, &record(NOW + 3, LATER)).await;
    store.touch(&key(2), NOW + 4, LATER).await.unwrap();
    create(&store, 5, &record(NOW + 5, LATER)).await;
    assert!(!has(&store, 3).await);
    create(&store, 6, &signed_in(NOW + 6, LATER)).await;
    assert!(!has(&store, 4).await);
    create(&store, 7, &signed_in(NOW + 7, LATER)).await;
    assert!(!has(&store, 2).await);
    assert!(
        has(&store, 1).await,
        "who is signed in stays, however long ago he was here"
    );
}

#[tokio::test]
async fn d42_who_is_signed_in_never_goes_for_others() {
    let store = MemoryStore::with_capacity(2);
    create(&store, 1, &record(NOW, LATER)).await;
    // He signs in: from now on nobody's loss.
    let one = signed_in(NOW, LATER);
    store.save(&key(1), one.revision(), &one).await.unwrap();
    create(&store, 2, &signed_in(NOW, LATER)).await;
    for new in [record(NOW, LATER), signed_in(NOW, LATER)] {
        let error = store.create(&key(3), &new).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Full);
    }
    assert!(has(&store, 1).await && has(&store, 2).await && !has(&store, 3).await);
    let index = store.principals().unwrap();
    let limit = SessionLimit::new(1);
    // There is room as soon as his others end.
    let new = signed_in(NOW + 1, LATER);
    index.admit(&key(3), None, &new, limit).await.unwrap();
    assert_eq!(store.sessions(), 1);
}

#[tokio::test]
async fn d42_an_admission_without_room_ends_nobody() {
    let store = MemoryStore::with_capacity(2);
    let others = PrincipalId::from_bytes([8; 32]);
    let new = Record::new(Revision::from_i64(1), vec![], Some(others), NOW, LATER);
    create(&store, 1, &signed_in(NOW, LATER)).await;
    create(&store, 2, &signed_in(NOW, LATER)).await;
    let index = store.principals().unwrap();
    let limit = SessionLimit::new(3);
    let error = index.admit(&key(3), None, &new, limit).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Full);
    assert_eq!(index.list(&somebody()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn d42_data_take_no_more_than_4_kib_for_each_session_it_is_made_for() {
    let store = MemoryStore::with_capacity(4);
    create(&store, 1, &with_bytes(3 * 4096)).await;
    create(&store, 2, &signed_in(NOW, LATER)).await;
    let error = store.create(&key(3), &with_bytes(4 * 4096)).await;
    assert_eq!(error.unwrap_err().kind(), StoreErrorKind::Full);
    assert!(has(&store, 1).await, "nobody goes when that is not enough");
    create(&store, 3, &with_bytes(4096)).await;
    assert!(!has(&store, 1).await);
    // A longer save makes room like a create, and never of itself.
    let (longer, revision) = (with_bytes(4 * 4096 - 100), with_bytes(0).revision());
    create(&store, 4, &with_bytes(1)).await;
    let saved = store.save(&key(3), revision, &longer).await.unwrap();
    assert_eq!(saved, Saved::Done);
    assert!(!has(&store, 4).await && has(&store, 2).await);
    let longest = with_bytes(4 * 4096 - 99);
    let error = store.save(&key(3), revision, &longest).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Full);
    assert_eq!(store.load(&key(3)).await.unwrap(), Some(longer));
    // A shorter one gives room back.
    store.save(&key(3), revision, &with_bytes(0)).await.unwrap();
    create(&store, 5, &with_bytes(4 * 4096 - 100)).await;
    assert!(has(&store, 3).await);
}

#[tokio::test]
async fn d42_writes_remove_what_has_expired() {
    let store = MemoryStore::new();
    for number in 0..10_000 {
        let now = NOW + number as u64;
        create(&store, number, &record(now, now + 100)).await;
    }
    // A hundred live at any time. Of each shard's expired ones a write removes two.
    assert!(store.sessions() < 300, "{}", store.sessions());
}

#[tokio::test]
async fn d42_a_sweep_leaves_nothing_that_has_expired() {
    let store = MemoryStore::new();
    for number in 0..5000 {
        create(&store, number, &signed_in(NOW, LATER + number as u64 % 2)).await;
    }
    let sweep = store.sweeper().unwrap();
    assert_eq!(sweep.sweep(LATER - 1).await.unwrap(), 0);
    assert_eq!(sweep.sweep(LATER).await.unwrap(), 2500);
    assert_eq!(store.sessions(), 2500);
    assert_eq!(sweep.sweep(LATER + 1).await.unwrap(), 2500);
    assert_eq!(store.sessions(), 0);
}

/// A sweep finds a session where it once was to end.
#[tokio::test]
async fn d42_a_sweep_removes_at_the_end_that_holds_now() {
    let store = MemoryStore::new();
    let (revision, sweep) = (record(0, 0).revision(), store.sweeper().unwrap());
    create(&store, 1, &record(NOW, NOW + 100)).await;
    create(&store, 2, &record(NOW, NOW + 100)).await;
    create(&store, 3, &record(NOW, NOW + 100)).await;
    store.touch(&key(1), NOW + 1, NOW + 200).await.unwrap();
    let later = record(NOW + 1, NOW + 200);
    store.save(&key(2), revision, &later).await.unwrap();
    let earlier = record(NOW + 1, NOW + 50);
    store.save(&key(3), revision, &earlier).await.unwrap();
    assert_eq!(sweep.sweep(NOW + 50).await.unwrap(), 1);
    assert!(!has(&store, 3).await);
    assert_eq!(sweep.sweep(NOW + 199).await.unwrap(), 0);
    assert!(has(&store, 1).await && has(&store, 2).await);
    // Looked at in vain once, and found all the same.
    assert_eq!(sweep.sweep(NOW + 200).await.unwrap(), 2);
}

#[tokio::test]
async fn d42_who_was_used_again_does_not_go_as_one_that_has_expired() {
    let store = MemoryStore::with_capacity(2);
    create(&store, 1, &signed_in(NOW, NOW + 100)).await;
    store.touch(&key(1), NOW + 1, LATER).await.unwrap();
    create(&store, 2, &record(NOW + 2, LATER)).await;
    create(&store, 3, &record(NOW + 100, LATER)).await;
    assert!(has(&store, 1).await && !has(&store, 2).await && has(&store, 3).await);
}

#[tokio::test]
async fn d42_o06_revocations_are_bounded_and_none_goes_for_another() {
    let store = MemoryStore::with_capacity(2);
    let revocations = store.revocations().unwrap();
    let (sessions, principals) = ([0, 1, 2].map(key), [[0; 32], [1; 32], [2; 32]]);
    let principals = principals.map(PrincipalId::from_bytes);
    for (session, principal) in sessions.iter().zip(&principals).take(2) {
        revocations.revoke(session, LATER).await.unwrap();
        let begun = revocations.advance_epoch(principal, 0, LATER);
        assert_eq!(begun.await.unwrap(), 1);
    }
    let error = revocations.revoke(&sessions[2], LATER).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Full);
    let error = revocations.advance_epoch(&principals[2], 0, LATER).await;
    assert_eq!(error.unwrap_err().kind(), StoreErrorKind::Full);
    // Those that are remembered can be renewed, and are forgotten in time.
    revocations.revoke(&sessions[0], LATER + 1).await.unwrap();
    let begun = revocations.advance_epoch(&principals[0], 0, LATER + 1);
    assert_eq!(begun.await.unwrap(), 2);
    let swept = store.sweeper().unwrap().sweep(LATER).await.unwrap();
    assert_eq!(swept, 2);
    let standing = revocations.standing(Some(&sessions[0]), Some(&principals[0]));
    let standing = standing.await.unwrap();
    assert!(standing.is_revoked && standing.epoch == 2);
    revocations.revoke(&sessions[2], LATER).await.unwrap();
}

/// It is said once in a process: this one is asked again, as a child, and its words are counted.
#[test]
fn d42_a_release_build_says_once_that_sessions_are_lost() {
    const CHILD: &str = "MEMORY_STORE_CHILD";
    const NAME: &str = "memory::d42_a_release_build_says_once_that_sessions_are_lost";
    if env::var_os(CHILD).is_some() {
        let log = tracing_subscriber::fmt().with_ansi(false).finish();
        let stores = || [MemoryStore::new(), MemoryStore::with_capacity(1)];
        drop(tracing::subscriber::with_default(log, stores));
        return;
    }
    let this = env::current_exe().unwrap();
    let mut child = Command::new(this);
    let child = child.args(["--exact", NAME, "--nocapture"]).env(CHILD, "1");
    let said = String::from_utf8(child.output().unwrap().stdout).unwrap();
    assert!(said.contains("1 passed"), "{said}");
    let lost = said.matches("lost when it ends").count();
    assert_eq!(lost, usize::from(!cfg!(debug_assertions)), "{said}");
}

#[tokio::test]
async fn a_call_that_is_not_awaited_does_nothing() {
    let store = MemoryStore::new();
    let (key, record) = (key(1), record(NOW, LATER));
    drop(store.create(&key, &record));
    assert_eq!(store.sessions(), 0);
}

/// Which conformance compares with what it loads.
#[tokio::test]
async fn it_answers_at_once_behind_any_pointer() {
    let store = MemoryStore::new();
    create(&store, 1, &record(NOW, LATER)).await;
    let store: Arc<dyn SessionStore> = Arc::new(store);
    let behind_two = Arc::new(store);
    let at_once = behind_two.at_once().unwrap();
    let loaded = at_once.load_at_once(&key(1)).unwrap();
    assert_eq!(loaded, Some(record(NOW, LATER)));
    assert_eq!(at_once.load_at_once(&key(2)).unwrap(), None);
}

#[tokio::test]
async fn clones_are_one_store() {
    let store = Arc::new(MemoryStore::new());
    create(&store, 1, &record(NOW, LATER)).await;
    assert!(has(&MemoryStore::clone(&store), 1).await);
}

#[tokio::test]
async fn d32_it_shows_no_session() {
    let store = MemoryStore::new();
    create(&store, 1, &record(NOW, LATER)).await;
    assert_eq!(format!("{store:?}"), "MemoryStore { sessions: 1, .. }");
}

#[test]
#[should_panic(expected = "a store for 0 sessions can keep none")]
fn a_store_for_nothing_is_a_mistake() {
    let _ = MemoryStore::with_capacity(0);
}
