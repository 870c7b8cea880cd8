//! A server that hangs, is slow, or is gone for a while.

use std::time::{Duration, Instant};

use session_runtime::store::{PrincipalIndex, SessionStore, StoreErrorKind};
use tokio::time::timeout;

use super::{key, record, revision, store};

const SOON: Duration = Duration::from_millis(200);

#[tokio::test]
async fn d29_a_call_to_a_hung_server_can_be_given_up_and_later_ones_get_their_own_answers() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    for number in 0..50 {
        store
            .create(&key(number), &record(1 + i64::try_from(number).unwrap()))
            .await
            .unwrap();
    }
    server.hang();
    for number in 0..25 {
        timeout(SOON / 20, store.load(&key(number)))
            .await
            .unwrap_err();
    }
    server.go_on();
    // The answers that nobody waits for come first.
    for number in 25..50 {
        let loaded = store.load(&key(number)).await.unwrap().unwrap();
        assert_eq!(
            loaded.revision(),
            revision(1 + i64::try_from(number).unwrap())
        );
    }
}

#[tokio::test]
async fn a_call_that_was_given_up_is_done_or_not_and_never_by_half() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    server.hang();
    timeout(SOON, store.save(&key(1), revision(1), &record(2)))
        .await
        .unwrap_err();
    server.go_on();
    let seen = store.load(&key(1)).await.unwrap().unwrap();
    let (one, two) = (record(1), record(2));
    assert!([one.revision(), two.revision()].contains(&seen.revision()));
    // Again with the same expectation: done once or now, and no third thing.
    let again = store.save(&key(1), revision(1), &record(2)).await.unwrap();
    assert_eq!(again, session_runtime::store::Saved::Done);
}

/// It is a task of its own, to which no caller's deadline applies.
#[tokio::test]
async fn d29_what_goes_on_unattended_ends_by_itself() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let one = super::principal(1);
    let owned = super::record_of(one, 1);
    store.create(&key(1), &owned).await.unwrap();
    server.hang();
    let error = timeout(50 * SOON, store.delete_all(&one, None))
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Deadline);
    server.go_on();
}

#[tokio::test]
async fn a_slow_server_is_waited_for() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    server.ask::<()>(&["CLIENT", "PAUSE", "400", "ALL"]);
    let start = Instant::now();
    let saved = store.save(&key(1), revision(1), &record(2)).await.unwrap();
    assert_eq!(saved, session_runtime::store::Saved::Done);
    assert!(start.elapsed() > SOON, "it was not slow");
}

#[tokio::test]
async fn after_a_restart_the_first_call_works() {
    let Some((mut server, store)) = store(&["--appendonly", "yes"]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    for number in 1..4 {
        server.kill();
        let start = Instant::now();
        let error = store.load(&key(1)).await.unwrap_err();
        assert_eq!(
            error.kind(),
            StoreErrorKind::Unavailable,
            "{}",
            super::said(&error)
        );
        assert!(start.elapsed() < Duration::from_secs(3), "it failed late");
        server.start_again();
        let next = record(number + 1);
        store.save(&key(1), revision(number), &next).await.unwrap();
        assert_eq!(store.load(&key(1)).await.unwrap(), Some(next));
    }
}

#[tokio::test]
async fn a_restart_between_two_calls_costs_one_at_most() {
    let Some((mut server, store)) = store(&["--appendonly", "yes"]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    for _ in 0..3 {
        server.restart();
        // One may be sent before the runtime comes to hear of the end of the connection.
        let first = store.load(&key(1)).await.is_ok();
        assert!(first || store.load(&key(1)).await.is_ok());
    }
}
