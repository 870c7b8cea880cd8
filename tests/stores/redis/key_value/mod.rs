//! Values by key as Node's connect-redis keeps them, on one server and a cluster.

mod cluster;
mod failures;
mod foreign;
mod lifetimes;
mod promises;
mod secrets;
mod traffic;

use session_runtime::store::{
    Created, Held, KeyValueStore, Lifetime, RedisKeyValueStore, Saved, StoreError, StoreErrorKind,
};
use tests::servers::redis::RedisServer;

use super::now;

const KEY: &str = "sess:9f86d081884c7d65";

/// A server of the test's own, with a store on it. `None`: there is no Redis, which has been said.
async fn store(options: &[&str]) -> Option<(RedisServer, RedisKeyValueStore)> {
    let server = RedisServer::start(options)?;
    let store = RedisKeyValueStore::connect(&server.url()).await.unwrap();
    Some((server, store))
}

fn seconds(seconds: u64) -> Lifetime {
    Lifetime::new(now(), seconds)
}

async fn create(store: &RedisKeyValueStore, key: &str, value: &str) {
    let created = store.create(key, value, seconds(3600)).await.unwrap();
    assert_eq!(created, Created::Done, "{key}");
}

async fn replace(store: &RedisKeyValueStore, expected: &str, value: &str) -> Saved {
    let replaced = store.replace(KEY, expected, value, seconds(3600)).await;
    replaced.unwrap()
}

async fn get(store: &RedisKeyValueStore, key: &str) -> Option<String> {
    let held: Option<Held> = store.get(key).await.unwrap();
    held.map(|held| {
        assert_eq!(held.end, None, "the server keeps to it");
        held.value
    })
}

/// What kind of error it is, with nothing else to compare.
fn kind<T>(answer: Result<T, StoreError>) -> Result<T, StoreErrorKind> {
    answer.map_err(|error| error.kind())
}
