use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(max_age = "none")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
