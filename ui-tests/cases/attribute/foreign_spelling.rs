use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(sessionName = "auth", cookieName = "__Host-auth", httpOnly = true, ttl = "30m")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
