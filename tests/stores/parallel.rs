//! Requests of one browser that run beside each other: which of them may write what.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::{Query, State},
    routing::get,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, EventKind, SecureSession, Session, SessionRegistry, Settings, Unmounted,
    store::{MemoryStore, SessionStore},
    testing::HeldClock,
};
use tests::Client;
use tokio::sync::Notify;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "account", idle = "30m", absolute = "12h")]
struct Account {
    #[session(principal)]
    user_id: Option<u64>,
    theme: String,
    name: String,
    #[session(merge = "add")]
    visits: u64,
    #[session(merge = "union")]
    seen: BTreeSet<String>,
    #[session(merge = "max")]
    level: u32,
}

#[derive(SessionRegistry)]
struct Sessions {
    account: Config<Account>,
}

/// Stops a handler between its look at the session and the end of its response.
#[derive(Clone, Default)]
struct Gate {
    arrived: Arc<Notify>,
    open: Arc<Notify>,
}

#[derive(Deserialize)]
struct Asked {
    act: String,
    #[serde(default)]
    wait: bool,
}

async fn act(
    State(gate): State<Gate>,
    Query(asked): Query<Asked>,
    mut session: Session<Account>,
) -> String {
    if asked.wait {
        gate.arrived.notify_one();
        gate.open.notified().await;
    }
    for act in asked.act.split(',') {
        match act {
            "read" => {}
            "sign_in" => {
                session.regenerate().set_user_id(7);
            }
            "sudo" => {
                let keep = Account::USER_ID | Account::THEME | Account::NAME | Account::VISITS;
                session.regenerate_keep(keep).set_level(9);
            }
            "theme" => {
                session.set_theme("dark");
            }
            "name" => {
                session.set_name("ada");
            }
            "other_name" => {
                session.set_name("grace");
            }
            "visit" => session.update_visits(|visits| *visits += 1),
            "see_a" => {
                session.update_seen(|seen| seen.insert("a".to_owned()));
            }
            "see_b" => {
                session.update_seen(|seen| seen.insert("b".to_owned()));
            }
            "level_3" => {
                session.set_level(3);
            }
            "level_5" => {
                session.set_level(5);
            }
            "become_8" => {
                session.set_user_id(8);
            }
            "touch" => {
                session.touch();
            }
            "sign_out" => session.delete(),
            other => panic!("{other}"),
        }
    }
    format!(
        "{:?} {} {} {} {:?} {}",
        session.user_id(),
        session.theme(),
        session.name(),
        session.visits(),
        session.seen(),
        session.level()
    )
}

struct App {
    client: Client,
    gate: Gate,
    clock: HeldClock,
    events: Arc<Mutex<Vec<EventKind>>>,
}

fn app(store: impl SessionStore) -> App {
    let (gate, clock) = (Gate::default(), HeldClock::new());
    let events = Arc::<Mutex<Vec<_>>>::default();
    let heard = Arc::clone(&events);
    let settings = Settings::new()
        .clock(&clock)
        .on_event(move |event| heard.lock().unwrap().push(event.kind().clone()));
    let registry = Sessions {
        account: Config::stored(store),
    };
    let unmounted = Unmounted::with_settings(registry, settings).unwrap();
    let state = gate.clone();
    let router = unmounted.mount(|_| Router::new().route("/", get(act)).with_state(state));
    App {
        client: Client::new(router),
        gate,
        clock,
        events,
    }
}

impl App {
    async fn act(&mut self, act: &str) -> tests::Answer {
        self.client.get(&format!("/?act={act}")).await
    }

    /// Runs `slow` in the same browser, and `quick` in the midst of it. The browser keeps the
    /// cookies of both, those of `slow` last.
    async fn beside(&mut self, slow: &str, quick: &str) -> (tests::Answer, tests::Answer) {
        let mut other = self.client.clone();
        let path = format!("/?wait=true&act={slow}");
        let running = tokio::spawn(async move { other.get(&path).await });
        self.gate.arrived.notified().await;
        let quick = self.act(quick).await;
        self.gate.open.notify_one();
        let slow = running.await.unwrap();
        self.client.keep(&slow);
        (slow, quick)
    }

    async fn shown(&mut self) -> String {
        self.act("read").await.text()
    }

    fn count(&self, wanted: impl Fn(&EventKind) -> bool) -> usize {
        let events = self.events.lock().unwrap();
        events.iter().filter(|event| wanted(event)).count()
    }
}

const NOBODY: &str = "None   0 {} 0";

#[tokio::test]
async fn d26_two_requests_that_write_different_fields_both_count() {
    let mut app = app(MemoryStore::new());
    app.act("sign_in").await;
    app.beside("theme", "name").await;
    assert_eq!(app.shown().await, "Some(7) dark ada 0 {} 0");
    let merged = |event: &EventKind| *event == EventKind::Merged { overwritten: 0 };
    assert_eq!(app.count(merged), 1);
}

#[tokio::test]
async fn d26_of_two_writes_of_one_field_the_later_counts_and_is_counted() {
    let mut app = app(MemoryStore::new());
    app.act("sign_in").await;
    app.beside("name", "other_name").await;
    assert_eq!(app.shown().await, "Some(7)  ada 0 {} 0");
    let overwritten = |event: &EventKind| *event == EventKind::Merged { overwritten: 1 };
    assert_eq!(app.count(overwritten), 1);
}

#[tokio::test]
async fn d26_counters_and_sets_merge_by_their_rules() {
    let mut app = app(MemoryStore::new());
    app.act("sign_in").await;
    app.beside("visit,see_a,level_3", "visit,visit,see_b,level_5")
        .await;
    assert_eq!(app.shown().await, "Some(7)   3 {\"a\", \"b\"} 5");
}

#[tokio::test]
async fn d24_what_is_signed_out_stays_signed_out() {
    for slow in ["theme", "touch", "sudo,name"] {
        let mut app = app(MemoryStore::new());
        app.act("sign_in").await;
        let (slow, _) = app.beside(slow, "sign_out").await;
        assert!(slow.set_cookies().is_empty());
        assert_eq!(app.shown().await, NOBODY);
        let lost = app.count(|event| *event == EventKind::WriteLost);
        assert_eq!(
            lost,
            usize::from(slow.text().contains("dark") || slow.text().contains("ada"))
        );
    }
}

#[tokio::test]
async fn d24_a_sign_in_beside_a_sign_out_begins_a_session_of_its_own() {
    let mut app = app(MemoryStore::new());
    app.act("theme").await;
    let (slow, _) = app.beside("sign_in", "sign_out").await;
    assert_eq!(slow.set_cookies().len(), 1);
    assert_eq!(app.shown().await, "Some(7)   0 {} 0");
}

#[tokio::test]
async fn d03_the_id_from_before_a_sign_in_shows_and_writes_nothing() {
    let mut app = app(MemoryStore::new());
    app.act("theme").await;
    let planted = app.client.clone();
    let (slow, _) = app.beside("name", "sign_in").await;
    assert!(slow.set_cookies().is_empty());
    assert_eq!(app.shown().await, "Some(7)   0 {} 0");
    let signed_in = std::mem::replace(&mut app.client, planted);
    assert_eq!(app.shown().await, NOBODY);
    let late = app.act("name").await;
    assert!(
        late.set_cookies().is_empty(),
        "it would replace the cookie of the sign-in"
    );
    app.clock.advance(Duration::from_secs(61));
    assert_eq!(app.act("name").await.set_cookies().len(), 1);
    app.client = signed_in;
    assert_eq!(app.shown().await, "Some(7)   0 {} 0");
}

#[tokio::test]
async fn o05_in_its_grace_a_former_id_shows_what_it_showed_and_writes_nothing() {
    let mut app = app(MemoryStore::new());
    app.act("sign_in,theme").await;
    let former = app.client.clone();
    let (slow, quick) = app.beside("name", "sudo").await;
    assert!(slow.set_cookies().is_empty() && quick.set_cookies().len() == 1);
    assert_eq!(app.shown().await, "Some(7) dark  0 {} 9");
    let current = std::mem::replace(&mut app.client, former.clone());
    assert_eq!(app.shown().await, "Some(7) dark  0 {} 0");
    assert!(app.act("name").await.set_cookies().is_empty());
    app.clock.advance(Duration::from_secs(30));
    assert_eq!(app.shown().await, NOBODY);
    app.client = current;
    assert_eq!(app.shown().await, "Some(7) dark  0 {} 9");
    // It ends with its successor.
    app.act("sudo").await;
    app.act("sign_out").await;
    app.client = former;
    assert_eq!(app.shown().await, NOBODY);
}

#[tokio::test]
async fn a_principal_changes_with_regenerate_alone() {
    let mut app = app(MemoryStore::new());
    app.act("sign_in").await;
    let refused = app.act("become_8").await;
    assert_eq!(refused.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(app.shown().await, "Some(7)   0 {} 0");
}

#[tokio::test]
async fn a_plain_write_needs_no_cookie_and_a_touch_sends_it_again() {
    let mut app = app(MemoryStore::new());
    assert_eq!(app.act("theme").await.set_cookies().len(), 1);
    assert!(app.act("name").await.set_cookies().is_empty());
    let before = app.client.cookie("__Host-account").map(str::to_owned);
    assert_eq!(app.act("touch").await.set_cookies().len(), 1);
    assert_eq!(
        app.client.cookie("__Host-account").map(str::to_owned),
        before
    );
    assert_eq!(app.act("sign_out").await.set_cookies().len(), 1);
}

#[tokio::test]
async fn o03_reading_keeps_a_session_alive_until_its_absolute_end() {
    let mut app = app(MemoryStore::new());
    app.act("sign_in").await;
    for _ in 0..35 {
        app.clock.advance(Duration::from_secs(20 * 60));
        assert_eq!(app.shown().await, "Some(7)   0 {} 0");
    }
    app.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(app.shown().await, NOBODY);
    app.act("sign_in").await;
    app.clock.advance(Duration::from_secs(30 * 60));
    assert_eq!(app.shown().await, NOBODY);
}
