//! The application with this library, whatever format or store is configured.

use axum::{Router, routing::get};
use http::StatusCode;
use session_runtime::{Config, Session, SessionRegistry, Unmounted};

use super::Answer;
use crate::{
    Outcome,
    session::{Auth, USER, somebody},
};

#[derive(SessionRegistry)]
struct Registry {
    auth: Config<Auth>,
}

async fn sign_in(mut session: Session<Auth>) -> &'static str {
    session.regenerate().update(|data| *data = somebody());
    "ok"
}

async fn untouched() -> &'static str {
    "ok"
}

async fn read(session: Session<Auth>) -> Answer {
    match session.user_id() {
        Some(USER) => Ok("ok"),
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}

async fn write(mut session: Session<Auth>) -> &'static str {
    session.update_visits(|visits| *visits += 1);
    "ok"
}

async fn visits(session: Session<Auth>) -> String {
    session.visits().to_string()
}

pub(crate) fn with(config: Config<Auth>) -> Outcome<Router> {
    Ok(
        Unmounted::new(Registry { auth: config })?.mount(|_sessions| {
            Router::new()
                .route("/sign-in", get(sign_in))
                .route("/untouched", get(untouched))
                .route("/read", get(read))
                .route("/write", get(write))
                .route("/visits", get(visits))
        }),
    )
}
