//! The store that fails when a test tells it to.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use session_runtime::{
    store::{
        Created, MemoryStore, PrincipalId, Record, Revision, Saved, SessionKey, SessionLimit,
        SessionStore, StoreErrorKind,
    },
    testing::{Operation, UnreliableStore, conformance},
};

const KEY: SessionKey = SessionKey::from_bytes([7; 32]);
const PRINCIPAL: PrincipalId = PrincipalId::from_bytes([8; 32]);

fn store() -> UnreliableStore<MemoryStore> {
    UnreliableStore::new(MemoryStore::new())
}

fn record() -> Record {
    Record::new(Revision::from_i64(1), b"{}".to_vec(), Some(PRINCIPAL), 1, 2)
}

/// Polls until it is ready, at most so often. `None`: it was not.
fn ready_after<T>(polls: usize, call: impl Future<Output = T>) -> Option<(usize, T)> {
    let (mut call, mut context) = (pin!(call), Context::from_waker(Waker::noop()));
    (1..=polls).find_map(|poll| match call.as_mut().poll(&mut context) {
        Poll::Ready(answer) => Some((poll, answer)),
        Poll::Pending => None,
    })
}

#[tokio::test]
async fn o23_it_keeps_every_guarantee_until_it_is_told_not_to() {
    let report = conformance::check(async || store()).await;
    report.assert();
    assert_eq!(report.left_out().count(), 0);
}

#[tokio::test]
async fn o23_calls_fail_as_often_as_they_are_told_to() {
    let store = store();
    store.fail_next(2);
    store.fail_next_as(1, StoreErrorKind::Full);
    for kind in [
        StoreErrorKind::Unavailable,
        StoreErrorKind::Unavailable,
        StoreErrorKind::Full,
    ] {
        let error = store.create(&KEY, &record()).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(store.inner().sessions(), 0);
    }
    assert_eq!(store.create(&KEY, &record()).await.unwrap(), Created::Done);
}

#[tokio::test]
async fn o23_one_operation_fails_and_the_others_do_not() {
    let store = store();
    store.create(&KEY, &record()).await.unwrap();
    store.on(Operation::Save).fail_next(1);
    let new = record();
    assert!(store.load(&KEY).await.unwrap().is_some());
    assert!(store.save(&KEY, new.revision(), &new).await.is_err());
    let saved = store.save(&KEY, new.revision(), &new).await.unwrap();
    assert_eq!(saved, Saved::Done);
}

#[tokio::test]
async fn o23_a_lost_answer_is_of_something_done() {
    let store = store();
    store.lose_answer_next(1);
    let error = store.create(&KEY, &record()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert_eq!(store.load(&KEY).await.unwrap(), Some(record()));
}

#[test]
fn o23_a_call_that_hangs_never_answers_and_does_nothing() {
    let store = store();
    store.hang_next(1);
    assert!(ready_after(1000, store.create(&KEY, &record())).is_none());
    assert_eq!(store.inner().sessions(), 0);
    assert!(ready_after(1, store.create(&KEY, &record())).is_some());
}

#[test]
fn o23_a_call_that_hangs_after_has_done_it() {
    let store = store();
    store.hang_after_next(1);
    assert!(ready_after(1000, store.create(&KEY, &record())).is_none());
    assert_eq!(store.inner().sessions(), 1);
}

#[test]
fn o23_a_late_call_is_late_by_as_many_polls() {
    let store = store();
    store.delay_next(1, 3);
    let late = record();
    let mut call = pin!(store.create(&KEY, &late));
    assert!(ready_after(3, call.as_mut()).is_none());
    assert_eq!(store.inner().sessions(), 0);
    assert!(ready_after(1, call.as_mut()).is_some());
    assert_eq!(store.inner().sessions(), 1);
}

#[tokio::test]
async fn o23_while_it_is_down_every_operation_fails() {
    let store = store();
    store.create(&KEY, &record()).await.unwrap();
    store.down();
    let new = record();
    let (revision, limit) = (new.revision(), SessionLimit::new(1));
    let (index, revocations) = (store.principals().unwrap(), store.revocations().unwrap());
    let sweep = store.sweeper().unwrap();
    assert!(store.create(&KEY, &new).await.is_err());
    assert!(store.load(&KEY).await.is_err());
    assert!(store.save(&KEY, revision, &new).await.is_err());
    assert!(store.touch(&KEY, 9, 9).await.is_err());
    assert!(store.delete(&KEY, None).await.is_err());
    assert!(index.list(&PRINCIPAL).await.is_err());
    assert!(index.delete_all(&PRINCIPAL, None).await.is_err());
    assert!(
        index
            .admit(&KEY, Some(revision), &new, limit)
            .await
            .is_err()
    );
    assert!(revocations.revoke(&KEY, 9).await.is_err());
    assert!(revocations.advance_epoch(&PRINCIPAL, 0, 9).await.is_err());
    assert!(revocations.standing(Some(&KEY), None).await.is_err());
    assert!(sweep.sweep(9).await.is_err());
    store.up();
    assert_eq!(store.load(&KEY).await.unwrap(), Some(record()));
    let standing = revocations
        .standing(Some(&KEY), Some(&PRINCIPAL))
        .await
        .unwrap();
    assert_eq!(standing, session_runtime::store::Standing::default());
}

#[tokio::test]
async fn o23_calls_are_counted_when_they_begin() {
    let store = store();
    let copy = store.clone();
    drop(copy.load(&KEY));
    assert_eq!(store.all_calls(), 0);
    copy.load(&KEY).await.unwrap();
    store.down();
    assert!(copy.load(&KEY).await.is_err());
    store
        .principals()
        .unwrap()
        .list(&PRINCIPAL)
        .await
        .unwrap_err();
    assert_eq!(store.calls(Operation::Load), 2);
    assert_eq!(store.calls(Operation::List), 1);
    assert_eq!(store.calls(Operation::Create), 0);
    assert_eq!(store.all_calls(), 3);
    store.forget_calls();
    assert_eq!(store.all_calls(), 0);
}
