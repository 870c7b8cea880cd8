use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, Session, SessionRegistry, Unmounted};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", checked)]
struct Auth {
    user_id: Option<u64>,
}

#[derive(SessionRegistry)]
struct AppSessions {
    auth: Config<Auth>,
}

async fn me(session: Session<Auth>) -> String {
    format!("{:?}", session.user_id())
}

fn main() {
    let keys = Key::generate().unwrap();
    let unmounted = Unmounted::new(AppSessions { auth: Config::new(keys) }).unwrap();
    let _ = unmounted.mount(|_| Router::<u8>::new().route("/me", get(|| async {})));
}
