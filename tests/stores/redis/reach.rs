//! Servers that cannot be reached: the error says where and why, and never who.

use std::{net::TcpListener, time::Instant};

use redis::{
    Client,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use session_runtime::store::{RedisStore, SessionStore, StoreErrorKind};
use tests::servers::redis::RedisServer;

use super::{key, record, said};

const PASSWORD: &str = "correct-horse-battery";

/// Everything that a log could show of it.
async fn refused(url: &str) -> String {
    let start = Instant::now();
    let one = RedisStore::connect(url).await.unwrap_err();
    let cluster = RedisStore::connect_cluster([url]).await.unwrap_err();
    assert!(start.elapsed().as_secs() < 12, "{:?}", start.elapsed());
    assert_eq!(one.kind(), StoreErrorKind::Unavailable);
    assert_eq!(cluster.kind(), StoreErrorKind::Unavailable);
    let text = format!(
        "{} / {one:?} / {} / {cluster:?}",
        said(&one),
        said(&cluster)
    );
    assert!(!text.contains(PASSWORD), "{text}");
    assert!(!text.contains("alice"), "{text}");
    text
}

#[tokio::test]
async fn d32_a_wrong_password_is_said_and_not_shown() {
    let Some(server) = RedisServer::start(&["--requirepass", "another"]) else {
        return;
    };
    let place = format!("127.0.0.1:{}", server.port());
    for who in ["alice:", ":"] {
        let text = refused(&format!("redis://{who}{PASSWORD}@{place}/")).await;
        assert!(text.contains(&place), "{text}");
        assert!(text.contains("WRONGPASS"), "{text}");
    }
    let text = refused(&format!("redis://{place}/")).await;
    assert!(text.contains("NOAUTH"), "{text}");
}

#[tokio::test]
async fn d32_a_closed_port_is_said_and_no_password() {
    let port = {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.local_addr().unwrap().port()
    };
    let text = refused(&format!("redis://alice:{PASSWORD}@127.0.0.1:{port}/")).await;
    assert!(text.contains(&format!("127.0.0.1:{port}")), "{text}");
    assert!(text.contains("refused"), "{text}");
}

#[tokio::test]
async fn d32_a_host_that_does_not_resolve_is_said_and_no_password() {
    let text = refused(&format!("redis://alice:{PASSWORD}@no-such-host.invalid:7/")).await;
    assert!(text.contains("no-such-host.invalid:7"), "{text}");
    assert!(
        text.contains("lookup") || text.contains("resolve"),
        "{text}"
    );
}

#[tokio::test]
async fn d32_what_is_no_url_is_not_shown() {
    for url in [
        format!("alice:{PASSWORD}"),
        format!("http://alice:{PASSWORD}@127.0.0.1/"),
        format!("redis://alice:{PASSWORD}@127.0.0.1:99999/"),
        format!("redis://alice:{PASSWORD}@127.0.0.1/{PASSWORD}"),
        format!("rediss://alice:{PASSWORD}@127.0.0.1:1/"),
    ] {
        refused(&url).await;
    }
}

#[tokio::test]
async fn d32_what_answers_and_is_no_redis_is_said() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = std::io::Write::write_all(&mut &stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let text = refused(&format!("redis://alice:{PASSWORD}@127.0.0.1:{port}/")).await;
    assert!(text.contains(&port.to_string()), "{text}");
}

#[tokio::test]
async fn d32_a_store_shows_neither_user_nor_password() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let password = format!(">{PASSWORD}");
    server.ask::<()>(&["ACL", "SETUSER", "alice", "on", &password, "~*", "+@all"]);
    let url = format!("redis://alice:{PASSWORD}@127.0.0.1:{}/", server.port());
    let store = RedisStore::connect(&url).await.unwrap().prefix("shop:");
    let text = format!("{store:?}");
    assert!(
        !text.contains(PASSWORD) && !text.contains("alice"),
        "{text}"
    );
    assert!(text.contains("shop:"), "{text}");
    store.create(&key(1), &record(1)).await.unwrap();
    let keys: Vec<String> = server.ask(&["KEYS", "*"]);
    assert!(keys[0].starts_with("shop:"), "{keys:?}");
}

#[tokio::test]
async fn a_connection_that_the_application_has_is_used() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let client = Client::open(server.url()).unwrap();
    // It speaks the older protocol, whose answers to some commands differ.
    let patient = ConnectionManagerConfig::new().set_response_timeout(None);
    let connection = ConnectionManager::new_with_config(client, patient);
    let store = RedisStore::with_connection(connection.await.unwrap());
    let open = async || store.clone();
    session_runtime::testing::conformance::check(open)
        .await
        .assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_the_rights_that_the_guide_names_can_do_everything() {
    let Some(server) = RedisServer::start(&[]) else {
        return;
    };
    let guide = include_str!("../../../docs/stores/redis.md");
    let line = guide
        .lines()
        .find(|line| line.contains("An ACL user"))
        .unwrap();
    let rights = line.split('`').skip(1).step_by(2);
    let rights = rights.flat_map(str::split_ascii_whitespace);
    let mut user = vec!["ACL", "SETUSER", "alice", "on", ">secret"];
    // The last is what a cluster needs, which this is not.
    user.extend(rights.filter(|right| *right != "+cluster|slots"));
    server.ask::<()>(&user);
    let url = format!("redis://alice:secret@127.0.0.1:{}/", server.port());
    let open = async || {
        RedisStore::connect(&url)
            .await
            .unwrap()
            .prefix("shop:session:")
    };
    session_runtime::testing::conformance::check(open)
        .await
        .assert();
    let elsewhere = RedisStore::connect(&url).await.unwrap().prefix("other:");
    let error = elsewhere.create(&key(1), &record(1)).await.unwrap_err();
    assert!(said(&error).contains("NOPERM"), "{}", said(&error));
}
