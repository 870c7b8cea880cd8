//! What a mistake looks like in the log at its default level: one line, with its cause and remedy.

use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{RequestSession, SecureSession, Session, SessionRejection, Unmounted};
use tests::{Auth, Client, registry};

use crate::secrets::{everything::Everything, is_alone};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "stranger")]
struct Stranger {
    n: u8,
}

async fn write(mut session: Session<Auth>) {
    session.set_user_id(7);
}

async fn grow(mut session: Session<Auth>) {
    session.set_email("x".repeat(4000));
}

/// Answers as if nothing was wrong.
async fn swallow(_: Result<Session<Auth>, SessionRejection>) {}

async fn unregistered(session: Result<Session<Stranger>, SessionRejection>) {
    assert!(session.is_err());
}

async fn outside_a_handler(request: axum::extract::Request) {
    assert!(request.session::<Stranger>().await.is_err());
}

fn app() -> Router {
    let inside = Unmounted::new(registry()).unwrap().mount(|_| {
        Router::new()
            .route("/write", get(write))
            .route("/grow", get(grow))
            .route("/unregistered", get(unregistered))
            .route("/outside_a_handler", get(outside_a_handler))
    });
    inside
        .route("/no_layer", get(write))
        .route("/swallowed", get(swallow))
}

/// What one request adds to the log.
async fn logged(path: &str, fields: &[(&'static str, &'static str)]) -> String {
    let log = Everything::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let headers = fields
        .iter()
        .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
    let mut client = Client::new(app());
    client
        .request(http::Method::GET, path, headers.collect())
        .await;
    let log = log.text();
    assert!(log.lines().count() <= 1, "{log}");
    log
}

async fn assert_logged(path: &str, fields: &[(&'static str, &'static str)], line: &str) {
    assert_eq!(logged(path, fields).await.trim(), line);
}

#[tokio::test]
async fn a_secure_cookie_over_plain_http() {
    if !is_alone() {
        return;
    }
    let fields = [
        ("host", "intranet.example.org:3000"),
        ("origin", "http://intranet.example.org:3000"),
    ];
    assert_logged(
        "/write",
        &fields,
        "WARN session: a Secure cookie was sent in answer to plain http: browsers do not keep it, \
         and each request gets a new session. Ask for https or for http://localhost, or use \
         `Config::insecure_over_http()` in development; a proxy that ends TLS is to send \
         `X-Forwarded-Proto: https`. Said once session=\"auth\"",
    )
    .await;
}

#[tokio::test]
async fn a_cookie_over_the_limit() {
    if !is_alone() {
        return;
    }
    let line = logged("/grow", &[]).await;
    for part in [
        "ERROR session: cookie not sent session=\"auth\"",
        "browsers keep 4096; largest fields: `email` 4002",
        "keep less in the session, or all of it on a server: `Config::stored`",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
}

#[tokio::test]
async fn a_layer_that_was_forgotten_also_where_the_rejection_is_swallowed() {
    if !is_alone() {
        return;
    }
    for path in ["/no_layer", "/swallowed"] {
        assert_logged(
            path,
            &[],
            "ERROR session: session `auth`: no session layer around this handler or middleware; \
             build the router inside `Unmounted::mount`, or add `.layer(layer)` after (outside) \
             everything that extracts sessions",
        )
        .await;
    }
}

#[tokio::test]
async fn a_session_that_is_not_registered_also_outside_a_handler() {
    if !is_alone() {
        return;
    }
    for path in ["/unregistered", "/outside_a_handler"] {
        assert_logged(
            path,
            &[],
            "ERROR session: session `stranger` is not registered; add a `Config` field for it to \
             the struct with `#[derive(SessionRegistry)]`",
        )
        .await;
    }
}
