use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "__Secure-")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
