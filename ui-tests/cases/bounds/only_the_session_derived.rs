use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession)]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
