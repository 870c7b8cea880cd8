//! Sessions: reading, writing, ending, several at once, outside a request.

use std::time::Duration;

use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use serde_json::json;
use session_runtime::{Config, Reason, SecureSession, Session, SessionRegistry, Unmounted};
use tests::{Client, key};

use super::{Data, NOTHING, SOMETHING, client, server};

#[tokio::test]
async fn row_02_data_are_all_that_was_set_and_no_timestamp() {
    let (mut client, sessions, _) = server(Config::new(key(1)));
    let other = json!({"a": {"b": [1, null]}, "é": "日"})
        .as_object()
        .unwrap()
        .clone();
    let data = Data {
        some: Some("x".into()),
        other: other.clone(),
        ..Data::default()
    };
    let value = sessions.encode(&sessions.create(data)).unwrap();
    client.set_cookie("session", value);
    let text = client.get("/read").await.text();
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        read,
        json!({"some": "x", "some2": null, "a": other["a"], "é": "日"})
    );
}

#[tokio::test]
async fn row_03_a_write_changes_the_session_and_a_read_does_not() {
    let mut client = client(Config::new(key(1)));
    assert_eq!(client.get("/read").await.set_cookies(), [""; 0]);
    assert_eq!(client.get("/write").await.set_cookies().len(), 1);
    assert_eq!(client.get("/read").await.set_cookies(), [""; 0]);
}

#[tokio::test]
async fn row_04_a_deleted_session_says_so() {
    let mut client = client(Config::new(key(1)));
    client.get("/write").await;
    assert_eq!(client.get("/delete").await.text(), "true");
    assert_eq!(client.get("/read").await.text(), NOTHING);
}

#[tokio::test]
async fn row_05_sessions_end_a_day_and_a_second_after_the_last_write() {
    let (mut client, _, clock) = server(Config::new(key(1)));
    client.get("/write").await;
    clock.advance(Duration::from_millis(86_400_999));
    assert_eq!(client.get("/read").await.text(), SOMETHING);
    clock.advance(Duration::from_millis(1));
    assert_eq!(client.get("/read").await.text(), NOTHING);
}

#[tokio::test]
async fn row_06_a_configured_end_holds_whatever_the_cookies_lifetime() {
    let quarter = Duration::from_secs(900);
    let config = Config::new(key(1))
        .idle(quarter)
        .max_age(Duration::from_secs(7200));
    let (mut client, _, clock) = server(config);
    client.get("/write").await;
    clock.advance(Duration::from_secs(899));
    assert_eq!(client.get("/read").await.text(), SOMETHING);
    clock.advance(Duration::from_secs(1));
    assert_eq!(client.get("/read").await.text(), NOTHING);
}

#[tokio::test]
async fn row_07_touch_renews_the_cookie_and_the_old_one_ends_at_its_time() {
    let (mut client, _, clock) = server(Config::new(key(1)).idle(Duration::from_secs(900)));
    client.get("/write").await;
    let old = client.clone();
    clock.advance(Duration::from_secs(899));
    client.get("/touch").await;
    clock.advance(Duration::from_secs(1));
    assert_eq!(client.get("/read").await.text(), SOMETHING);
    assert_eq!({ old }.get("/read").await.text(), NOTHING);
}

#[test]
fn row_09_sessions_are_made_and_read_without_a_request() {
    let (_, sessions, _) = server(Config::new(key(1)));
    let session = |some: &str| {
        sessions.create(Data {
            some: Some(some.into()),
            ..Data::default()
        })
    };
    let one = sessions.encode(&session("one")).unwrap();
    let two = sessions.encode(&session("two")).unwrap();
    assert_ne!(one, two);
    assert_eq!(sessions.decode::<Data>(&one).unwrap().some(), Some("one"));
    assert!(sessions.decode::<Data>("bogus").is_err());
}

#[test]
fn row_10_a_cipher_that_is_too_short_gives_no_session() {
    let (_, sessions, _) = server(Config::new(key(1)));
    let error = sessions
        .decode::<Data>("aGVsbG8%3D%3BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        .unwrap_err();
    assert_eq!(error.reason(), Reason::Malformed);
}

#[test]
fn row_11_what_cannot_be_decrypted_gives_no_session() {
    let (_, sessions, _) = server(Config::new(key(1)));
    let (_, others, _) = server(Config::new(key(9)));
    let value = others.encode(&others.create(Data::default())).unwrap();
    assert_eq!(
        sessions.decode::<Data>(&value).unwrap_err().reason(),
        Reason::Tampered
    );
}

#[tokio::test]
async fn row_37_regenerate_leaves_nothing_but_the_named_fields() {
    let mut client = client(Config::new(key(1)));
    client.get("/write").await;
    assert_eq!(client.get("/keep").await.set_cookies().len(), 1);
    assert_eq!(client.get("/read").await.text(), SOMETHING);
    assert_eq!(client.get("/regenerate").await.set_cookies().len(), 1);
    assert_eq!(client.get("/read").await.text(), NOTHING);
}

/// Two sessions of one application.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(
    name = "long",
    cookie_name = "long-term-cookie",
    format = "fastify",
    max_age = "30d"
)]
struct Long {
    foo: Option<String>,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(
    name = "short",
    format = "fastify",
    domain = "example.org",
    idle = "60s"
)]
struct Short {
    bar: Option<String>,
}

#[derive(SessionRegistry)]
struct Both {
    long: Config<Long>,
    short: Config<Short>,
}

fn both() -> Both {
    Both {
        long: Config::new(key(1)),
        short: Config::new(key(2)),
    }
}

#[tokio::test]
async fn row_16_33_two_sessions_have_names_cookies_and_attributes_of_their_own() {
    async fn write(mut short: Session<Short>, mut long: Session<Long>) {
        short.set_bar("b");
        long.set_foo("f");
    }
    async fn end(mut short: Session<Short>, long: Session<Long>) -> String {
        short.delete();
        format!("{:?}", long.foo())
    }
    let app = Unmounted::new(both()).unwrap().mount(|_| {
        Router::new()
            .route("/write", get(write))
            .route("/end", get(end))
    });
    let mut client = Client::new(app);
    let answer = client.get("/write").await;
    // In the order of the registry, whatever the order of extraction.
    let [long, short] = answer.set_cookies()[..] else {
        panic!("not two cookies")
    };
    assert!(
        long.starts_with("long-term-cookie=") && long.contains("; Max-Age=2592000; "),
        "{long}"
    );
    assert!(
        short.starts_with("short=") && short.contains("; Domain=example.org; "),
        "{short}"
    );
    let answer = client.get("/end").await;
    assert_eq!(answer.text(), "Some(\"f\")");
    assert_eq!(answer.set_cookies().len(), 1);
    assert!(client.cookie("short").is_none() && client.cookie("long-term-cookie").is_some());
}

#[test]
fn row_34_the_value_of_one_session_gives_no_other() {
    let sessions = Unmounted::new(both()).unwrap().codec();
    let long = sessions.create(Long {
        foo: Some("f".into()),
    });
    let value = sessions.encode(&long).unwrap();
    assert_eq!(sessions.decode::<Long>(&value).unwrap().foo(), Some("f"));
    assert_eq!(
        sessions.decode::<Short>(&value).unwrap_err().reason(),
        Reason::Tampered
    );
}
