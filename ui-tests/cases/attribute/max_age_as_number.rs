use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(max_age = 3600)]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
