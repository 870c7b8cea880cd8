use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(principal)]
    user_id: Option<u64>,
    #[session(principal)]
    account: Option<u64>,
}

fn main() {}
