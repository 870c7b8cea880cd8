use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "auth", same_site = "none", secure = false)]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
