use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
    email: Option<String>,
    roles: Vec<String>,
}

fn is_ada(session: Session<Auth>) -> bool {
    session.user_id() == 7
}

fn main() {}
