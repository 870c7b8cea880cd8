//! What a handler holds while it waits keeps its future `Send`, as axum asks.

use axum::{Router, routing::post};
use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    user_id: Option<u64>,
    roles: Vec<String>,
}

async fn roles_of(_: Option<u64>) -> Vec<String> {
    Vec::new()
}

async fn edits(mut session: Session<Auth>) {
    let mut auth = session.edit();
    auth.roles = roles_of(auth.user_id).await;
}

async fn reads(session: Session<Auth>) -> String {
    let before = session.roles();
    let now = roles_of(session.user_id()).await;
    format!("{before:?} {now:?}")
}

fn main() {
    let _: Router = Router::new()
        .route("/edits", post(edits))
        .route("/reads", post(reads));
}
