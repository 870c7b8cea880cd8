use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
    email: Option<String>,
    roles: Vec<String>,
}

fn login(session: Session<Auth>) {
    session.set_user_id(7);
}

fn main() {}
