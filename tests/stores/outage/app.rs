//! The application that is used.

use std::{sync::Arc, time::Duration};

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

/// Answers with the new count.
async fn count(mut session: Session<Visitor>) -> Result<String, StatusCode> {
    if session.user().is_none() {
        return Err(StatusCode::UNAUTHORIZED);
    }
    session.update_count(|count| *count += 1);
    Ok(session.count().to_string())
}

async fn read(session: Session<Visitor>) -> String {
    format!("{:?} {}", session.user(), session.count())
}

pub(super) fn router(store: Arc<dyn SessionStore>, deadline: Duration) -> Router {
    let registry = Visitors {
        visitor: Config::stored(store).store_deadline(deadline),
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
