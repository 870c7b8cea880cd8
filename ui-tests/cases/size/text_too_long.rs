use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    user_id: Option<u64>,
    #[session(max_len = 200)]
    email: String,
    #[session(max_len = 3000)]
    about: Option<String>,
}

fn main() {}
