//! Calls at once, whose commands go out together.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::Duration,
};

use session_runtime::store::{Record, RedisStore, SessionStore, StoreError};
use tokio::{task::JoinSet, time::timeout};

use super::{key, record, store};

type Loaded = Result<Option<Record>, StoreError>;

async fn filled(store: &RedisStore, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        let record = record(1 + i64::try_from(number).unwrap());
        store.create(&key(number), &record).await.unwrap();
    }
}

/// What each of these calls is answered, all of them made at once.
async fn at_once(store: &RedisStore, count: u64) -> Vec<(u64, Loaded)> {
    let store = store.clone();
    let calls = async move {
        let mut calls = JoinSet::new();
        for number in 0..count {
            let store = store.clone();
            calls.spawn(async move { (number, store.load(&key(number)).await) });
        }
        let mut answers = calls.join_all().await;
        answers.sort_by_key(|(number, _)| *number);
        answers
    };
    tokio::spawn(calls).await.unwrap()
}

fn is_its_own((number, answer): &(u64, Loaded)) -> bool {
    let revision = |record: &Record| u64::try_from(record.revision().to_i64()).unwrap();
    matches!(answer, Ok(Some(record)) if revision(record) == number + 1)
}

/// Begins a call and does not wait for it.
fn begin<F: Future + ?Sized>(call: Pin<&mut F>) {
    let polled = call.poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Pending));
}

#[tokio::test]
async fn more_calls_than_one_batch_holds_are_all_answered() {
    let Some((_server, store)) = store(&[]).await else {
        return;
    };
    filled(&store, 0..300).await;
    assert!(at_once(&store, 300).await.iter().all(is_its_own));
}

#[tokio::test]
async fn an_error_is_that_of_its_call_alone() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    filled(&store, (0..9).filter(|number| *number != 5)).await;
    let keys = server.ask::<Vec<String>>(&["KEYS", "*"]);
    store.create(&key(5), &record(6)).await.unwrap();
    let fifth = server.ask::<Vec<String>>(&["KEYS", "*"]);
    let fifth = fifth.iter().find(|name| !keys.contains(name)).unwrap();
    server.ask::<()>(&["DEL", fifth]);
    server.ask::<i64>(&["LPUSH", fifth, "of somebody else"]);
    for answer in at_once(&store, 9).await {
        assert_eq!(is_its_own(&answer), answer.0 != 5, "{answer:?}");
        assert_eq!(answer.1.is_err(), answer.0 == 5);
    }
}

#[tokio::test]
async fn whoever_goes_takes_no_answer_of_another() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    filled(&store, 0..4).await;
    let keys = [key(0), key(1), key(2), key(3)];
    let mut alone = pin!(store.load(&keys[0]));
    let mut first = Box::pin(store.load(&keys[1]));
    let mut second = pin!(store.load(&keys[2]));
    let mut third = Box::pin(store.load(&keys[3]));
    server.hang();
    begin(alone.as_mut());
    begin(first.as_mut());
    begin(second.as_mut());
    begin(third.as_mut());
    // Before it is sent that which began the batch, and after it another.
    drop(first);
    tokio::task::yield_now().await;
    drop(third);
    server.go_on();
    assert!(is_its_own(&(0, alone.await)));
    assert!(is_its_own(&(2, second.await)));
}

/// A server that closes the connection has answered nobody, and each of them hears of it.
#[tokio::test]
async fn a_connection_that_ends_ends_each_call_of_a_batch() {
    let Some((mut server, store)) = store(&[]).await else {
        return;
    };
    filled(&store, 0..9).await;
    server.hang();
    let mut calls = JoinSet::new();
    for number in 0..9 {
        let store = store.clone();
        calls.spawn(async move { store.load(&key(number)).await.is_err() });
    }
    tokio::task::yield_now().await;
    server.kill();
    let all = timeout(Duration::from_secs(60), calls.join_all());
    assert!(all.await.unwrap().into_iter().all(|is_error| is_error));
}
