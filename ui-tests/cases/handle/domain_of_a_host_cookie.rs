use serde::{Deserialize, Serialize};
use session_runtime::{CookieOptions, SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
}

fn remember(mut session: Session<Auth>) {
    session.options(CookieOptions::new().domain("example.org"));
}

fn main() {}
