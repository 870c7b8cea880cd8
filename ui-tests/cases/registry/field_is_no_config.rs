use serde::{Deserialize, Serialize};
use session_runtime::{Config, SecureSession, SessionRegistry};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "prefs")]
struct Prefs {
    theme: String,
}

#[derive(SessionRegistry)]
struct AppSessions {
    auth: Auth,
    prefs: Config<Prefs>,
}

fn main() {}
