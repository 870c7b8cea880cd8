//! How long the server keeps what it was given.

use session_runtime::store::{Created, KeyValueStore, Lifetime, RedisKeyValueStore, Saved};
use tests::servers::redis::RedisServer;

use super::{super::until, KEY, create, get, now, replace, seconds, store};

/// The key lives for `seconds`, less what a slow machine has taken since.
fn lives_for(server: &RedisServer, seconds: u64) {
    let left = server.ask::<i64>(&["PTTL", KEY]);
    let right = i64::try_from(seconds * 1000).unwrap();
    assert!((right - 60_000..=right).contains(&left), "{left}");
}

async fn replaced(store: &RedisKeyValueStore, life: Lifetime) {
    let replaced = store.replace(KEY, "value", "value", life).await;
    assert_eq!(replaced.unwrap(), Saved::Done);
}

#[tokio::test]
async fn a_value_lives_as_long_as_the_last_write_says() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(KEY, "value", seconds(86_400)).await.unwrap();
    lives_for(&server, 86_400);
    for length in [7_200, 100_000] {
        replaced(&store, seconds(length)).await;
        lives_for(&server, length);
    }
    // Of another system, for ever.
    server.ask::<()>(&["PERSIST", KEY]);
    replaced(&store, seconds(7_200)).await;
    lives_for(&server, 7_200);
}

#[tokio::test]
async fn what_changes_nothing_does_not_change_how_long_it_lives() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(KEY, "value", seconds(7_200)).await.unwrap();
    let again = store.create(KEY, "value", seconds(9_000_000)).await;
    assert_eq!(again.unwrap(), Created::Exists);
    let life = seconds(9_000_000);
    let conflict = store.replace(KEY, "other", "x", life).await.unwrap();
    assert_eq!(conflict, Saved::Conflict);
    let conflict = store.delete(KEY, Some("other")).await.unwrap();
    assert_eq!(conflict, Saved::Conflict);
    get(&store, KEY).await;
    lives_for(&server, 7_200);
}

#[tokio::test]
async fn a_value_lives_as_long_as_it_is_told_whatever_the_server_s_clock_says() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    // An application whose clock is ten years behind, as a test's may be.
    let then = now() - 10 * 365 * 86_400_000;
    let life = Lifetime::new(then, 3600);
    store.create(KEY, "value", life).await.unwrap();
    lives_for(&server, 3600);
    replaced(&store, Lifetime::new(then, 7200)).await;
    lives_for(&server, 7200);
}

#[tokio::test]
async fn a_life_beyond_what_the_server_can_reckon_is_a_long_one() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    for length in [1 << 40, 1 << 62, u64::MAX] {
        let life = Lifetime::new(now(), length);
        assert_eq!(
            store.create(KEY, "value", life).await.unwrap(),
            Created::Done
        );
        replaced(&store, life).await;
        let left = server.ask::<i64>(&["TTL", KEY]);
        assert!(left > 1_000_000_000_000, "{left}");
        store.delete(KEY, None).await.unwrap();
    }
}

#[tokio::test]
async fn the_server_removes_a_value_at_its_end_and_it_does_not_come_back() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    // The shortest life that there is: nothing counts as a second.
    store.create(KEY, "value", seconds(0)).await.unwrap();
    assert!(server.ask::<i64>(&["PTTL", KEY]) <= 1000);
    until("it is gone", async || get(&store, KEY).await.is_none()).await;
    assert_eq!(replace(&store, "value", "late").await, Saved::Gone);
    assert_eq!(server.ask::<u64>(&["DBSIZE"]), 0, "not a trace");
    create(&store, KEY, "another").await;
}
