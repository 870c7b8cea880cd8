use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

fn migrate(fields: &str) -> Auth {
    let _ = fields;
    Auth::default()
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(version = 2, migrate = migrate)]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
