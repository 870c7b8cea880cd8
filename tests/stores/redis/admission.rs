//! The limit: held at every moment, also by calls that meet, stop half-way, or are old.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt;
use session_runtime::store::{
    Admitted, PrincipalIndex, Record, RedisStore, Saved, SessionKey, SessionLimit, SessionStore,
    WhenFull,
};
use tests::servers::redis::RedisServer;
use tokio::{task::JoinSet, time::timeout};

use super::{HOUR, key, now, principal, record, revision, store};

const fn limit(max: usize) -> SessionLimit {
    SessionLimit::new(max)
}

fn used(after: u64, number: i64) -> Record {
    let now = now();
    Record::new(
        revision(number),
        vec![],
        Some(principal(1)),
        now + after,
        now + HOUR,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn o08_parallel_sign_ins_never_exceed_the_limit_at_any_moment() {
    const MAX: usize = 3;
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let others = RedisStore::connect(&server.url()).await.unwrap();
    for round in 0..20_u64 {
        let is_over = Arc::new(AtomicBool::new(false));
        let watching = {
            let (store, is_over) = (store.clone(), Arc::clone(&is_over));
            tokio::spawn(async move {
                let mut most = 0;
                while !is_over.load(Ordering::Relaxed) {
                    most = most.max(store.list(&principal(1)).await.unwrap().len());
                }
                most
            })
        };
        // Half of them in another process's place: over a connection of their own.
        let mut calls = JoinSet::new();
        for number in 0..=MAX as u64 + 4 {
            let store = if number % 2 == 0 { &store } else { &others }.clone();
            calls.spawn(async move {
                let key = key(round * 100 + number);
                let record = used(number, 1);
                store.admit(&key, None, &record, limit(MAX)).await.unwrap()
            });
        }
        let ended: usize = calls
            .join_all()
            .await
            .into_iter()
            .map(|admitted| match admitted {
                Admitted::Done { ended } => ended.len(),
                other => panic!("{other:?}"),
            })
            .sum();
        is_over.store(true, Ordering::Relaxed);
        let most = watching.await.unwrap();
        assert!(most <= MAX, "{most} at once in round {round}");
        assert_eq!(records(&server), MAX);
        assert_eq!(ended, 5, "each that is not left was named once");
        store.delete_all(&principal(1), None).await.unwrap();
    }
}

/// How many records there are.
fn records(server: &RedisServer) -> usize {
    let names: Vec<String> = server.ask(&["KEYS", "session:*"]);
    names.iter().filter(|name| !name.contains(":p:")).count()
}

#[tokio::test]
async fn d25_an_admission_that_meets_another_write_ends_nobody_it_does_not_replace() {
    let Some((_server, store)) = store(&[]).await else {
        return;
    };
    let old = used(0, 1);
    store.create(&key(1), &old).await.unwrap();
    store.create(&key(2), &record(1)).await.unwrap();
    store.save(&key(2), revision(1), &record(2)).await.unwrap();
    let late = store
        .admit(&key(2), Some(revision(1)), &used(1, 3), limit(1))
        .await;
    assert_eq!(late.unwrap(), Admitted::Conflict);
    let gone = store
        .admit(&key(3), Some(revision(1)), &used(1, 3), limit(1))
        .await;
    assert_eq!(gone.unwrap(), Admitted::Gone);
    let exists = store.admit(&key(2), None, &used(1, 3), limit(1)).await;
    assert_eq!(exists.unwrap(), Admitted::Exists);
    assert_eq!(store.load(&key(1)).await.unwrap(), Some(old));
}

/// Writes what an admission leaves that stopped after it had taken its place.
fn stopped_half_way(server: &RedisServer, place: &SessionKey, ending: &SessionKey, lapses: u64) {
    let index = server
        .ask::<Vec<String>>(&["KEYS", "session:p:*"])
        .remove(0);
    let mut commands = redis::pipe();
    let mark = |kind: &str| {
        [
            b"tokentok".as_slice(),
            kind.as_bytes(),
            lapses.to_string().as_bytes(),
        ]
        .concat()
    };
    commands.hset(&index, place.as_bytes(), mark("+")).ignore();
    commands.hset(&index, ending.as_bytes(), mark("-")).ignore();
    commands
        .query::<()>(&mut server.connection().unwrap())
        .unwrap();
}

#[tokio::test]
async fn o08_what_a_process_that_died_has_marked_lapses() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &used(1, 1)).await.unwrap();
    store.create(&key(2), &used(2, 1)).await.unwrap();
    // Two of two, one of them about to end for a third: a fourth waits for the third.
    stopped_half_way(&server, &key(3), &key(1), now() + HOUR);
    let strict = limit(2).when_full(WhenFull::Refuse);
    let (fourth, record) = (key(4), used(4, 1));
    let waits = store.admit(&fourth, None, &record, strict);
    timeout(Duration::from_millis(200), waits)
        .await
        .unwrap_err();
    // It has its place already.
    assert_eq!(store.list(&principal(1)).await.unwrap().len(), 1);
    // Nobody has come, and both count again.
    stopped_half_way(&server, &key(3), &key(1), now() - 1);
    assert_eq!(store.list(&principal(1)).await.unwrap().len(), 2);
    let refused = store.admit(&fourth, None, &record, strict).await.unwrap();
    assert_eq!(refused, Admitted::Refused);
    let answer = store
        .admit(&key(5), None, &used(5, 1), limit(2))
        .await
        .unwrap();
    let ended = vec![key(1)];
    assert_eq!(answer, Admitted::Done { ended });
    let listed = store.list(&principal(1)).await.unwrap();
    let mut left: Vec<_> = listed.into_iter().map(|(key, _)| key).collect();
    left.sort_unstable();
    assert_eq!(left, [key(2), key(5)]);
}

#[tokio::test]
async fn o07_all_sessions_end_also_those_that_an_admission_has_marked() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &used(1, 1)).await.unwrap();
    store.create(&key(2), &used(2, 1)).await.unwrap();
    stopped_half_way(&server, &key(2), &key(1), now() + HOUR);
    let mut ended = store.delete_all(&principal(1), None).await.unwrap();
    ended.sort_unstable();
    assert_eq!(ended, [key(1), key(2)]);
    assert_eq!(server.ask::<u64>(&["DBSIZE"]), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn d25_of_sign_ins_that_meet_another_write_none_ends_a_session_and_comes_to_nothing() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let others = RedisStore::connect(&server.url()).await.unwrap();
    for round in 1..200 {
        let (old, new) = (key(round * 10), key(round * 10 + 1));
        let whose = principal(round);
        let of = |number| {
            let record = used(u64::try_from(number).unwrap(), number);
            Record::new(
                revision(number),
                vec![],
                Some(whose),
                record.touched(),
                record.expires(),
            )
        };
        store.create(&old, &of(1)).await.unwrap();
        store.create(&new, &record(1)).await.unwrap();
        let (signed_in, written) = (of(2), record(3));
        let (admitted, saved) = tokio::join!(
            store.admit(&new, Some(revision(1)), &signed_in, limit(1)),
            async {
                // At some time within the other.
                for _ in 0..round % 8 {
                    others.load(&old).await.unwrap();
                }
                others.save(&new, revision(1), &written).await
            },
        );
        let is_old_there = store.load(&old).await.unwrap().is_some();
        match (admitted.unwrap(), saved.unwrap()) {
            (Admitted::Done { ended }, Saved::Conflict) => {
                assert_eq!(ended, [old]);
                assert!(!is_old_there);
            }
            (Admitted::Conflict, Saved::Done) => {
                assert!(is_old_there, "it ended for nothing in round {round}");
                let listed = store.list(&whose).await.unwrap();
                assert_eq!(listed.len(), 1);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn d25_an_admission_whose_caller_has_gone_is_carried_out_or_not_begun() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &used(1, 1)).await.unwrap();
    let mut carried_out = 0;
    for polls in 0..40 {
        let (new, record) = (key(2 + polls), used(2 + polls, 1));
        {
            let mut call = store.admit(&new, None, &record, limit(1));
            for poll in 0..polls {
                if call.as_mut().now_or_never().is_some() {
                    break;
                }
                // However slow the machine is: what was asked before a load
                // is answered before it, so the last of the rounds come to
                // their end.
                if poll % 4 == 3 {
                    store.load(&new).await.unwrap();
                } else {
                    tokio::task::yield_now().await;
                }
            }
        }
        // As long as a few calls take, which are answered one after the other.
        for _ in 0..30 {
            store.load(&new).await.unwrap();
        }
        let is_there = store.load(&new).await.unwrap().is_some();
        carried_out += usize::from(is_there);
        assert_eq!(records(&server), 1, "after {polls}: made {is_there}");
        assert_eq!(store.list(&principal(1)).await.unwrap().len(), 1);
    }
    assert!((1..40).contains(&carried_out), "{carried_out}");
}
