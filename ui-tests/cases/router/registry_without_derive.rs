use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, Unmounted};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", checked)]
struct Auth {
    user_id: Option<u64>,
}

struct AppSessions {
    auth: Config<Auth>,
}

fn main() {
    let keys = Key::generate().unwrap();
    let _ = Unmounted::new(AppSessions { auth: Config::new(keys) });
}
