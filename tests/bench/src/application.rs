//! The application with our sessions, and the same without any.

use axum::{Router, routing::get};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, SecureSession, Session, SessionRegistry, Unmounted, store::SessionStore,
};

use crate::Outcome;

/// Some 180 bytes of JSON.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
pub(crate) struct Auth {
    user_id: Option<u64>,
    email: Option<String>,
    roles: Vec<String>,
    theme: String,
    csrf: String,
    visits: u64,
}

#[derive(SessionRegistry)]
struct Sessions {
    auth: Config<Auth>,
}

async fn sign_in(mut session: Session<Auth>) -> StatusCode {
    session
        .regenerate()
        .set_user_id(7)
        .set_email("ada.lovelace@example.org")
        .set_roles(vec!["user".to_owned(), "editor".to_owned()])
        .set_theme("dark")
        .set_csrf("c5f2a1d09be84f7ba2d1e6c3f0a98b7d");
    StatusCode::NO_CONTENT
}

async fn read(session: Session<Auth>) -> StatusCode {
    if session.user_id() == Some(7) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::UNAUTHORIZED
    }
}

async fn write(mut session: Session<Auth>) -> StatusCode {
    session.update_visits(|visits| *visits += 1);
    StatusCode::NO_CONTENT
}

pub(crate) fn with(store: impl SessionStore) -> Outcome<Router> {
    let registry = Sessions {
        auth: Config::stored(store),
    };
    Ok(Unmounted::new(registry)?.mount(|_| {
        Router::new()
            .route("/sign-in", get(sign_in))
            .route("/read", get(read))
            .route("/write", get(write))
    }))
}

pub(crate) fn without() -> Router {
    let nothing = get(async || StatusCode::NO_CONTENT);
    Router::new()
        .route("/sign-in", nothing.clone())
        .route("/read", nothing)
}
