use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

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

fn login(mut session: Session<Auth>) {
    session.set(Prefs::THEME, "dark");
}

fn main() {}
