use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth<const N: usize> {
    user_id: Option<u64>,
}

fn main() {}
