use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
    email: Option<String>,
    roles: Vec<String>,
}

#[axum::debug_handler]
async fn me(session: Auth) -> String {
    format!("{:?}", session.user_id)
}

fn main() {}
