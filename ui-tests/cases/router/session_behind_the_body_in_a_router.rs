use axum::{Json, Router, routing::post};
use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
    email: Option<String>,
    roles: Vec<String>,
}

async fn login(Json(email): Json<String>, mut session: Session<Auth>) {
    session.set_email(email);
}

fn main() {
    let _: Router = Router::new().route("/login", post(login));
}
