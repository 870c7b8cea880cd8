use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(readonly, set = "pub(crate)")]
    user_id: u64,
}

fn main() {}
