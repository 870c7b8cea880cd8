use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(idle = "30m")]
    user_id: Option<u64>,
}

fn main() {}
