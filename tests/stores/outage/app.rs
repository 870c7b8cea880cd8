//! The application that is used.

use std::sync::Arc;

use axum::{Router, extract::Path, routing::get};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, SecureSession, Session, SessionRegistry, Unmounted, store::SessionStore,
};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "visitor")]
struct Visitor {
    #[session(principal)]
    user: Option<u64>,
    #[session(merge = "add")]
    count: u64,
}

#[derive(SessionRegistry)]
struct Visitors {
    visitor: Config<Visitor>,
}

async fn sign_in(Path(user): Path<u64>, mut session: Session<Visitor>) {
    session.regenerate().set_user(user);
}

async fn sign_out(mut session: Session<Visitor>) {
    session.delete();
}

async fn count(mut session: Session<Visitor>) -> StatusCode {
    if session.user().is_none() {
        return StatusCode::UNAUTHORIZED;
    }
    session.update_count(|count| *count += 1);
    StatusCode::NO_CONTENT
}

async fn read(session: Session<Visitor>) -> String {
    format!("{:?} {}", session.user(), session.count())
}

pub(super) fn router(store: Arc<dyn SessionStore>) -> Router {
    let registry = Visitors {
        visitor: Config::stored(store),
    };
    Unmounted::new(registry).unwrap().mount(|_| {
        Router::new()
            .route("/sign-in/{user}", get(sign_in))
            .route("/sign-out", get(sign_out))
            .route("/count", get(count))
            .route("/read", get(read))
            .route("/without", get(async || "no session"))
    })
}
