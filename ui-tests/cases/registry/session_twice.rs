use serde::{Deserialize, Serialize};
use session_runtime::{Config, SecureSession, SessionRegistry};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
}

#[derive(SessionRegistry)]
struct AppSessions {
    auth: Config<Auth>,
    again: Config<Auth>,
}

fn main() {}
