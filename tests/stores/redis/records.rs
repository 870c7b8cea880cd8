//! Records: what one server does that no other store has to.

use session_runtime::store::{
    Created, PrincipalIndex, Record, Revocations, Saved, SessionStore, StoreErrorKind,
};

use super::{HOUR, key, now, principal, record, record_of, revision, store, until};

#[tokio::test]
async fn d24_a_save_of_a_deleted_record_is_gone_and_writes_nothing() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    let seen = store.load(&key(1)).await.unwrap().unwrap();
    store.delete(&key(1), None).await.unwrap();
    let saved = store.save(&key(1), seen.revision(), &record(2)).await;
    assert_eq!(saved.unwrap(), Saved::Gone);
    assert_eq!(store.load(&key(1)).await.unwrap(), None);
    assert_eq!(server.ask::<u64>(&["DBSIZE"]), 0, "not a trace");
}

#[tokio::test]
async fn d26_of_two_writes_over_one_revision_the_second_conflicts_and_both_can_be_kept() {
    let Some((_server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    let (one, other) = (record(2), record(3));
    let one = store.save(&key(1), revision(1), &one).await.unwrap();
    let late = store.save(&key(1), revision(1), &other).await.unwrap();
    assert_eq!((one, late), (Saved::Done, Saved::Conflict));
    let again = store.load(&key(1)).await.unwrap().unwrap().revision();
    let merged = store.save(&key(1), again, &other).await.unwrap();
    assert_eq!(merged, Saved::Done);
}

#[tokio::test]
async fn d40_the_server_removes_a_record_at_its_end() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let ends_at_once = Record::new(revision(1), vec![], None, now(), now() + 1);
    store.create(&key(1), &ends_at_once).await.unwrap();
    // It looks for the expired by itself, too; asking makes it look.
    let is_gone = async || {
        store.load(&key(1)).await.unwrap();
        server.ask::<u64>(&["DBSIZE"]) == 0
    };
    until("it is gone", is_gone).await;
    assert_eq!(store.load(&key(1)).await.unwrap(), None);
}

#[tokio::test]
async fn every_key_expires() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    let signed_in = record_of(principal(1), 1);
    store.create(&key(2), &signed_in).await.unwrap();
    store.touch(&key(2), now(), now() + 9 * HOUR).await.unwrap();
    store.revoke(&key(3), now() + HOUR).await.unwrap();
    let epoch = store.advance_epoch(&principal(1), 1, now() + HOUR).await;
    assert_eq!(epoch.unwrap(), 1);
    let keys: Vec<String> = server.ask(&["KEYS", "*"]);
    assert_eq!(keys.len(), 5, "two records, index, revocation, epoch");
    for key in keys {
        let left = server.ask::<i64>(&["PTTL", &key]);
        assert!(left > 0, "{key} would stay for ever: {left}");
    }
}

#[tokio::test]
async fn a_record_lives_as_long_as_its_own_times_say_whatever_the_server_s_clock_says() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    // An application whose clock is ten years behind, as a test's may be.
    let then = now() - 10 * 365 * 24 * HOUR;
    let old = Record::new(revision(1), vec![], None, then, then + HOUR);
    store.create(&key(1), &old).await.unwrap();
    assert_eq!(store.load(&key(1)).await.unwrap(), Some(old));
    let name = server.ask::<Vec<String>>(&["KEYS", "*"]).remove(0);
    let left = server.ask::<u64>(&["PTTL", &name]);
    assert!((HOUR - 60_000..=HOUR).contains(&left), "{left}");
    store
        .touch(&key(1), then + HOUR / 2, then + 3 * HOUR / 2)
        .await
        .unwrap();
    let left = server.ask::<u64>(&["PTTL", &name]);
    assert!((HOUR - 60_000..=HOUR).contains(&left), "{left}");
    // A save has the last word, also for less.
    let short = Record::new(revision(2), vec![], None, then + HOUR / 2, then + HOUR);
    let saved = store.save(&key(1), revision(1), &short).await;
    assert_eq!(saved.unwrap(), Saved::Done);
    let left = server.ask::<u64>(&["PTTL", &name]);
    assert!((HOUR / 2 - 60_000..=HOUR / 2).contains(&left), "{left}");
}

#[tokio::test]
async fn a_command_that_a_client_sends_twice_is_done_once() {
    let Some((_server, store)) = store(&[]).await else {
        return;
    };
    for _ in 0..2 {
        let created = store.create(&key(1), &record(1)).await.unwrap();
        assert_eq!(created, Created::Done);
    }
    for _ in 0..2 {
        let saved = store.save(&key(1), revision(1), &record(2)).await.unwrap();
        assert_eq!(saved, Saved::Done);
    }
    // With another in between it is a conflict.
    store.save(&key(1), revision(2), &record(3)).await.unwrap();
    let late = store.save(&key(1), revision(1), &record(2)).await.unwrap();
    assert_eq!(late, Saved::Conflict);
}

#[tokio::test]
async fn a_server_without_memory_says_full_and_still_deletes() {
    // What it needs for itself, and a little.
    let Some((server, store)) = store(&["--maxmemory-policy", "noeviction"]).await else {
        return;
    };
    let signed_in = record_of(principal(1), 1);
    store.create(&key(1), &signed_in).await.unwrap();
    server.ask::<()>(&["CONFIG", "SET", "maxmemory", "1"]);
    let full = |error: session_runtime::store::StoreError| error.kind();
    let created = store.create(&key(2), &record(1)).await.map_err(full);
    assert_eq!(created, Err(StoreErrorKind::Full));
    let large = Record::new(revision(2), vec![7; 9_000], None, now(), now() + HOUR);
    let saved = store.save(&key(1), revision(1), &large).await.map_err(full);
    assert_eq!(saved, Err(StoreErrorKind::Full));
    assert_eq!(
        store.load(&key(1)).await.unwrap(),
        Some(signed_in),
        "as it was"
    );
    assert_eq!(store.load(&key(2)).await.unwrap(), None);
    // Signing out and signing out everywhere need no room.
    let ended = store.delete_all(&principal(1), None).await.unwrap();
    assert_eq!(ended, [key(1)]);
    server.ask::<()>(&["CONFIG", "SET", "maxmemory", "0"]);
    store.create(&key(2), &record(1)).await.unwrap();
}

#[tokio::test]
async fn numbers_beyond_those_of_a_script_are_compared_exactly() {
    let Some((_server, store)) = store(&[]).await else {
        return;
    };
    let (whose, until) = (principal(1), now() + HOUR);
    // A double is the same for the second and for one more than the first.
    for epoch in [(1 << 53) - 1, (1 << 53) + 1] {
        let begun = store.advance_epoch(&whose, epoch, until).await.unwrap();
        assert_eq!(begun, epoch);
    }
    let (start, end) = ((1 << 53) - 9, 1 << 53);
    let late = Record::new(revision(1), vec![], None, start, end);
    store.create(&key(1), &late).await.unwrap();
    assert!(store.touch(&key(1), start, end + 1).await.unwrap());
    let seen = store.load(&key(1)).await.unwrap();
    assert_eq!(seen.map(|record| record.expires()), Some(end + 1));
}
