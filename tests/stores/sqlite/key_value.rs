//! Values by key in a file.

use std::fs;

use session_runtime::{
    store::{KeyValueAdapter, KeyValueStore, Lifetime},
    testing::key_value_conformance,
};

use super::{Folder, NOW};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_every_guarantee() {
    let folder = Folder::new();
    let open = async || KeyValueAdapter::new(folder.open().await);
    let report = key_value_conformance::check(open).await;
    report.assert();
    assert_eq!(report.left_out().count(), 0);
}

#[tokio::test]
async fn its_files_hold_values_and_not_the_ids_that_find_them() {
    let folder = Folder::new();
    let store = KeyValueAdapter::new(folder.open().await);
    let (key, value) = ("sess:9f86d081884c7d65", "a value to be found");
    let life = Lifetime::new(NOW, 3600);
    store.create(key, value, life).await.unwrap();
    let files = fs::read_dir(&folder.0).unwrap();
    let texts = files.map(|file| fs::read(file.unwrap().path()).unwrap());
    let text = String::from_utf8_lossy(&texts.collect::<Vec<_>>().concat()).into_owned();
    assert!(text.contains(value));
    assert!(!text.contains("9f86d081884c7d65"), "an id is in the clear");
}
