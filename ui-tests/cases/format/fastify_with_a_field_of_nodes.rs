use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "session", format = "fastify")]
struct Auth {
    #[serde(rename = "__ts")]
    written: u64,
}

fn main() {}
