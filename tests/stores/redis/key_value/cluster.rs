//! A cluster: keys on several nodes, wherever the braces in them say.

use session_runtime::store::{KeyValueStore, RedisKeyValueStore, Saved};
use tests::servers::redis::RedisCluster;

use super::{create, get, seconds};

async fn cluster() -> Option<(RedisCluster, RedisKeyValueStore)> {
    let cluster = RedisCluster::start()?;
    let store = RedisKeyValueStore::connect_cluster(cluster.urls());
    let store = store.await.unwrap();
    Some((cluster, store))
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_spread_over_all_nodes() {
    let Some((cluster, store)) = cluster().await else {
        return;
    };
    let keys: Vec<_> = (0..60).map(|number| format!("sess:{number}")).collect();
    for key in &keys {
        create(&store, key, key).await;
    }
    for node in &cluster.nodes {
        assert!(node.ask::<u64>(&["DBSIZE"]) > 0, "a node has nothing");
    }
    for key in &keys {
        let replaced = store.replace(key, key, "new", seconds(9)).await.unwrap();
        assert_eq!(replaced, Saved::Done, "{key}");
        assert_eq!(get(&store, key).await.as_deref(), Some("new"), "{key}");
        let deleted = store.delete(key, Some("new")).await.unwrap();
        assert_eq!(deleted, Saved::Done, "{key}");
        create(&store, key, "again").await;
        assert_eq!(store.delete(key, None).await.unwrap(), Saved::Done);
    }
    for node in &cluster.nodes {
        assert_eq!(node.ask::<u64>(&["DBSIZE"]), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_forgets_its_scripts_is_told_them_again() {
    let Some((cluster, store)) = cluster().await else {
        return;
    };
    for number in 0..30 {
        let key = format!("sess:{number}");
        create(&store, &key, "old").await;
        for node in &cluster.nodes {
            node.ask::<()>(&["SCRIPT", "FLUSH"]);
        }
        let replaced = store.replace(&key, "old", "new", seconds(9)).await;
        assert_eq!(replaced.unwrap(), Saved::Done);
        let deleted = store.delete(&key, Some("new")).await.unwrap();
        assert_eq!(deleted, Saved::Done);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_whose_slot_moves_to_another_node_is_found_there() {
    let Some((cluster, store)) = cluster().await else {
        return;
    };
    for number in 0..30 {
        create(&store, &format!("sess:{number}"), "old").await;
    }
    let (from, to) = (&cluster.nodes[0], &cluster.nodes[1]);
    let id = |node: &tests::servers::redis::RedisServer| node.ask::<String>(&["CLUSTER", "MYID"]);
    for name in from.ask::<Vec<String>>(&["KEYS", "*"]) {
        let slot = from.ask::<u64>(&["CLUSTER", "KEYSLOT", &name]).to_string();
        to.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &id(from)]);
        from.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &id(to)]);
        let port = to.port().to_string();
        from.ask::<()>(&["MIGRATE", "127.0.0.1", &port, &name, "0", "5000"]);
        // Half-way: the key is there and the slot still here.
        let replaced = store.replace(&name, "old", "new", seconds(9)).await;
        assert_eq!(replaced.unwrap(), Saved::Done, "{name}");
        for node in &cluster.nodes {
            node.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "NODE", &id(to)]);
        }
        assert_eq!(get(&store, &name).await.as_deref(), Some("new"));
    }
}
