//! D32: nothing that is shown, logged, reported or panicked with holds a secret.

pub(crate) mod everything;
mod shown;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, http::Method, routing::get};
use http::{HeaderMap, header::COOKIE};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, Keyring, LateWrite, SecureSession, Session, SessionRegistry, Sessions, Settings,
    Unmounted,
    testing::{HeldClock, ScriptedRandom},
};
use tests::{Auth, Client, key};

pub(crate) use self::everything::Everything;

const EMAIL: &str = "ada.with.a.telling.name@example.org";
const ROLE: &str = "a-role-that-nobody-may-see";
const USER_ID: u64 = 98_765_432_109_876;
const SIGNING: &str = "a secret that signs cookies, and is told to nobody";

/// The session for Node.
#[derive(SecureSession, Serialize, Deserialize, Default, Debug)]
#[session(name = "node", cookie_name = "node", format = "fastify")]
struct Node {
    email: Option<String>,
}

#[derive(SessionRegistry)]
struct Both {
    auth: Config<Auth>,
    node: Config<Node>,
}

/// A session that no registry here has.
#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Stranger {
    email: Option<String>,
}

struct App {
    router: Router,
    client: Client,
    sessions: Sessions,
    clock: HeldClock,
    kept: Arc<Mutex<Option<Session<Auth>>>>,
}

impl App {
    /// The values of the cookies in the jar.
    fn values(&self) -> Vec<String> {
        let value = |name| self.client.cookie(name).unwrap().to_owned();
        ["__Host-auth", "node"].map(value).to_vec()
    }
}

fn ring() -> Keyring {
    Keyring::new(key(1)).also_open(key(40))
}

/// The first bytes drawn are the id of the first session, the next its nonce.
const RANDOM: std::ops::Range<u8> = 100..240;

fn app(everything: &Everything) -> App {
    let (clock, kept) = (HeldClock::new(), Arc::new(Mutex::new(None)));
    let events = everything.clone();
    let settings = Settings::new()
        .clock(&clock)
        .random(&ScriptedRandom::bytes((0..8).flat_map(|_| RANDOM)))
        .late_write(LateWrite::Report)
        .on_event(move |event| events.add(event));
    let node = Config::new(key(80)).signed_with(SIGNING);
    let registry = Both {
        auth: Config::new(ring()),
        node,
    };
    let unmounted = Unmounted::with_settings(registry, settings).unwrap();
    let (sessions, keep) = (unmounted.codec(), Arc::clone(&kept));
    let router = unmounted.mount(|_| {
        let keep = move |session: Session<Auth>| async move {
            *keep.lock().unwrap() = Some(session);
        };
        Router::new()
            .route("/write", get(write))
            .route("/read", get(async |_: Session<Auth>, _: Session<Node>| ()))
            .route("/grow", get(grow))
            .route(
                "/delete",
                get(async |mut session: Session<Auth>| session.delete()),
            )
            .route("/keep", get(keep))
    });
    App {
        client: Client::new(router.clone()),
        router,
        sessions,
        clock,
        kept,
    }
}

async fn write(mut session: Session<Auth>, mut node: Session<Node>) {
    session
        .set_user_id(USER_ID)
        .set_email(EMAIL)
        .set_roles(vec![ROLE.to_owned()]);
    node.set_email(EMAIL);
}

async fn grow(mut session: Session<Auth>) {
    session.set_email(EMAIL.repeat(200));
}

fn field_values() -> Vec<Vec<u8>> {
    let texts = [EMAIL, ROLE, SIGNING].map(|text| text.as_bytes().to_vec());
    [texts.to_vec(), vec![USER_ID.to_string().into_bytes()]].concat()
}

fn keys() -> Vec<Vec<u8>> {
    [1, 40, 80, 2, 3]
        .map(|n| key(n).expose_bytes().to_vec())
        .to_vec()
}

/// Reads, writes, renewals, bad cookies, too long ones, late writes: with the log at its most
/// talkative.
#[tokio::test]
async fn d32_no_secret_is_in_the_log_or_in_an_event() {
    if !is_alone() {
        return;
    }
    let everything = Everything::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(everything.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let mut app = app(&everything);
    let mut values = good_times(&mut app).await;
    values.extend(bad_times(&mut app, &values[0], &everything).await);
    drop(guard);

    let logged = everything.text();
    for expected in [
        "opened",
        "fresh",
        "cookie sent",
        "cookie removed",
        "KeyringSwapped",
        "KeyRotated",
        "Rolling",
        "WriteLost",
        "Failed(Oversized",
        "Conflict",
        "changed too late",
        "expired",
        "TRACE session",
        "unknown key",
        "tampered",
        "malformed",
    ] {
        assert!(logged.contains(expected), "{expected} in\n{logged}");
    }
    let mut secrets = [field_values(), keys()].concat();
    secrets.push(RANDOM.take(16).collect());
    // Nor the half of a value.
    secrets.extend(values.iter().map(|value| value.as_bytes()[..24].to_vec()));
    everything.assert_free_of(&secrets);
}

/// Writes, reads, renewals. The values of the cookies that were sent.
async fn good_times(app: &mut App) -> Vec<String> {
    app.client.get("/write").await;
    let mut values = app.values();
    app.client.get("/read").await;
    app.clock.advance(Duration::from_secs(600));
    app.client.get("/read").await;
    let rotated = Keyring::new(key(2)).also_open(key(1));
    app.sessions.swap_keyring::<Auth>(rotated).unwrap();
    app.client.get("/read").await;
    values.extend(app.values());
    values
}

/// Too long, spoilt, foreign, expired, too late, deleted. The values that were made of `good`.
async fn bad_times(app: &mut App, good: &str, everything: &Everything) -> Vec<String> {
    let grown = app.client.get("/grow").await;
    assert_eq!(grown.status(), 500);
    everything.add_text(&grown.text());
    let last = if good.ends_with('A') { "E" } else { "A" };
    let spoilt = [
        good.replace('A', "B"),
        format!("{good}x"),
        good[..70].to_owned(),
        format!("{}{last}", &good[..good.len() - 1]),
    ];
    for bad in &spoilt {
        let pairs = format!("__Host-auth={bad}; node={bad}; __Host-auth={bad}");
        ask_with(&app.router, &pairs).await;
    }
    app.sessions.swap_keyring::<Auth>(key(3)).unwrap();
    app.client.get("/read").await;
    let rotated = Keyring::new(key(2)).also_open(key(1));
    app.sessions.swap_keyring::<Auth>(rotated).unwrap();
    app.clock.advance(Duration::from_secs(13 * 3600));
    app.client.get("/read").await;
    app.client.get("/keep").await;
    let mut late = app.kept.lock().unwrap().take().unwrap();
    late.set_email(EMAIL);
    app.client.get("/write").await;
    app.client.get("/delete").await;
    spoilt.to_vec()
}

/// Whether this process runs this test alone; if not, one that does has passed.
///
/// `tracing` remembers for the whole process whether anybody wants the lines of some place in the
/// code, and other threads, where nobody does, may be the first to come by.
pub(crate) fn is_alone() -> bool {
    const VARIABLE: &str = "SESSION_TEST_IS_ALONE";
    if std::env::var_os(VARIABLE).is_some() {
        return true;
    }
    let thread = std::thread::current();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    let output = child
        .env(VARIABLE, "yes")
        .args(["--exact", thread.name().unwrap()])
        .output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
    false
}

/// Sends this header, and not the cookies of a jar.
async fn ask_with(router: &Router, cookie: &str) {
    let headers = HeaderMap::from_iter([(COOKIE, cookie.parse().unwrap())]);
    Client::new(router.clone())
        .request(Method::GET, "/read", headers)
        .await;
}

#[tokio::test]
async fn d32_no_secret_is_in_a_panic() {
    let everything = Everything::default();
    let App { sessions, .. } = app(&Everything::default());
    let data = || Auth {
        email: Some(EMAIL.to_owned()),
        ..Auth::user(USER_ID)
    };
    let session = Session::detached(data());
    everything.add_panic(|| {
        let mut session = session.clone();
        session.delete();
        session.set_email(EMAIL);
    });
    everything.add_panic(|| {
        let (mut session, other) = (Session::detached(data()), Session::detached(data()));
        let inner = session.clone();
        drop(other);
        session.update(|_| inner.email().map(str::len));
    });
    everything.add_panic(|| {
        sessions.create(Stranger {
            email: Some(EMAIL.to_owned()),
        })
    });
    everything.add_panic(|| sessions.decode::<Stranger>(EMAIL));
    everything.add_panic(|| sessions.swap_keyring::<Stranger>(key(2)));
    let panicked = everything.text();
    for expected in [
        "after it was deleted",
        "inside its own `update`",
        "is not registered",
    ] {
        assert!(panicked.contains(expected), "{panicked}");
    }
    everything.assert_free_of(&[field_values(), keys()].concat());
}
