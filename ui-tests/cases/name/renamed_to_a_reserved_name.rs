use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(rename = "data")]
    payload: u64,
}

fn main() {}
