use serde::Deserialize;
use session_runtime::SecureSession;

#[derive(SecureSession, Deserialize, Default)]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
