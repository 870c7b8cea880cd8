//! A cluster: keys on several nodes, and nodes that go.

use session_runtime::store::{
    Admitted, Created, PrincipalIndex, RedisStore, Revocations, Saved, SessionLimit, SessionStore,
};
use tests::servers::redis::RedisCluster;

use super::{HOUR, key, now, principal, record, record_of, revision};

async fn cluster() -> Option<(RedisCluster, RedisStore)> {
    let cluster = RedisCluster::start()?;
    let store = RedisStore::connect_cluster(cluster.urls()).await.unwrap();
    Some((cluster, store))
}

#[tokio::test(flavor = "multi_thread")]
async fn records_and_indexes_are_spread_over_all_nodes() {
    let Some((cluster, store)) = cluster().await else {
        return;
    };
    for number in 0..60 {
        let record = record_of(principal(number / 3), 1);
        store.create(&key(number), &record).await.unwrap();
    }
    for node in &cluster.nodes {
        let names: Vec<String> = node.ask(&["KEYS", "session:*"]);
        assert!(names.iter().any(|name| name.contains(":p:")), "{names:?}");
        assert!(names.iter().any(|name| !name.contains(":p:")), "{names:?}");
    }
    for number in 0..20 {
        assert_eq!(store.list(&principal(number)).await.unwrap().len(), 3);
        let ended = store.delete_all(&principal(number), None).await.unwrap();
        assert_eq!(ended.len(), 3);
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
        for node in &cluster.nodes {
            node.ask::<()>(&["SCRIPT", "FLUSH"]);
        }
        let created = store
            .create(&key(number), &record_of(principal(1), 1))
            .await;
        assert_eq!(created.unwrap(), Created::Done);
        let record = record_of(principal(1), 2);
        let saved = store.save(&key(number), revision(1), &record).await;
        assert_eq!(saved.unwrap(), Saved::Done);
    }
    assert_eq!(store.list(&principal(1)).await.unwrap().len(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_moves_to_another_node_takes_its_records_along() {
    let Some((cluster, store)) = cluster().await else {
        return;
    };
    for number in 0..30 {
        store
            .create(&key(number), &record_of(principal(1), 1))
            .await
            .unwrap();
    }
    let (from, to) = (&cluster.nodes[0], &cluster.nodes[1]);
    let id = |node: &tests::servers::redis::RedisServer| node.ask::<String>(&["CLUSTER", "MYID"]);
    let names: Vec<String> = from.ask(&["KEYS", "session:*"]);
    for name in names {
        let slot = from.ask::<u64>(&["CLUSTER", "KEYSLOT", &name]).to_string();
        to.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &id(from)]);
        from.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &id(to)]);
        let port = to.port().to_string();
        from.ask::<()>(&["MIGRATE", "127.0.0.1", &port, &name, "0", "5000"]);
        // Half-way: the key is there and the slot still here.
        assert_eq!(store.list(&principal(1)).await.unwrap().len(), 30);
        for node in &cluster.nodes {
            node.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "NODE", &id(to)]);
        }
    }
    for number in 0..30 {
        let saved = store
            .save(&key(number), revision(1), &record_of(principal(1), 2))
            .await;
        assert_eq!(saved.unwrap(), Saved::Done, "{number}");
    }
    assert_eq!(
        store.delete_all(&principal(1), None).await.unwrap().len(),
        30
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn o08_the_limit_holds_across_nodes() {
    let Some((cluster, store)) = cluster().await else {
        return;
    };
    let others = RedisStore::connect_cluster(cluster.urls()).await.unwrap();
    for round in 0..10 {
        let mut calls = tokio::task::JoinSet::new();
        for number in 0..8 {
            let store = if number % 2 == 0 { &store } else { &others }.clone();
            calls.spawn(async move {
                let record = record_of(principal(1), 1);
                let key = key(round * 100 + number);
                store
                    .admit(&key, None, &record, SessionLimit::new(3))
                    .await
                    .unwrap()
            });
        }
        for admitted in calls.join_all().await {
            assert!(matches!(admitted, Admitted::Done { .. }), "{admitted:?}");
        }
        let mut there = 0;
        for number in 0..8 {
            let record = store.load(&key(round * 100 + number)).await.unwrap();
            there += usize::from(record.is_some());
        }
        assert_eq!(there, 3);
        store.delete_all(&principal(1), None).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standing_of_two_nodes_comes_in_one_go() {
    let Some((_cluster, store)) = cluster().await else {
        return;
    };
    for number in 0..20 {
        let until = now() + HOUR;
        store.revoke(&key(number), until).await.unwrap();
        store
            .advance_epoch(&principal(number), number + 1, until)
            .await
            .unwrap();
        let standing = store
            .standing(Some(&key(number)), Some(&principal(number)))
            .await
            .unwrap();
        assert!(standing.is_revoked);
        assert_eq!(standing.epoch, number + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_gone_fails_its_keys_in_bounded_time_and_works_when_it_is_back() {
    let Some((mut cluster, store)) = cluster().await else {
        return;
    };
    for number in 0..9 {
        store.create(&key(number), &record(1)).await.unwrap();
    }
    cluster.nodes[2].kill();
    let start = std::time::Instant::now();
    let mut failed = 0;
    for number in 0..9 {
        failed += usize::from(store.load(&key(number)).await.is_err());
    }
    assert!(failed > 0, "some of the keys were there");
    assert!(start.elapsed().as_secs() < 9 * 6, "{:?}", start.elapsed());
    cluster.nodes[2].start_again();
    cluster.agrees();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    for number in 20..29 {
        while let Err(error) = store.create(&key(number), &record(1)).await {
            assert!(
                std::time::Instant::now() < deadline,
                "{}",
                super::said(&error)
            );
        }
    }
}
