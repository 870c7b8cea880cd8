//! Values by key in tables.

use session_runtime::{
    store::{KeyValueAdapter, PostgresStore},
    testing::key_value_conformance,
};
use tests::servers::postgres::Database;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_every_guarantee() {
    let Some(database) = Database::shared() else {
        return;
    };
    let open = async || {
        let store = PostgresStore::connect(&database.url()).await.unwrap();
        store.migrate().await.unwrap();
        KeyValueAdapter::new(store)
    };
    let report = key_value_conformance::check(open).await;
    report.assert();
    assert_eq!(report.left_out().count(), 0);
}
