//! Values by key in any session store; beside this, those of the engines are tested with them.

use session_runtime::{
    store::{KeyValueAdapter, KeyValueStore, Lifetime, MemoryStore, Saved},
    testing::key_value_conformance,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_memory_it_keeps_every_guarantee() {
    let open = async || KeyValueAdapter::new(MemoryStore::new());
    let report = key_value_conformance::check(open).await;
    report.assert();
    assert_eq!(report.left_out().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_memory_its_clones_keep_every_guarantee_together() {
    let store = KeyValueAdapter::new(MemoryStore::new());
    let open = async || store.clone();
    key_value_conformance::check(open).await.assert();
}

#[tokio::test]
async fn a_store_that_is_shared_already_is_the_same_store() {
    let store = std::sync::Arc::new(KeyValueAdapter::new(MemoryStore::new()));
    let life = Lifetime::new(1_800_000_000_000, 60);
    KeyValueStore::create(&store, "key", "one", life)
        .await
        .unwrap();
    let replaced = KeyValueStore::replace(&store, "key", "one", "two", life).await;
    assert_eq!(replaced.unwrap(), Saved::Done);
    let held = KeyValueStore::get(&store, "key").await.unwrap().unwrap();
    assert_eq!((held.value.as_str(), held.end), ("two", Some(life.end())));
    let deleted = KeyValueStore::delete(&store, "key", Some("two")).await;
    assert_eq!(deleted.unwrap(), Saved::Done);
    assert!(KeyValueStore::sweeper(&store).is_some());
}
