//! Applications that move from axum-extra's `PrivateCookieJar`, and from its `SignedCookieJar`.
//!
//! The old cookies are set by the real thing.

mod endings;
mod old_app;
mod refused;
mod startup;
mod way;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use axum::{Router, extract::Query, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, CsrfToken, EventKind, Key, SecureSession, Session, SessionRegistry, Sessions, Settings,
    Unmounted, cookie_jar::JarCookie, require_fresh, store::MemoryStore, testing::HeldClock,
};
use tests::{Client, key};

/// Who is signed in, as the old application has it in its cookie too.
#[derive(SecureSession, Serialize, Deserialize, Default, Clone)]
#[session(name = "auth", idle = "30m", absolute = "12h")]
pub(crate) struct Auth {
    #[session(principal)]
    user_id: Option<u64>,
    visits: u32,
    #[serde(default)]
    theme: String,
}

#[derive(SessionRegistry)]
pub(crate) struct AppSessions {
    auth: Config<Auth>,
}

const OLD: &str = "user";
const OURS: &str = "__Host-auth";
const DAY: Duration = Duration::from_secs(86_400);

/// The key of the old application.
fn jar_key() -> axum_extra::extract::cookie::Key {
    let bytes: Vec<u8> = (0..64).collect();
    axum_extra::extract::cookie::Key::from(&bytes)
}

/// How the old cookie is taken over, for thirty days.
fn old(clock: &HeldClock) -> JarCookie<Auth> {
    JarCookie::private(OLD, jar_key(), until(clock))
}

fn until(clock: &HeldClock) -> SystemTime {
    clock.now() + 30 * DAY
}

#[derive(Deserialize)]
struct Form {
    token: String,
}

#[derive(Deserialize)]
struct Who {
    id: u64,
}

async fn login(mut session: Session<Auth>, Query(who): Query<Who>) {
    session.regenerate().set_user_id(who.id);
}

async fn me(session: Session<Auth>) -> String {
    match (session.user_id(), session.meta().reason()) {
        (Some(id), None) => format!("{id}, visit {}", session.visits()),
        (None, None) => "nobody".to_owned(),
        (_, Some(reason)) => reason.to_string(),
    }
}

async fn visit(mut session: Session<Auth>) {
    session.update_visits(|visits| *visits += 1);
}

async fn send(session: Session<Auth>, Query(form): Query<Form>) -> String {
    CsrfToken::verify(&session, &form.token).to_string()
}

async fn sudo(mut session: Session<Auth>) {
    session.reauthenticate();
}

async fn logout(mut session: Session<Auth>) {
    session.delete();
}

/// The new application.
pub(crate) struct NewApp {
    router: Router,
    sessions: Sessions,
    log: Arc<Mutex<Vec<EventKind>>>,
}

impl NewApp {
    fn new(auth: Config<Auth>, clock: &HeldClock) -> Self {
        let log = Arc::<Mutex<Vec<EventKind>>>::default();
        let events = Arc::clone(&log);
        let settings = Settings::new()
            .clock(clock)
            .on_event(move |event| events.lock().unwrap().push(event.kind().clone()));
        let unmounted = Unmounted::with_settings(AppSessions { auth }, settings).unwrap();
        let sessions = unmounted.codec();
        let router = unmounted.mount(|_| {
            Router::new()
                .route("/pay", get(async || "paid"))
                .route_layer(require_fresh::<Auth>(Duration::from_secs(60)))
                .route("/sudo", get(sudo))
                .route("/form", get(async |csrf: CsrfToken<Auth>| csrf.to_string()))
                .route("/send", get(send))
                .route("/login", get(login))
                .route("/me", get(me))
                .route("/visit", get(visit))
                .route("/logout", get(logout))
        });
        Self {
            router,
            sessions,
            log,
        }
    }

    fn sealed(clock: &HeldClock) -> Self {
        Self::new(Config::new(key(1)).also_open_jar(old(clock)), clock)
    }

    fn stored(clock: &HeldClock) -> Self {
        let config = Config::stored(MemoryStore::new());
        Self::new(config.also_open_jar(old(clock)), clock)
    }

    /// In its cookie, and in a store.
    fn both(clock: &HeldClock) -> [Self; 2] {
        [Self::sealed(clock), Self::stored(clock)]
    }

    /// A browser that the old application has signed in.
    async fn client(&self) -> Client {
        old_app::signed_in(7).await.at(self.router.clone())
    }

    /// Whether something of the kind was reported since the last call.
    fn reported(&self, wanted: impl Fn(&EventKind) -> bool) -> bool {
        let events = std::mem::take(&mut *self.log.lock().unwrap());
        events.iter().any(wanted)
    }
}

/// A page's own request, beside which others may run.
async fn fetch(client: &mut Client, path: &str) -> tests::Answer {
    client.get_with(path, "sec-fetch-mode", "cors").await
}

/// What a cookie of this plaintext looks like.
fn sealed_by_jar(name: &'static str, text: &str) -> String {
    old_app::sealed(&jar_key(), name, text)
}

fn any_key() -> Key {
    key(1)
}
