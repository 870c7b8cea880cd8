//! Sessions that are shared with @fastify/session, as its own suite has them, and what this library
//! adds.
//!
//! A test that shows a row of that suite (50 to 175) is named after it. Where this library differs,
//! and means to, the test's name says `here`. Rows without a test here:
//!
//! | row | why |
//! |---|---|
//! | 104 to 106 | a secret that is a Buffer, a signer without one of its functions: types leave no room for either |
//! | 108 | ids on a Node that has no base64url |
//! | 109, 110 | the store in memory as an `EventEmitter`, and around a `Map` |
//! | 163 | `ENOENT` of a store in files: here a record that is not there is no error |
//!
//! Of others only the form is missing: callbacks of `save`, `regenerate` and `reload` (137), and the
//! body parser of row 50, whose principle has a test. What a path covers (166 to 175) is a table in
//! `node::request`, and is repeated here through routers.

mod adding;
mod clearing;
mod cookie;
mod discarded;
mod expiry;
mod express;
mod handles;
mod ids;
mod lifecycle;
mod load;
mod options;
mod outside;
mod paths;
mod races;
mod record;
mod record_cookie;
mod regenerate;
mod rotation;
mod secrets;
mod settings;
mod several;
mod startup;
mod store_errors;
mod transport;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Extension, Router,
    routing::{MethodRouter, get},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use session_runtime::{
    Config, EventKind, SecureSession, Session, SessionRegistry, Sessions, Settings, Unmounted,
    fastify_session::{FastifySession, Secrets, Signer},
    testing::HeldClock,
};
use tests::{Answer, Client};

use crate::shelf::{Call, Shelf, When};

const SECRET: &str = "cNaoPYAwF60HZJzkcNaoPYAwF60HZJzk";
const OTHER: &str = "3Eo7x4KpBv0mXhTq9sLzWfYd2RgJcNuA";
const MINUTE: Duration = Duration::from_secs(60);

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "sessionId")]
struct Visitor {
    user: Option<String>,
    n: u32,
}

#[derive(SessionRegistry)]
struct Visitors {
    visitor: Config<Visitor>,
}

/// An application, the browser before it and the store behind it.
struct Site {
    client: Client,
    router: Router,
    sessions: Sessions,
    clock: HeldClock,
    shelf: Shelf,
    events: Arc<Mutex<Vec<EventKind>>>,
}

fn secrets() -> Secrets {
    Secrets::new(SECRET).unwrap()
}

/// As Node has it by default.
fn site() -> Site {
    site_of(shared)
}

fn shared(session: FastifySession) -> Config<Visitor> {
    Config::shared_with_node(session)
}

fn site_of(config: impl FnOnce(FastifySession) -> Config<Visitor>) -> Site {
    site_with(config, get(read))
}

/// With a handler of the test's own at `/own`, which gets the store as an `Extension`.
fn site_with(config: impl FnOnce(FastifySession) -> Config<Visitor>, own: MethodRouter) -> Site {
    site_signed(secrets(), config, own)
}

fn site_signed(
    signer: impl Signer,
    config: impl FnOnce(FastifySession) -> Config<Visitor>,
    own: MethodRouter,
) -> Site {
    let (clock, shelf) = (HeldClock::new(), Shelf::default());
    let events = Arc::<Mutex<Vec<EventKind>>>::default();
    let log = Arc::clone(&events);
    let settings = Settings::new()
        .clock(&clock)
        .on_event(move |event| Mutex::lock(&log).unwrap().push(event.kind().clone()));
    let visitor = config(FastifySession::new(shelf.clone(), signer));
    let unmounted = Unmounted::with_settings(Visitors { visitor }, settings).unwrap();
    let sessions = unmounted.codec();
    let own = routes().route("/own", own);
    let router = unmounted.mount(|_| own.layer(Extension(shelf.clone())));
    Site {
        client: Client::new(router.clone()),
        router,
        sessions,
        clock,
        shelf,
        events,
    }
}

fn routes() -> Router {
    Router::new()
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/touch", get(touch))
        .route("/delete", get(delete))
        .route("/sign-in", get(sign_in))
        .route("/none", get(async || ()))
}

/// Who it is, how often he has written, and why it is nobody.
async fn read(session: Session<Visitor>) -> String {
    let reason = session.meta().reason();
    format!("{:?} {} {reason:?}", session.user(), session.n())
}

async fn write(mut session: Session<Visitor>) {
    session.set_user("alice").update_n(|n| *n += 1);
}

async fn touch(mut session: Session<Visitor>) {
    session.touch();
}

async fn delete(mut session: Session<Visitor>) {
    session.delete();
}

async fn sign_in(mut session: Session<Visitor>) {
    session.regenerate().set_user("bob");
}

const ALICE: &str = "Some(\"alice\") 1 None";

impl Site {
    async fn get(&mut self, path: &str) -> Answer {
        self.client.get(path).await
    }

    async fn over(&mut self, scheme: &'static str, path: &str) -> Answer {
        self.client
            .get_with(path, "x-forwarded-proto", scheme)
            .await
    }

    /// What `/read` says.
    async fn read(&mut self) -> String {
        self.get("/read").await.text()
    }

    /// The id in the browser's cookie.
    fn id(&self) -> String {
        let value = self.client.cookie("sessionId").unwrap();
        value.split_once('.').unwrap().0.to_owned()
    }

    /// Gives the browser the cookie that a session of this id has.
    fn present(&mut self, id: &str) {
        self.client.set_cookie("sessionId", secrets().sign(id));
    }

    /// The record of a session.
    fn record(&self, id: &str) -> Option<Value> {
        let text = self.shelf.get(&format!("sess:{id}"))?;
        Some(serde_json::from_str(&text).unwrap())
    }

    /// Puts a record there, as Node would.
    fn put(&self, id: &str, record: &str) {
        self.shelf.put(&format!("sess:{id}"), record);
    }

    /// The calls to the store since the last time.
    fn calls(&self) -> Vec<Call> {
        self.shelf.take_calls()
    }

    /// What was reported since the last time.
    fn events(&self) -> Vec<EventKind> {
        std::mem::take(&mut *self.events.lock().unwrap())
    }

    /// Another browser.
    fn stranger(&self) -> Client {
        Client::new(self.router.clone())
    }
}

/// The one Set-Cookie line of an answer.
#[track_caller]
fn line(answer: &Answer) -> String {
    let lines = answer.set_cookies();
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.concat()
}

/// Its attributes.
#[track_caller]
fn attributes(answer: &Answer) -> String {
    line(answer).split_once("; ").unwrap().1.to_owned()
}

#[track_caller]
fn assert_silent(answer: &Answer) {
    assert_eq!(answer.set_cookies(), [""; 0]);
}
