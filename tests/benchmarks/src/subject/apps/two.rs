//! The application with two sessions, each in its own cookie, and handlers that take both.

use axum::{Router, routing::get};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, Session, SessionRegistry, Unmounted};

use super::Answer;
use crate::{
    Outcome,
    session::{Auth, USER, somebody},
};

/// What the browser prefers.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "prefs")]
struct Prefs {
    theme: String,
    visits: u32,
}

#[derive(SessionRegistry)]
struct Registry {
    auth: Config<Auth>,
    prefs: Config<Prefs>,
}

async fn sign_in(mut auth: Session<Auth>, mut prefs: Session<Prefs>) -> &'static str {
    auth.regenerate().update(|data| *data = somebody());
    prefs.set_theme("dark");
    "ok"
}

async fn read(auth: Session<Auth>, prefs: Session<Prefs>) -> Answer {
    match (auth.user_id(), prefs.theme()) {
        (Some(USER), "dark") => Ok("ok"),
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}

async fn write(auth: Session<Auth>, mut prefs: Session<Prefs>) -> Answer {
    if auth.user_id() != Some(USER) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    prefs.update_visits(|visits| *visits += 1);
    Ok("ok")
}

async fn visits(prefs: Session<Prefs>) -> String {
    prefs.visits().to_string()
}

pub(crate) fn with() -> Outcome<Router> {
    let registry = Registry {
        auth: Config::new(Key::generate()?),
        prefs: Config::new(Key::generate()?),
    };
    Ok(Unmounted::new(registry)?.mount(|_sessions| {
        Router::new()
            .route("/sign-in", get(sign_in))
            .route("/read", get(read))
            .route("/write", get(write))
            .route("/visits", get(visits))
    }))
}
