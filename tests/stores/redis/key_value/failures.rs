//! A server that hangs, is restarted, is full, or forgets its scripts.

use std::time::{Duration, Instant};

use session_runtime::store::{Created, KeyValueStore, Saved, StoreErrorKind};
use tokio::time::timeout;

use super::{KEY, create, get, kind, replace, seconds, store};

const SOON: Duration = Duration::from_millis(200);

#[tokio::test]
async fn a_call_to_a_hung_server_ends_when_its_caller_gives_up_and_later_ones_get_their_answers() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    for number in 0..20 {
        create(&store, &number.to_string(), &number.to_string()).await;
    }
    create(&store, KEY, "old").await;
    server.hang();
    let start = Instant::now();
    for number in 0..10 {
        let key = number.to_string();
        timeout(SOON / 20, store.get(&key)).await.unwrap_err();
    }
    let replaced = store.replace(KEY, "old", "new", seconds(9));
    timeout(SOON, replaced).await.unwrap_err();
    assert!(start.elapsed() < 25 * SOON, "{:?}", start.elapsed());
    server.go_on();
    // The answers that nobody waits for come first.
    for number in 10..20 {
        let number = number.to_string();
        assert_eq!(get(&store, &number).await, Some(number));
    }
    // Done or not, and no third thing.
    let seen = get(&store, KEY).await.unwrap();
    assert!(["old", "new"].contains(&seen.as_str()), "{seen}");
}

#[tokio::test]
async fn after_a_restart_the_first_call_works() {
    let Some((mut server, store)) = store(&["--appendonly", "yes"]).await else {
        return;
    };
    create(&store, KEY, "1").await;
    for number in 1..4 {
        server.kill();
        let start = Instant::now();
        let error = kind(store.get(KEY).await);
        assert_eq!(error, Err(StoreErrorKind::Unavailable));
        assert!(start.elapsed() < Duration::from_secs(3), "it failed late");
        server.start_again();
        let (was, next) = (number.to_string(), (number + 1).to_string());
        assert_eq!(replace(&store, &was, &next).await, Saved::Done);
        assert_eq!(get(&store, KEY).await, Some(next));
    }
}

#[tokio::test]
async fn a_server_without_memory_says_full_and_still_deletes() {
    let Some((server, store)) = store(&["--maxmemory-policy", "noeviction"]).await else {
        return;
    };
    create(&store, KEY, "value").await;
    create(&store, "other", "value").await;
    server.ask::<()>(&["CONFIG", "SET", "maxmemory", "1"]);
    let created = store.create("new", "value", seconds(9)).await;
    assert_eq!(kind(created), Err(StoreErrorKind::Full));
    let replaced = store.replace(KEY, "value", "new", seconds(9)).await;
    assert_eq!(kind(replaced), Err(StoreErrorKind::Full));
    assert_eq!(get(&store, KEY).await.as_deref(), Some("value"));
    // Signing out needs no room, either way.
    let deleted = store.delete(KEY, Some("value")).await.unwrap();
    assert_eq!(deleted, Saved::Done);
    assert_eq!(store.delete("other", None).await.unwrap(), Saved::Done);
    assert_eq!(server.ask::<u64>(&["DBSIZE"]), 0);
}

#[tokio::test]
async fn every_call_works_though_the_server_has_forgotten_its_script() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let forgets = || server.ask::<()>(&["SCRIPT", "FLUSH"]);
    // The first time nothing is known; then something is, and forgotten.
    for _ in 0..2 {
        forgets();
        create(&store, KEY, "old").await;
        forgets();
        assert_eq!(replace(&store, "else", "x").await, Saved::Conflict);
        forgets();
        assert_eq!(replace(&store, "old", "new").await, Saved::Done);
        forgets();
        let deleted = store.delete(KEY, Some("old")).await.unwrap();
        assert_eq!(deleted, Saved::Conflict);
        forgets();
        let deleted = store.delete(KEY, Some("new")).await.unwrap();
        assert_eq!(deleted, Saved::Done);
        forgets();
        assert_eq!(replace(&store, "new", "late").await, Saved::Gone);
        assert_eq!(get(&store, KEY).await, None);
    }
}

#[tokio::test]
async fn a_second_create_of_the_same_text_is_another_s() {
    let Some((_server, store)) = store(&[]).await else {
        return;
    };
    create(&store, KEY, "same").await;
    let again = store.create(KEY, "same", seconds(9)).await.unwrap();
    assert_eq!(again, Created::Exists);
}
