use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(max_len = -1)]
    email: String,
}

fn main() {}
