use serde::Serialize;
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Default)]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
