use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    #[session(flash, get = "pub(crate)")]
    notice: Option<String>,
}

fn main() {}
