//! The public suite, against each way of opening the store.

use std::time::Duration;

use deadpool_postgres::{Manager, Pool, Runtime};
use session_runtime::{
    store::PostgresStore,
    testing::conformance::{self, Conformance},
};
use tests::servers::postgres::Database;
use tokio_postgres::NoTls;

fn assert_all(report: &Conformance) {
    report.assert();
    assert_eq!(report.left_out().count(), 0, "it offers everything");
    assert!(report.passed() > 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_what_every_store_must_keep() {
    let Some(database) = Database::shared() else {
        return;
    };
    let report = conformance::check(async || {
        let store = PostgresStore::connect(&database.url()).await.unwrap();
        store.migrate().await.unwrap();
        store
    });
    assert_all(&report.await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_does_so_in_a_schema_with_any_name_and_a_pool_of_the_application() {
    let Some(database) = Database::shared() else {
        return;
    };
    let config: tokio_postgres::Config = database.url().parse().unwrap();
    let pool = Pool::builder(Manager::new(config, NoTls))
        .max_size(4)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(Duration::from_secs(30)))
        .build()
        .unwrap();
    let store = PostgresStore::with_pool(pool).schema("My \"own\" $body$ 'schema' \\ é");
    let report = conformance::check(async || {
        store.migrate().await.unwrap();
        store.clone()
    });
    assert_all(&report.await);
    let elsewhere = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(database.sql(elsewhere), "0");
}
