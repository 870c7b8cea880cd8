use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[serde(transparent)]
struct Auth {
    email: String,
}

fn main() {}
