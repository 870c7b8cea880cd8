//! Random calls of several clients, whose answers must be those of some order of the calls.

use std::sync::Arc;

use session_runtime::store::{RedisStore, SessionStore};
use tests::servers::redis::{RedisCluster, RedisServer};

use crate::schedules::{Index, run_on};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_schedules_on_one_server_have_an_order() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let mut clients: Vec<Arc<dyn SessionStore>> = Vec::new();
    for _ in 0..3 {
        let store = RedisStore::connect(&server.url()).await.unwrap();
        clients.push(Arc::new(store));
    }
    run_on(&clients, Index::Lags, 1000, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_schedules_on_a_cluster_have_an_order() {
    let Some(cluster) = RedisCluster::start() else {
        return;
    };
    let mut clients: Vec<Arc<dyn SessionStore>> = Vec::new();
    for _ in 0..3 {
        let store = RedisStore::connect_cluster(cluster.urls()).await.unwrap();
        clients.push(Arc::new(store));
    }
    run_on(&clients, Index::Lags, 1000, 2).await;
}
