use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(key = "3b1f", secret = "a secret")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
