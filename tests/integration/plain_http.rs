//! The usual «new session at every request»: a Secure cookie over plain http, which browsers drop.

use std::sync::{Arc, Mutex};

use axum::{Router, routing::get};
use http::{HeaderName, Method};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, CookieOptions, EventKind, SecureSession, Session, SessionRegistry, Settings, Unmounted,
    store::MemoryStore,
};
use tests::{AppSessions, Auth, Client, Prefs, key, registry};

type Told = Arc<Mutex<Vec<&'static str>>>;

/// A page on a host of the local network, as a browser asks for it over plain http.
const IN_THE_CLEAR: [(&str, &str); 2] = [
    ("host", "192.168.1.7:3000"),
    ("upgrade-insecure-requests", "1"),
];

async fn write(mut session: Session<Auth>) {
    session.set_user_id(7);
}

async fn read(_: Session<Auth>) {}

async fn write_both(mut auth: Session<Auth>, mut prefs: Session<Prefs>) {
    auth.set_user_id(7);
    prefs.set_theme("dark");
}

/// Whose cookie a handler may send without `Secure`.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "open", cookie_name = "open")]
struct Open {
    n: u8,
}

#[derive(SessionRegistry)]
struct OnlyOpen {
    open: Config<Open>,
}

async fn write_open(mut session: Session<Open>) {
    session.options(CookieOptions::new().secure(false));
    session.set_n(1);
}

/// A browser that keeps cookies, and of which sessions is told that theirs are dropped.
fn app(registry: impl SessionRegistry) -> (Client, Told) {
    let told = Told::default();
    let events = Arc::clone(&told);
    let settings = Settings::new().on_event(move |event| {
        if *event.kind() == EventKind::SecureOverHttp {
            events.lock().unwrap().push(event.session());
        }
    });
    let unmounted = Unmounted::with_settings(registry, settings).unwrap();
    let router = unmounted.mount(|_| {
        Router::new()
            .route("/write", get(write))
            .route("/read", get(read))
            .route("/both", get(write_both))
            .route("/open", get(write_open))
    });
    (Client::new(router), told)
}

async fn ask(client: &mut Client, path: &str, fields: &[(&'static str, &'static str)]) {
    let fields = fields
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
    client.request(Method::GET, path, fields.collect()).await;
}

fn take(told: &Told) -> Vec<&'static str> {
    std::mem::take(&mut *told.lock().unwrap())
}

#[tokio::test]
async fn each_session_whose_cookie_is_dropped_is_told_of_once() {
    let (client, told) = app(registry());
    ask(&mut client.clone(), "/write", &IN_THE_CLEAR).await;
    assert_eq!(take(&told), ["auth"]);
    // The browser comes back without its cookie, again and again.
    ask(&mut client.clone(), "/both", &IN_THE_CLEAR).await;
    assert_eq!(take(&told), ["prefs"]);
    ask(&mut client.clone(), "/both", &IN_THE_CLEAR).await;
    assert_eq!(take(&told), [""; 0]);
}

#[tokio::test]
async fn a_session_in_a_store_is_told_of_too() {
    let auth = Config::stored(MemoryStore::new());
    let (mut client, told) = app(AppSessions { auth, ..registry() });
    ask(&mut client, "/write", &IN_THE_CLEAR).await;
    assert_eq!(take(&told), ["auth"]);
}

#[tokio::test]
async fn nothing_is_told_of_a_request_that_sends_no_cookie() {
    let (mut client, told) = app(registry());
    ask(&mut client, "/read", &IN_THE_CLEAR).await;
    assert_eq!(take(&told), [""; 0]);
}

/// Whatever the request says: a client that brings the cookie has kept it.
#[tokio::test]
async fn nothing_is_told_of_a_cookie_that_was_kept() {
    let (mut client, told) = app(registry());
    client.get("/write").await;
    ask(&mut client, "/write", &IN_THE_CLEAR).await;
    assert_eq!(take(&told), [""; 0]);
}

#[tokio::test]
async fn nothing_is_told_behind_a_proxy_that_ends_tls() {
    for field in [
        ("x-forwarded-proto", "https"),
        ("forwarded", "for=192.0.2.60;proto=https"),
    ] {
        let (mut client, told) = app(registry());
        let [host, upgrade] = IN_THE_CLEAR;
        ask(&mut client, "/write", &[host, upgrade, field]).await;
        assert_eq!(take(&told), [""; 0], "{field:?}");
    }
}

#[tokio::test]
async fn nothing_is_told_of_this_machine() {
    let (mut client, told) = app(registry());
    let [_, upgrade] = IN_THE_CLEAR;
    ask(
        &mut client,
        "/write",
        &[("host", "localhost:3000"), upgrade],
    )
    .await;
    assert_eq!(take(&told), [""; 0]);
}

#[tokio::test]
async fn nothing_is_told_of_a_cookie_that_is_not_secure() {
    let auth = || Config::new(key(1)).insecure_over_http();
    let (mut client, told) = app(AppSessions {
        auth: auth(),
        ..registry()
    });
    ask(&mut client, "/write", &IN_THE_CLEAR).await;
    assert_eq!(take(&told), [""; 0]);
}

#[tokio::test]
async fn nothing_is_told_of_a_cookie_that_a_handler_sends_in_the_clear() {
    let open = Config::new(key(1));
    let (mut client, told) = app(OnlyOpen { open });
    ask(&mut client, "/open", &IN_THE_CLEAR).await;
    assert!(client.cookie("open").is_some());
    assert_eq!(take(&told), [""; 0]);
}
