use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "auth", partitioned, secure = false)]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
