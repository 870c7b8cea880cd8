//! A small application, with sessions and without.

use axum::{Router, routing::get};
use http::HeaderValue;
use serde::{Deserialize, Serialize};
use session_runtime::{
    Authenticated, Config, Key, Keyring, SecureSession, Session, SessionRegistry, Sessions,
    Unmounted, store::MemoryStore,
};

/// Where the sessions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Cookie,
    /// In cookies that are opened anew with each request.
    NewCookie,
    /// In cookies that were sealed before the key was replaced.
    FormerKey,
    Memory,
    /// The same, of which nothing is kept decoded.
    NewRecord,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
    email: Option<String>,
    roles: Vec<String>,
    csrf: String,
    theme: String,
    visits: u32,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "prefs")]
struct Prefs {
    theme: String,
    #[session(principal)]
    owner: Option<u64>,
}

/// Of a type that requests may not share.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "own")]
struct Own {
    text: Text,
}

#[derive(Clone, Serialize, Deserialize, Default)]
struct Text(String);

#[derive(SessionRegistry)]
struct Registry {
    auth: Config<Auth>,
    prefs: Config<Prefs>,
    own: Config<Own>,
}

pub(crate) struct App {
    pub(crate) with: Router,
    pub(crate) without: Router,
    /// What the browser sends.
    pub(crate) cookies: HeaderValue,
}

impl App {
    pub(crate) fn new(place: Place) -> Self {
        let (old, new) = (Key::generate().unwrap(), Key::generate().unwrap());
        let cached = match place {
            Place::NewCookie | Place::NewRecord => 0,
            _ => 1024,
        };
        let (sessions, layer) = match place {
            Place::Memory | Place::NewRecord => {
                let registry = Registry {
                    auth: Config::stored(MemoryStore::new()).cached_sessions(cached),
                    prefs: Config::stored(MemoryStore::new()).cached_sessions(cached),
                    own: Config::stored(MemoryStore::new()),
                };
                Unmounted::new(registry).unwrap().into_parts()
            }
            Place::Cookie | Place::NewCookie => in_cookies(Keyring::new(new), cached),
            Place::FormerKey => in_cookies(Keyring::new(new).also_open(old.clone()), cached),
        };
        let cookies = match place {
            Place::Cookie | Place::NewCookie => sealed(&sessions),
            Place::FormerKey => sealed(&in_cookies(Keyring::new(old), cached).0),
            Place::Memory | Place::NewRecord => issued(&sessions),
        };
        let layered = Router::new()
            .route("/untouched", get(answer))
            .route("/read", get(read))
            .route("/both", get(both))
            .route("/own", get(own))
            .route("/authenticated", get(authenticated))
            .route("/write", get(write))
            .layer(layer);
        let plain = [
            "/untouched",
            "/read",
            "/both",
            "/own",
            "/authenticated",
            "/write",
        ]
        .into_iter()
        .fold(Router::new(), |router, path| {
            router.route(path, get(answer))
        })
        .layer(tower::layer::util::Identity::new());
        Self {
            // As `axum::serve` does: without it each request makes the handler anew.
            with: layered.with_state(()),
            without: plain.with_state(()),
            cookies,
        }
    }
}

async fn answer() -> &'static str {
    "ok"
}

async fn read(session: Session<Auth>) -> &'static str {
    assert_eq!(session.user_id(), Some(7));
    "ok"
}

async fn both(auth: Session<Auth>, prefs: Session<Prefs>) -> &'static str {
    assert_eq!(auth.theme(), prefs.theme());
    "ok"
}

async fn own(session: Session<Own>) -> &'static str {
    assert_eq!(session.text().0, "mine");
    "ok"
}

async fn authenticated(prefs: Authenticated<Prefs>) -> &'static str {
    assert_eq!(prefs.principal(), &7);
    "ok"
}

async fn write(mut session: Session<Auth>) -> &'static str {
    session.set_visits(42);
    "ok"
}

fn in_cookies(keys: Keyring, cached: usize) -> (Sessions<Registry>, session_runtime::SessionLayer) {
    let registry = Registry {
        auth: Config::new(keys.clone()).cached_sessions(cached),
        prefs: Config::new(keys.clone()).cached_sessions(cached),
        own: Config::new(keys).cached_sessions(cached),
    };
    Unmounted::new(registry).unwrap().into_parts()
}

fn auth() -> Auth {
    Auth {
        user_id: Some(7),
        email: Some("ada@example.org".into()),
        roles: vec!["user".into(), "editor".into()],
        csrf: "b2c1a4d5e6f708192a3b4c5d6e7f8091".into(),
        theme: "dark".into(),
        visits: 41,
    }
}

fn sealed(sessions: &Sessions<Registry>) -> HeaderValue {
    let prefs = Prefs {
        theme: "dark".to_owned(),
        owner: Some(7),
    };
    let auth = sessions.encode(&sessions.create(auth())).unwrap();
    let prefs = sessions.encode(&sessions.create(prefs)).unwrap();
    let text = Text("mine".to_owned());
    let own = sessions.encode(&sessions.create(Own { text })).unwrap();
    let cookies = format!("__Host-auth={auth}; __Host-prefs={prefs}; __Host-own={own}");
    HeaderValue::try_from(cookies).unwrap()
}

fn issued(sessions: &Sessions<Registry>) -> HeaderValue {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let auth = runtime.unwrap().block_on(sessions.issue(auth())).unwrap();
    HeaderValue::try_from(format!("__Host-auth={auth}")).unwrap()
}
