//! Bad input: whatever comes in the place of a session gives a fresh one and its reason, and an
//! answer in which the client sees no difference to one without a cookie.

mod elsewhere;
mod fastify;
mod forge;
mod random;
mod sealed;

use std::sync::{Arc, Mutex};

use axum::{Router, body::Body, extract::Request, http::header, routing::any};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, Key, Reason, RequestSession, SecureSession, SessionRegistry, Sessions, Settings,
    Unmounted, testing::HeldClock,
};
use tests::{Answer, Auth, Prefs, key};
use tower::ServiceExt;

/// A session whose cookie could be shared with Node.
#[derive(SecureSession, Serialize, Deserialize, Default, Debug, Clone, PartialEq)]
#[session(
    name = "shared",
    cookie_name = "shared",
    format = "fastify",
    idle = "1h"
)]
struct Shared {
    user: Option<String>,
    visits: u32,
    roles: Vec<String>,
}

/// Two sealed sessions on one key, which may, and one for Node with its own.
#[derive(SessionRegistry)]
struct Three {
    auth: Config<Auth>,
    prefs: Config<Prefs>,
    shared: Config<Shared>,
}

fn shared_key() -> Key {
    key(101)
}

/// 2020-01-01T00:00:00Z, where a held clock begins, in seconds.
const NOW: u64 = 1_577_836_800;

/// An application that says the same to everybody.
struct Desk {
    router: Router,
    sessions: Sessions,
    clock: HeldClock,
    reason: Arc<Mutex<Option<Reason>>>,
}

/// A fixed time, which no request moves.
fn desk() -> Desk {
    desk_of(Config::new(key(1)), Config::new(shared_key()), "")
}

fn desk_of(auth: Config<Auth>, shared: Config<Shared>, application: &str) -> Desk {
    let clock = HeldClock::new();
    let settings = Settings::new().clock(&clock).application(application);
    let registry = Three {
        auth,
        prefs: Config::new(key(1)),
        shared,
    };
    let unmounted = Unmounted::with_settings(registry, settings).unwrap();
    let (sessions, reason) = (unmounted.codec(), Arc::default());
    let router = unmounted.mount(|_| {
        Router::new()
            .route("/auth", read::<Auth>(&reason))
            .route("/prefs", read::<Prefs>(&reason))
            .route("/shared", read::<Shared>(&reason))
    });
    Desk {
        router,
        sessions,
        clock,
        reason,
    }
}

fn read<T: SecureSession>(reason: &Arc<Mutex<Option<Reason>>>) -> axum::routing::MethodRouter {
    let reason = Arc::clone(reason);
    any(move |request: Request| async move {
        let session = request.session::<T>().await.unwrap();
        *reason.lock().unwrap() = session.meta().reason();
        "the same for everybody"
    })
}

impl Desk {
    /// Why the session is fresh, and the answer.
    async fn ask(&self, path: &str, headers: HeaderMap) -> (Option<Reason>, Answer) {
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        *request.headers_mut() = headers;
        self.send(request).await
    }

    async fn send(&self, request: Request) -> (Option<Reason>, Answer) {
        let answer = Answer::of(self.router.clone().oneshot(request).await.unwrap()).await;
        (self.reason.lock().unwrap().take(), answer)
    }

    /// Why a Cookie header gives no session. The answer is the one without a cookie.
    async fn refuse(&self, path: &str, cookie: impl AsRef<[u8]>) -> Reason {
        let cookie = HeaderValue::from_bytes(cookie.as_ref()).unwrap();
        let headers = HeaderMap::from_iter([(header::COOKIE, cookie.clone())]);
        let (reason, answer) = self.ask(path, headers).await;
        let (absent, without) = self.ask(path, HeaderMap::new()).await;
        assert_eq!(absent, Some(Reason::Absent));
        assert_alike(&answer, &without);
        assert!(reason.is_some(), "{cookie:?} was accepted");
        reason.unwrap()
    }

    /// Whether a Cookie header gives a session; an answer that only read it sets no cookie.
    async fn accepts(&self, path: &str, cookie: &str) -> bool {
        let headers = HeaderMap::from_iter([(header::COOKIE, cookie.parse().unwrap())]);
        let (reason, answer) = self.ask(path, headers).await;
        assert_eq!(
            (answer.status(), answer.set_cookies().len()),
            (StatusCode::OK, 0)
        );
        reason.is_none()
    }

    fn auth(&self, id: u64) -> String {
        self.sessions
            .encode(&self.sessions.create(Auth::user(id)))
            .unwrap()
    }
}

/// D10: nothing that the client gets depends on why its cookie was refused.
fn assert_alike(one: &Answer, other: &Answer) {
    assert_eq!(one.status(), other.status());
    assert_eq!(one.headers(), other.headers());
    assert_eq!(one.set_cookies(), [""; 0]);
    assert_eq!(one.text(), other.text());
}
