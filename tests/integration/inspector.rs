//! The session inspector: what it shows, what it hides, and that it changes nothing.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON that lacks a part has failed the test"
)]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, routing::get};
use http::{HeaderMap, Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use session_runtime::{
    Config, CookieOptions, EventKind, Keyring, SecureSession, Session, SessionRegistry, Sessions,
    Settings, Unmounted,
    inspector::SessionInspector,
    testing::{self, HeldClock},
};
use tests::{Answer, Client, key};

mod changes_nothing;
mod formats;
mod secrets;
mod visitors;

/// Who is signed in.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", idle = "30m", absolute = "12h")]
struct Auth {
    user_id: Option<u64>,
    name: String,
    #[session(secret)]
    token: Option<String>,
    #[session(flash)]
    notice: Option<String>,
}

#[derive(SessionRegistry)]
struct One {
    auth: Config<Auth>,
}

/// An application with one session, of which the inspector is at `/sessions`.
struct App {
    client: Client,
    sessions: Sessions,
    clock: HeldClock,
    events: Arc<Mutex<Vec<EventKind>>>,
}

impl App {
    fn new(auth: Config<Auth>) -> Self {
        let (clock, inspector) = (HeldClock::new(), SessionInspector::new());
        let events = Arc::<Mutex<Vec<_>>>::default();
        let heard = Arc::clone(&events);
        let settings = Settings::new()
            .application("shop")
            .clock(&clock)
            .inspector(&inspector)
            .on_event(move |event| heard.lock().unwrap().push(event.kind().clone()));
        let unmounted = Unmounted::with_settings(One { auth }, settings).unwrap();
        let sessions = unmounted.codec();
        let router = unmounted.mount(|_| {
            Router::new()
                .route("/write", get(write))
                .route("/read", get(async |_: Session<Auth>| ()))
                .route("/notice", get(notice))
                .route("/remember", get(remember))
                .route_service("/sessions", inspector)
        });
        Self {
            client: Client::new(router),
            sessions,
            clock,
            events,
        }
    }

    fn sealed() -> Self {
        Self::new(Config::new(key(1)))
    }

    async fn page(&mut self) -> Answer {
        let page = self.client.get("/sessions").await;
        assert_eq!(page.status(), StatusCode::OK, "{}", page.text());
        page
    }

    /// What the JSON says of the session.
    async fn seen(&mut self) -> Value {
        let answer = self.client.get("/sessions?format=json").await;
        assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text());
        let report: Value = serde_json::from_str(&answer.text()).unwrap();
        report["sessions"][0].clone()
    }
}

async fn write(mut session: Session<Auth>) {
    session
        .set_user_id(7)
        .set_name(MARKUP)
        .set_token(TOKEN)
        .set_notice("Saved once");
}

async fn notice(mut session: Session<Auth>) -> String {
    session.take_notice().unwrap_or_default()
}

async fn remember(mut session: Session<Auth>) {
    let month = Duration::from_secs(30 * 86_400);
    session.options(CookieOptions::new().max_age(month)).touch();
}

const MARKUP: &str = "</script></style><b>&\"'";
const TOKEN: &str = "a-token-that-nobody-may-see";

/// The field of this name.
fn field<'a>(seen: &'a Value, name: &str) -> &'a Value {
    let mut fields = seen["fields"].as_array().unwrap().iter();
    fields.find(|field| field["name"] == name).unwrap()
}

#[tokio::test]
async fn the_attributes_are_those_of_the_next_cookie() {
    let mut app = App::sealed();
    app.client.get("/write").await;
    let ends = "Path=/; HttpOnly; Secure; SameSite=Lax";
    assert_eq!(app.seen().await["cookie"]["attributes"], ends);
    app.client.get("/remember").await;
    let remembered = format!("Max-Age=2592000; {ends}");
    assert_eq!(app.seen().await["cookie"]["attributes"], remembered);
}

#[tokio::test]
async fn fields_ages_and_limits_are_those_of_the_session() {
    let mut app = App::sealed();
    app.client.get("/write").await;
    app.clock.advance(Duration::from_secs(600));
    let seen = app.seen().await;
    assert_eq!(seen["name"], "auth");
    assert_eq!(seen["state"]["is"], "alive");
    assert_eq!(
        (&seen["format"], &seen["kept_in"]),
        (&"sealed".into(), &"its cookie".into())
    );
    assert_eq!(seen["key"], "the current one");
    assert_eq!(field(&seen, "user_id")["value"], 7);
    assert_eq!(field(&seen, "name")["value"], MARKUP);
    let times = &seen["times"];
    assert_eq!(times["created"], "2020-01-01T00:00:00Z");
    assert_eq!(times["age_seconds"], 600);
    assert_eq!(times["idle_left_seconds"], 20 * 60);
    assert_eq!(times["absolute_left_seconds"], 12 * 3600 - 600);
}

#[tokio::test]
async fn the_parts_of_a_cookie_add_up_to_its_size() {
    let mut app = App::sealed();
    app.client.get("/write").await;
    let seen = app.seen().await;
    let cookie = &seen["cookie"];
    let whole = "__Host-auth".len() + app.client.cookie("__Host-auth").unwrap().len();
    assert_eq!(cookie["bytes"], whole);
    assert_eq!(cookie["most_bytes"], 4096);
    let fields = seen["fields"].as_array().unwrap().iter();
    let in_fields: u64 = fields
        .map(|field| field["cookie_bytes"].as_u64().unwrap())
        .sum();
    let overhead = cookie["overhead_bytes"].as_u64().unwrap();
    assert_eq!(11 + overhead + in_fields, u64::try_from(whole).unwrap());
    // Key id, nonce and tag, an id, two times and a version, in base64.
    assert!((150..250).contains(&overhead), "{overhead}");
}

#[tokio::test]
async fn an_older_key_is_named_by_its_place() {
    let mut app = App::sealed();
    app.client.get("/write").await;
    let ring = Keyring::new(key(80)).also_open(key(40)).also_open(key(1));
    app.sessions.swap_keyring::<Auth>(ring).unwrap();
    let seen = app.seen().await;
    assert_eq!(seen["key"], "an older one, number 2 of `also_open`");
    assert_eq!(seen["next_page_sends"], "an older key had sealed it");
}

#[tokio::test]
async fn a_fresh_session_says_why_and_remembers_why_it_was() {
    let mut app = App::sealed();
    assert_eq!(app.seen().await["state"]["reason"], "absent");
    app.client.get("/write").await;
    app.clock.advance(Duration::from_secs(1800));
    let seen = app.seen().await;
    assert_eq!(seen["state"]["reason"], "expired");
    assert_eq!(seen["fields"].as_array().unwrap().len(), 0);
    let cookie = &seen["cookie"];
    let value = cookie["bytes"].as_u64().unwrap() - 11;
    assert_eq!(
        (&cookie["came"], &cookie["overhead_bytes"]),
        (&1.into(), &value.into())
    );
    assert!(seen.get("last_fresh").is_none());
    app.client.get("/read").await;
    app.client.get("/write").await;
    let seen = app.seen().await;
    assert_eq!(seen["state"]["is"], "alive");
    assert_eq!(seen["last_fresh"]["reason"], "expired");
    assert_eq!(seen["last_fresh"]["at"], "2020-01-01T00:30:00Z");
}

#[tokio::test]
async fn events_are_shown_latest_first_and_counted() {
    let mut app = App::sealed();
    app.client.get("/write").await;
    for _ in 0..3 {
        app.client.get("/read").await;
    }
    let seen = app.seen().await;
    let events = seen["events"].as_array().unwrap();
    let what: Vec<_> = events
        .iter()
        .map(|event| event["what"].as_str().unwrap())
        .collect();
    assert_eq!((what[0], &events[0]["times"]), ("opened", &3.into()));
    assert!(what[1].starts_with("cookie sent, "), "{what:?}");
    assert_eq!(what[2], "fresh: absent");
}
