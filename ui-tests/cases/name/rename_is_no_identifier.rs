use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(rename = "user-id")]
    user_id: u64,
    #[session(rename = "self")]
    own: u64,
}

fn main() {}
