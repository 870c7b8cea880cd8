use serde::{Deserialize, Serialize};
use session_runtime::{CookieOptions, SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "__Secure-auth")]
struct Auth {
    user_id: Option<u64>,
}

fn remember(mut session: Session<Auth>) {
    session.options(CookieOptions::new().secure(false));
}

fn main() {}
