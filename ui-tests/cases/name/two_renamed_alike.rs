use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(rename = "who")]
    user_id: u64,
    #[session(rename = "who")]
    account: u64,
}

fn main() {}
