//! The public suite.

use session_runtime::{store::RedisStore, testing::conformance};
use tests::servers::redis::{RedisCluster, RedisServer};

#[tokio::test(flavor = "multi_thread")]
async fn one_server_keeps_every_promise() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let open = async || RedisStore::connect(&server.url()).await.unwrap();
    let conformance = conformance::check(open).await;
    conformance.assert();
    assert!(conformance.passed() > 60, "{}", conformance.passed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_keeps_every_promise() {
    let Some(cluster) = RedisCluster::start() else {
        return;
    };
    let open = async || RedisStore::connect_cluster(cluster.urls()).await.unwrap();
    let conformance = conformance::check(open).await;
    conformance.assert();
    assert!(conformance.passed() > 60, "{}", conformance.passed());
}
