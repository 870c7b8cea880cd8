//! The application with `axum_session`, its sessions in memory.

use axum::{Router, routing::get};
use axum_session::{SessionConfig, SessionLayer, SessionNullPool, SessionStore};
use http::StatusCode;

use super::Answer;
use crate::{
    Outcome,
    session::{USER, somebody},
};

type Session = axum_session::Session<SessionNullPool>;

async fn sign_in(session: Session) -> &'static str {
    let somebody = somebody();
    session.set("user_id", somebody.user_id);
    session.set("email", somebody.email);
    session.set("roles", somebody.roles);
    session.set("theme", somebody.theme);
    session.set("csrf", somebody.csrf);
    session.set("visits", somebody.visits);
    "ok"
}

async fn untouched() -> &'static str {
    "ok"
}

async fn read(session: Session) -> Answer {
    match session.get("user_id") {
        Some(USER) => Ok("ok"),
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}

async fn write(session: Session) -> &'static str {
    let visits: u32 = session.get("visits").unwrap_or_default();
    session.set("visits", visits + 1);
    "ok"
}

async fn visits(session: Session) -> Result<String, StatusCode> {
    let visits: Option<u32> = session.get("visits");
    Ok(visits.ok_or(StatusCode::UNAUTHORIZED)?.to_string())
}

pub(crate) async fn app() -> Outcome<Router> {
    let store = SessionStore::<SessionNullPool>::new(None, SessionConfig::default()).await?;
    Ok(Router::new()
        .route("/sign-in", get(sign_in))
        .route("/untouched", get(untouched))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/visits", get(visits))
        .layer(SessionLayer::new(store)))
}
