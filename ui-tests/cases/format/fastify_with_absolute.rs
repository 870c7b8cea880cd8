use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "session", format = "fastify", absolute = "12h")]
struct Auth {
    user_id: Option<u64>,
}

fn main() {}
