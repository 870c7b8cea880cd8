//! Random calls through several servers' connections, whose answers must fit an order.

use std::sync::Arc;

use session_runtime::store::{PostgresStore, SessionStore};

use super::Bench;
use crate::schedules::{self, Index};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d25_every_schedule_has_an_order() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    let mut clients: Vec<Arc<dyn SessionStore>> = Vec::new();
    for _ in 0..3 {
        let store = PostgresStore::connect(&bench.database.url()).await.unwrap();
        clients.push(Arc::new(store));
    }
    schedules::run_on(&clients, Index::Exact, 1_000, 8).await;
}
