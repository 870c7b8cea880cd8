use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "session", format = "fastify")]
struct Auth {
    #[session(max_len = 4000)]
    about: String,
}

fn main() {}
