//! The public suite, against each way of opening the store.

use redis::{
    Client,
    aio::{ConnectionManager, ConnectionManagerConfig},
    cluster::ClusterClient,
};
use session_runtime::{
    store::{KeyValueAdapter, KeyValueStore, RedisKeyValueStore, RedisStore},
    testing::{conformance::Conformance, key_value_conformance},
};
use tests::servers::redis::{RedisCluster, RedisServer};

/// What is not checked is sweeping: the server ends values by itself.
async fn keeps_every_promise<S: KeyValueStore>(open: impl AsyncFn() -> S) {
    let (one, other) = (open().await, open().await);
    assert!(one.sweeper().is_none());
    let report = both(one, other).await;
    report.assert();
    assert!(report.passed() > 30, "{}", report.passed());
    assert_eq!(report.left_out().count(), 4);
}

async fn both<S: KeyValueStore>(one: S, other: S) -> Conformance {
    let clients = [one, other].map(std::sync::Arc::new);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let open = || {
        let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        std::future::ready(clients[number % 2].clone())
    };
    key_value_conformance::check(open).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_server_keeps_every_promise() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    keeps_every_promise(async || RedisKeyValueStore::connect(&server.url()).await.unwrap()).await;
    for name in server.ask::<Vec<Vec<u8>>>(&["KEYS", "*"]) {
        let name = String::from_utf8_lossy(&name).into_owned();
        assert!(server.ask::<i64>(&["PTTL", &name]) > 0, "{name} would stay");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cluster_keeps_every_promise() {
    let Some(cluster) = RedisCluster::start() else {
        return;
    };
    let open = async || {
        let store = RedisKeyValueStore::connect_cluster(cluster.urls());
        store.await.unwrap()
    };
    keeps_every_promise(open).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn clones_keep_every_promise_together() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let store = RedisKeyValueStore::connect(&server.url()).await.unwrap();
    keeps_every_promise(async || store.clone()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_connection_that_the_application_has_is_used() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let client = Client::open(server.url()).unwrap();
    // It speaks the older protocol, whose answers to some commands differ.
    let patient = ConnectionManagerConfig::new().set_response_timeout(None);
    let connection = ConnectionManager::new_with_config(client, patient);
    let store = RedisKeyValueStore::with_connection(connection.await.unwrap());
    keeps_every_promise(async || store.clone()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_connection_to_a_cluster_that_the_application_has_is_used() {
    let Some(cluster) = RedisCluster::start() else {
        return;
    };
    let client = ClusterClient::new(cluster.urls()).unwrap();
    let connection = client.get_async_connection().await.unwrap();
    let store = RedisKeyValueStore::with_cluster(connection);
    keeps_every_promise(async || store.clone()).await;
}

/// Whose records know a call that has come twice by its revision: equal texts must not have one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_store_of_sessions_as_one_of_values_keeps_every_promise() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let open = async || {
        let store = RedisStore::connect(&server.url()).await.unwrap();
        KeyValueAdapter::new(store.prefix("adapted:"))
    };
    keeps_every_promise(open).await;
}
