use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(version = 2, migrate = |_, _| None)]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
