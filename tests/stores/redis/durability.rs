//! What survives what: the lines of the guide's table.

use std::collections::HashMap;

use session_runtime::store::{Created, RedisStore, Saved, SessionKey, SessionStore};
use tests::servers::redis::RedisServer;
use tokio::task::JoinSet;

use super::{key, record, revision, store, until};

const ALWAYS: [&str; 4] = ["--appendonly", "yes", "--appendfsync", "always"];

/// What a client was told of one key when its server went away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Revision(i64),
    Deleted,
    /// The call that was under way failed: either of both.
    Unsure(Option<i64>, Option<i64>),
}

/// Creates, saves and deletes until a call fails.
async fn load(store: RedisStore, first: u64) -> HashMap<SessionKey, Told> {
    let mut told = HashMap::new();
    for number in first.. {
        let key = key(number);
        told.insert(key, Told::Unsure(None, Some(1)));
        let Ok(created) = store.create(&key, &record(1)).await else {
            break;
        };
        assert_eq!(created, Created::Done);
        told.insert(key, Told::Unsure(Some(1), Some(2)));
        let Ok(saved) = store.save(&key, revision(1), &record(2)).await else {
            break;
        };
        assert_eq!(saved, Saved::Done);
        told.insert(key, Told::Revision(2));
        if number % 2 == 0 {
            told.insert(key, Told::Unsure(Some(2), None));
            let Ok(deleted) = store.delete(&key, None).await else {
                break;
            };
            assert_eq!(deleted, Saved::Done);
            told.insert(key, Told::Deleted);
        }
    }
    told
}

async fn found(store: &RedisStore, key: &SessionKey) -> Option<i64> {
    // One call may be sent into the old connection.
    let record = match store.load(key).await {
        Ok(record) => record,
        Err(_) => store.load(key).await.unwrap(),
    };
    record.map(|record| record.revision().to_i64())
}

#[tokio::test(flavor = "multi_thread")]
async fn with_appendfsync_always_nothing_acknowledged_is_lost_and_nothing_deleted_comes_back() {
    let Some((mut server, store)) = store(&ALWAYS).await else {
        return;
    };
    for round in 0..3 {
        let mut clients = JoinSet::new();
        for client in 0..16 {
            let first = round * 100_000_000 + client * 1_000_000;
            clients.spawn(load(store.clone(), first));
        }
        // In the middle of it, whatever it is doing.
        let is_busy = async || server.ask::<u64>(&["DBSIZE"]) >= 200 * (round + 1);
        until("there is load", is_busy).await;
        server.kill();
        let told: Vec<_> = clients.join_all().await.into_iter().flatten().collect();
        server.start_again();
        assert!(told.len() > 200, "{}", told.len());
        for (key, told) in told {
            let found = found(&store, &key).await;
            match told {
                Told::Revision(number) => assert_eq!(found, Some(number)),
                Told::Deleted => assert_eq!(found, None, "it came back"),
                Told::Unsure(before, after) => {
                    assert!(found == before || found == after, "{told:?}: {found:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn as_it_comes_a_killed_server_is_back_at_its_last_snapshot() {
    let Some((mut server, store)) = store(&["--save", "3600", "1"]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    store.create(&key(2), &record(1)).await.unwrap();
    server.ask::<()>(&["SAVE"]);
    store.save(&key(1), revision(1), &record(2)).await.unwrap();
    store.delete(&key(2), None).await.unwrap();
    store.create(&key(3), &record(1)).await.unwrap();
    server.kill();
    server.start_again();
    assert_eq!(found(&store, &key(1)).await, Some(1), "the save is lost");
    assert_eq!(found(&store, &key(2)).await, Some(1), "the session is back");
    assert_eq!(found(&store, &key(3)).await, None, "the session is lost");
    // Who still has the lost revision does not write over what is there.
    let late = store.save(&key(1), revision(2), &record(3)).await.unwrap();
    assert_eq!(late, Saved::Conflict);
}

#[tokio::test]
async fn a_server_that_is_shut_down_in_order_keeps_everything_it_has_a_file_for() {
    let Some((mut server, store)) = store(&["--save", "3600", "1"]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    store.create(&key(2), &record(1)).await.unwrap();
    store.delete(&key(2), None).await.unwrap();
    server.restart();
    assert_eq!(found(&store, &key(1)).await, Some(1));
    assert_eq!(found(&store, &key(2)).await, None);
}

#[tokio::test]
async fn with_appendfsync_everysec_a_killed_server_has_everything_up_to_its_last_seconds() {
    let Some((mut server, store)) = store(&["--appendonly", "yes"]).await else {
        return;
    };
    for number in 0..500 {
        store.create(&key(number), &record(1)).await.unwrap();
    }
    server.kill();
    server.start_again();
    // It puts off writing while the disk is busy, for two seconds at most.
    let mut found_all = Vec::new();
    for number in 0..500 {
        found_all.push(found(&store, &key(number)).await.is_some());
    }
    assert!(found_all.is_sorted_by(|one, next| one >= next), "a gap");
}

/// A replica that has everything of `primary`.
async fn replica(primary: &RedisServer) -> RedisServer {
    let port = primary.port().to_string();
    let replica = RedisServer::start(&["--replicaof", "127.0.0.1", &port]).unwrap();
    let info = || replica.ask::<String>(&["INFO", "replication"]);
    let follows = async || info().contains("master_link_status:up");
    until("it follows", follows).await;
    replica
}

#[tokio::test]
async fn after_a_failover_the_last_moments_may_be_missing_and_an_old_revision_writes_nothing() {
    let Some((mut primary, store)) = store(&[]).await else {
        return;
    };
    let replica = replica(&primary).await;
    store.create(&key(1), &record(1)).await.unwrap();
    store.create(&key(2), &record(1)).await.unwrap();
    let has_all = async || replica.ask::<u64>(&["DBSIZE"]) == 2;
    until("the replica has all", has_all).await;
    // The link is cut, which the primary does not know: it goes on and acknowledges.
    replica.ask::<()>(&["REPLICAOF", "NO", "ONE"]);
    store.save(&key(1), revision(1), &record(2)).await.unwrap();
    store.delete(&key(2), None).await.unwrap();
    primary.kill();
    let promoted = RedisStore::connect(&replica.url()).await.unwrap();
    assert_eq!(found(&promoted, &key(1)).await, Some(1), "the save is lost");
    assert_eq!(
        found(&promoted, &key(2)).await,
        Some(1),
        "the session is back"
    );
    let late = promoted.save(&key(1), revision(2), &record(3)).await;
    assert_eq!(late.unwrap(), Saved::Conflict);
}

#[tokio::test]
async fn a_primary_that_wants_a_replica_refuses_to_write_without_one() {
    let options = [
        "--min-replicas-to-write",
        "1",
        "--min-replicas-max-lag",
        "1",
    ];
    let Some((_server, store)) = store(&options).await else {
        return;
    };
    let error = store.create(&key(1), &record(1)).await.unwrap_err();
    assert!(
        super::said(&error).contains("NOREPLICAS"),
        "{}",
        super::said(&error)
    );
    assert_eq!(store.load(&key(1)).await.unwrap(), None);
}
