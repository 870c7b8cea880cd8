use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(absolute = "6months")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
