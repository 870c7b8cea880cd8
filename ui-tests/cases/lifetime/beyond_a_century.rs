use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(idle = "200000w")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
