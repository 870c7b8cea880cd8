use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, SessionRegistry};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
    email: Option<String>,
    roles: Vec<String>,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "prefs")]
struct Prefs {
    theme: String,
}

#[derive(SessionRegistry)]
struct AppSessions {
    auth: Config<Auth>,
}

fn main() {
    let prefs = Config::<Prefs>::new(Key::generate().unwrap());
    let _ = AppSessions { auth: prefs };
}
