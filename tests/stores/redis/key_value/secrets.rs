//! What a log can show: no key, no value, no user and no password.

use session_runtime::store::{KeyValueStore, RedisKeyValueStore, StoreError};
use tests::servers::redis::{RedisCluster, RedisServer};

use super::{super::said, KEY, create, seconds, store};

const PASSWORD: &str = "correct-horse-battery";
const VALUE: &str = "a-secret-of-somebody";

/// Everything that a log could show of the error of each call.
async fn errors(store: &RedisKeyValueStore) -> Vec<String> {
    let shown = |error: StoreError| format!("{error:?} {}", said(&error));
    let life = seconds(9);
    vec![
        shown(store.get(KEY).await.unwrap_err()),
        shown(store.create(KEY, VALUE, life).await.unwrap_err()),
        shown(store.replace(KEY, VALUE, VALUE, life).await.unwrap_err()),
        shown(store.delete(KEY, Some(VALUE)).await.unwrap_err()),
        shown(store.delete(KEY, None).await.unwrap_err()),
    ]
}

fn shows_nothing(text: &str) {
    for secret in ["9f86d081884c7d65", VALUE, PASSWORD, "alice"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn errors_show_neither_key_nor_value_though_the_server_repeats_them() {
    // It answers: unknown command, with args beginning with …
    let commands = ["GET", "SET", "DEL", "EVAL", "EVALSHA"];
    let renamed = commands.map(|command| ["--rename-command", command, ""]);
    let Some((server, store)) = store(&renamed.concat()).await else {
        return;
    };
    let repeated = server.try_ask::<()>(&["SET", KEY, VALUE]).unwrap_err();
    assert!(repeated.to_string().contains(VALUE), "it no longer repeats");
    for text in errors(&store).await {
        assert!(text.contains("ERR"), "{text}");
        shows_nothing(&text);
    }
}

#[tokio::test]
async fn errors_of_another_type_and_of_no_text_show_neither_key_nor_value() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    server.ask::<()>(&["HSET", KEY, VALUE, VALUE]);
    let life = seconds(9);
    for error in [
        store.get(KEY).await.unwrap_err(),
        store.replace(KEY, VALUE, VALUE, life).await.unwrap_err(),
        store.delete(KEY, Some(VALUE)).await.unwrap_err(),
    ] {
        let text = format!("{error:?} {}", said(&error));
        assert!(text.contains("WRONGTYPE"), "{text}");
        shows_nothing(&text);
    }
    server.ask::<()>(&["DEL", KEY]);
    let mut set = ::redis::cmd("SET");
    set.arg(KEY).arg([VALUE.as_bytes(), b"\xff"].concat());
    set.exec(&mut server.connection().unwrap()).unwrap();
    let error = store.get(KEY).await.unwrap_err();
    shows_nothing(&format!("{error:?} {}", said(&error)));
}

#[tokio::test]
async fn errors_of_a_server_that_is_gone_show_neither_key_nor_value() {
    let Some((mut server, store)) = store(&[]).await else {
        return;
    };
    create(&store, KEY, VALUE).await;
    server.kill();
    for text in errors(&store).await {
        shows_nothing(&text);
    }
}

#[tokio::test]
async fn a_store_and_what_it_returns_show_nothing() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let password = format!(">{PASSWORD}");
    server.ask::<()>(&["ACL", "SETUSER", "alice", "on", &password, "~*", "+@all"]);
    let url = format!("redis://alice:{PASSWORD}@127.0.0.1:{}/", server.port());
    let store = RedisKeyValueStore::connect(&url).await.unwrap();
    create(&store, KEY, VALUE).await;
    let held = store.get(KEY).await.unwrap();
    let text = format!("{store:?} {held:?}");
    shows_nothing(&text);
    assert!(text.contains("RedisKeyValueStore"), "{text}");
    assert!(text.contains("one server"), "{text}");
}

#[tokio::test]
async fn a_store_on_a_cluster_shows_nothing() {
    let Some(cluster) = RedisCluster::start() else {
        return;
    };
    let store = RedisKeyValueStore::connect_cluster(cluster.urls());
    let text = format!("{:?}", store.await.unwrap());
    assert_eq!(text, r#"RedisKeyValueStore { over: "a cluster", .. }"#);
}

#[tokio::test]
async fn a_refused_connection_shows_neither_user_nor_password() {
    let Some(server) = RedisServer::start(&["--requirepass", "another"]) else {
        return;
    };
    let place = format!("127.0.0.1:{}", server.port());
    for url in [
        format!("redis://alice:{PASSWORD}@{place}/"),
        format!("http://alice:{PASSWORD}@{place}/"),
    ] {
        for error in [
            RedisKeyValueStore::connect(&url).await.unwrap_err(),
            RedisKeyValueStore::connect_cluster([&url])
                .await
                .unwrap_err(),
        ] {
            shows_nothing(&format!("{error:?} {}", said(&error)));
        }
    }
}
