use serde::{Deserialize, Serialize};
use session_runtime::{Config, SecureSession, SessionRegistry};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
}

#[derive(SessionRegistry)]
struct AppSessions {
    #[session(idle = "30m")]
    auth: Config<Auth>,
}

fn main() {}
