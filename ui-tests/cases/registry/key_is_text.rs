use serde::{Deserialize, Serialize};
use session_runtime::{Config, SecureSession, SessionRegistry};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
    email: Option<String>,
    roles: Vec<String>,
}

#[derive(SessionRegistry)]
struct AppSessions {
    auth: Config<Auth>,
}

fn main() {
    let _ = AppSessions {
        auth: Config::new("a secret of my own"),
    };
}
