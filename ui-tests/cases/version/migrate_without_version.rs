use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

fn migrate(_: u32, _: &str) -> Option<Auth> {
    None
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(migrate = migrate)]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
