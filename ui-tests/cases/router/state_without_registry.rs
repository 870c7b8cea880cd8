use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", checked)]
struct Auth {
    user_id: Option<u64>,
}

#[derive(Clone)]
struct App;

#[axum::debug_handler(state = App)]
async fn me(session: Session<Auth>) -> String {
    format!("{:?}", session.user_id())
}

fn main() {}
