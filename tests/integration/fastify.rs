//! The fastify format, behaviour by behaviour, as @fastify/secure-session's own suite has it.
//!
//! Each test is named after the row of that suite (49 tests, in the order of their files) whose
//! behaviour it shows. Rows without a test cannot be written in Rust:
//!
//! | row | what it asserts | why it has no test |
//! |---|---|---|
//! | 1 | properties of the session object work like `get` and `set` | JavaScript's proxies; here fields have accessors |
//! | 15 | the plugin does not register @fastify/cookie twice | a plugin registry; its effect, another signing secret, is row 47 |
//! | 22, 27 | no key, or an empty list, is an error | a `Keyring` has a current key by its type |
//! | 25, 26 | a key that is neither text nor bytes is an error | a `Key` is 32 bytes by its type |
//! | 38 | a salt beside a key is ignored | a salt is an argument of `Key::from_passphrase` alone |
//! | 39 | a body that fails its schema sets no cookie | the handler is not run; see `d22_…` |
//! | 42 | a salt of 15 bytes is an error | a salt is `[u8; 16]` by its type |

mod cookie;
mod keys;
mod sessions;

use std::time::Duration;

use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use session_runtime::{
    Config, CookieOptions, SecureSession, Session, SessionRegistry, Sessions, Settings, Unmounted,
    testing::HeldClock,
};
use tests::Client;

/// A session that holds whatever a Node application put into it.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "session", format = "fastify")]
struct Data {
    some: Option<String>,
    some2: Option<Value>,
    #[session(skip)]
    #[serde(flatten)]
    other: Map<String, Value>,
}

#[derive(SessionRegistry)]
struct DataOnly {
    session: Config<Data>,
}

async fn write(mut session: Session<Data>) {
    session.set_some("data");
}

async fn read(session: Session<Data>) -> String {
    serde_json::to_string(session.data()).unwrap()
}

async fn touch(mut session: Session<Data>) {
    session.touch();
}

async fn delete(mut session: Session<Data>) -> String {
    session.delete();
    session.meta().is_deleted().to_string()
}

async fn regenerate(mut session: Session<Data>) {
    session.regenerate();
}

async fn keep(mut session: Session<Data>) {
    session.regenerate_keep(Data::SOME);
}

async fn options(mut session: Session<Data>) {
    let hour = Duration::from_secs(3600);
    session
        .options(CookieOptions::new().max_age(hour))
        .set_some("data");
}

/// A server with this configuration, its sessions, and the clock they go by.
fn server(session: Config<Data>) -> (Client, Sessions, HeldClock) {
    let clock = HeldClock::new();
    let settings = Settings::new().clock(&clock);
    let unmounted = Unmounted::with_settings(DataOnly { session }, settings).unwrap();
    let sessions = unmounted.codec();
    let router = unmounted.mount(|_| {
        Router::new()
            .route("/write", get(write))
            .route("/read", get(read))
            .route("/touch", get(touch))
            .route("/delete", get(delete))
            .route("/regenerate", get(regenerate))
            .route("/keep", get(keep))
            .route("/options", get(options))
    });
    (Client::new(router), sessions, clock)
}

fn client(session: Config<Data>) -> Client {
    server(session).0
}

/// The attributes of the only cookie that an answer sets.
fn attributes(answer: &tests::Answer) -> String {
    let cookies = answer.set_cookies();
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    let line = cookies.first().unwrap();
    line.split_once("; ").unwrap().1.to_owned()
}

const NOTHING: &str = r#"{"some":null,"some2":null}"#;
const SOMETHING: &str = r#"{"some":"data","some2":null}"#;
