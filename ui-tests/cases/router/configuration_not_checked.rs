use axum::Router;
use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, SessionRegistry, Unmounted};

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
    let registry = AppSessions {
        auth: Config::new(Key::generate().unwrap()),
    };
    let _: Router = Unmounted::new(registry).mount(|_| Router::new());
}
