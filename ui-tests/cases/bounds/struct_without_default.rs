use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize)]
struct Auth {
    user_id: u64,
    roles: Vec<String>,
}

fn main() {}
