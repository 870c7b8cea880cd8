use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(expires = "2030-01-01")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
