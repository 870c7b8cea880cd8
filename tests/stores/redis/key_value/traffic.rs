//! How often the server is asked.

use session_runtime::store::KeyValueStore;

use super::{
    super::traffic::{Counted, cost},
    KEY, create, replace, seconds, store,
};

#[tokio::test]
async fn each_call_is_one_command_and_one_round_trip() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    // The server knows the scripts from here on.
    create(&store, KEY, "value").await;
    replace(&store, "value", "value").await;
    store.delete(KEY, Some("value")).await.unwrap();
    let count = Counted(&server, cost(&server, async {}).await.0);
    let life = seconds(9);
    let create = store.create(KEY, "value", life);
    count.is(1, "set 1", create).await;
    count.is(1, "get 1", store.get(KEY)).await;
    let replace = store.replace(KEY, "value", "new", life);
    count.is(1, "evalsha 1", replace).await;
    let conflict = store.replace(KEY, "value", "new", life);
    count.is(1, "evalsha 1", conflict).await;
    count
        .is(1, "evalsha 1", store.delete(KEY, Some("new")))
        .await;
    store.create(KEY, "value", life).await.unwrap();
    count.is(1, "del 1", store.delete(KEY, None)).await;
}
