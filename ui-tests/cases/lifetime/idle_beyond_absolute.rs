use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(idle = "2d", absolute = "1d")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
