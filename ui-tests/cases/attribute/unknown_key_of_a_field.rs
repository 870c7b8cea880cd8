use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(name = "id", default = 7, indexed)]
    user_id: Option<u64>,
}

fn main() {}
