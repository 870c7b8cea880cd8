use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
struct Auth {
    user_id: Option<u64>,
}

fn config(key: Key) -> Config<Auth> {
    Config::new(key).sign_in_at("/login")
}

fn main() {}
