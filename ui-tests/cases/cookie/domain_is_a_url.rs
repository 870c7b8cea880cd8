use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "auth", domain = "https://example.org")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
