//! How long the browser keeps the cookie, once a handler has said so: "remember me".

use std::{sync::Arc, time::Duration};

use axum::{Router, extract::State, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, CookieOptions, SecureSession, Session, SessionRegistry, Settings, Unmounted,
    store::MemoryStore, testing::HeldClock,
};
use tests::{Answer, Client, key};
use tokio::sync::Semaphore;

const MINUTE: Duration = Duration::from_secs(60);
const MONTH: Duration = Duration::from_secs(30 * 86_400);
const REMEMBERED: Option<&str> = Some("2592000");

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", idle = "30m")]
struct Auth {
    #[session(principal)]
    user: Option<u64>,
    clicks: u32,
}

#[derive(SessionRegistry)]
struct Sessions {
    auth: Config<Auth>,
}

/// Lets a request wait between the two halves of its work.
#[derive(Clone)]
struct Gate {
    arrived: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

async fn sign_in(mut session: Session<Auth>) {
    session.regenerate().set_user(7);
}

async fn sign_in_remembered(mut session: Session<Auth>) {
    session.options(CookieOptions::new().max_age(MONTH));
    session.regenerate().set_user(7);
}

async fn remember(mut session: Session<Auth>) {
    session.options(CookieOptions::new().max_age(MONTH)).touch();
}

async fn forget(mut session: Session<Auth>) {
    session
        .options(CookieOptions::new().ends_with_browser())
        .touch();
}

async fn script_readable(mut session: Session<Auth>) {
    session
        .options(CookieOptions::new().http_only(false))
        .touch();
}

async fn click(mut session: Session<Auth>) {
    session.update_clicks(|clicks| *clicks += 1);
}

async fn click_slowly(State(gate): State<Gate>, mut session: Session<Auth>) {
    gate.arrived.add_permits(1);
    gate.open.acquire().await.unwrap().forget();
    session.update_clicks(|clicks| *clicks += 1);
}

async fn remember_slowly(State(gate): State<Gate>, session: Session<Auth>) {
    gate.arrived.add_permits(1);
    gate.open.acquire().await.unwrap().forget();
    remember(session).await;
}

async fn ask_password(mut session: Session<Auth>) {
    session.reauthenticate();
}

async fn renew_keeping(mut session: Session<Auth>) {
    session.regenerate_keep(Auth::USER);
}

async fn read(session: Session<Auth>) -> String {
    format!("{:?} {}", session.user(), session.clicks())
}

struct Site {
    clock: HeldClock,
    gate: Gate,
    client: Client,
}

fn site(config: Config<Auth>) -> Site {
    let clock = HeldClock::new();
    let gate = Gate {
        arrived: Arc::new(Semaphore::new(0)),
        open: Arc::new(Semaphore::new(0)),
    };
    let settings = Settings::new().clock(&clock);
    let app = Unmounted::with_settings(Sessions { auth: config }, settings).unwrap();
    let router = app.mount(|_| {
        Router::new()
            .route("/sign-in", get(sign_in))
            .route("/sign-in-remembered", get(sign_in_remembered))
            .route("/remember", get(remember))
            .route("/forget", get(forget))
            .route("/script-readable", get(script_readable))
            .route("/click", get(click))
            .route("/click-slowly", get(click_slowly))
            .route("/remember-slowly", get(remember_slowly))
            .route("/ask-password", get(ask_password))
            .route("/renew-keeping", get(renew_keeping))
            .route("/read", get(read))
            .with_state(gate.clone())
    });
    let client = Client::new(router);
    Site {
        clock,
        gate,
        client,
    }
}

fn sealed() -> Site {
    site(Config::new(key(1)))
}

fn stored() -> Site {
    site(Config::stored(MemoryStore::new()))
}

/// The Max-Age of the one cookie that was sent.
fn max_age(answer: &Answer) -> Option<String> {
    let cookies = answer.set_cookies();
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    let mut attributes = cookies.iter().flat_map(|cookie| cookie.split("; "));
    let age = attributes.find_map(|attribute| attribute.strip_prefix("Max-Age="));
    age.map(str::to_owned)
}

impl Site {
    async fn max_age_at(&mut self, path: &str) -> Option<String> {
        max_age(&self.client.get(path).await)
    }
}

#[tokio::test]
async fn each_later_cookie_of_a_sealed_session_lives_as_long() {
    let mut site = sealed();
    assert_eq!(
        site.max_age_at("/sign-in-remembered").await.as_deref(),
        REMEMBERED
    );
    assert_eq!(site.max_age_at("/click").await.as_deref(), REMEMBERED);
    site.clock.advance(15 * MINUTE);
    // Nobody wrote: it rolls.
    assert_eq!(site.max_age_at("/read").await.as_deref(), REMEMBERED);
    assert_eq!(site.client.get("/read").await.text(), "Some(7) 1");
}

#[tokio::test]
async fn nobody_is_remembered_who_did_not_ask() {
    for mut site in [sealed(), stored()] {
        assert_eq!(site.max_age_at("/sign-in").await, None);
        assert_eq!(site.max_age_at("/ask-password").await, None);
    }
}

#[tokio::test]
async fn other_attributes_hold_for_one_response() {
    let mut site = sealed();
    let answer = site.client.get("/script-readable").await;
    assert!(!answer.set_cookies()[0].contains("HttpOnly"));
    let answer = site.client.get("/click").await;
    assert!(answer.set_cookies()[0].contains("HttpOnly"));
}

#[tokio::test]
async fn a_new_id_keeps_it_and_a_new_session_does_not() {
    for mut site in [sealed(), stored()] {
        site.client.get("/sign-in-remembered").await;
        for path in ["/ask-password", "/renew-keeping"] {
            assert_eq!(site.max_age_at(path).await.as_deref(), REMEMBERED, "{path}");
        }
        assert_eq!(site.max_age_at("/sign-in").await, None);
        assert_eq!(site.max_age_at("/ask-password").await, None);
    }
}

#[tokio::test]
async fn it_is_taken_back_and_that_is_kept_too() {
    for mut site in [sealed(), stored()] {
        site.client.get("/sign-in-remembered").await;
        assert_eq!(site.max_age_at("/forget").await, None);
        assert_eq!(site.max_age_at("/ask-password").await, None);
    }
}

#[tokio::test]
async fn what_is_configured_for_all_can_be_refused_for_one() {
    for config in [Config::new(key(1)), Config::stored(MemoryStore::new())] {
        let mut site = site(config.max_age(MONTH));
        assert_eq!(site.max_age_at("/sign-in").await.as_deref(), REMEMBERED);
        assert_eq!(site.max_age_at("/forget").await, None);
        assert_eq!(site.max_age_at("/ask-password").await, None);
    }
}

#[tokio::test]
async fn a_record_knows_it_though_nothing_else_of_it_has_changed() {
    let mut site = stored();
    site.client.get("/sign-in").await;
    assert_eq!(site.max_age_at("/remember").await.as_deref(), REMEMBERED);
    assert_eq!(
        site.max_age_at("/ask-password").await.as_deref(),
        REMEMBERED
    );
}

/// Its cookie is a token, which says nothing new: but the browser would drop it one day.
#[tokio::test]
async fn a_used_session_in_a_store_lives_on_in_the_browser() {
    let mut site = stored();
    site.client.get("/sign-in-remembered").await;
    site.clock.advance(15 * MINUTE);
    assert_eq!(site.max_age_at("/read").await.as_deref(), REMEMBERED);
    // Within a page nothing is sent, and where nobody is remembered nothing at all.
    site.clock.advance(15 * MINUTE);
    let answer = site
        .client
        .get_with("/read", "sec-fetch-mode", "cors")
        .await;
    assert_eq!(answer.set_cookies(), [""; 0]);
    site.client.get("/forget").await;
    site.clock.advance(15 * MINUTE);
    assert_eq!(site.client.get("/read").await.set_cookies(), [""; 0]);
}

#[tokio::test]
async fn d24_it_stays_when_another_request_saves_at_the_same_time() {
    for asked_first in ["/remember", "/forget"] {
        let mut site = stored();
        site.client.get("/sign-in").await;
        site.client.get("/remember").await;
        let mut slow = site.client.clone();
        let slow = tokio::spawn(async move { slow.get("/click-slowly").await });
        site.gate.arrived.acquire().await.unwrap().forget();
        site.client.get(asked_first).await;
        site.client.get("/click").await;
        site.gate.open.add_permits(1);
        slow.await.unwrap();
        assert_eq!(site.client.get("/read").await.text(), "Some(7) 1");
        let expected = REMEMBERED.filter(|_| asked_first == "/remember");
        assert_eq!(site.max_age_at("/ask-password").await.as_deref(), expected);
    }
}

/// Also if it asks for what the record had said when it was loaded: its cookie says so.
#[tokio::test]
async fn d24_of_two_requests_that_ask_the_later_counts_and_takes_no_field_of_the_other() {
    let mut site = stored();
    site.client.get("/sign-in-remembered").await;
    let mut slow = site.client.clone();
    let slow = tokio::spawn(async move { slow.get("/remember-slowly").await });
    site.gate.arrived.acquire().await.unwrap().forget();
    site.client.get("/forget").await;
    site.client.get("/click").await;
    site.gate.open.add_permits(1);
    assert_eq!(max_age(&slow.await.unwrap()).as_deref(), REMEMBERED);
    assert_eq!(site.client.get("/read").await.text(), "Some(7) 1");
    assert_eq!(
        site.max_age_at("/ask-password").await.as_deref(),
        REMEMBERED
    );
}
