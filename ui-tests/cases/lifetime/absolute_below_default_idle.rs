use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(absolute = "1h")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
