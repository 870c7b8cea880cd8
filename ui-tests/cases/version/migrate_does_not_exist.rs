use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(version = 2, migrate = "Auth::from_version_1")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
