use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, Key, SecureSession, Session, SessionRegistry, SessionState, Sessions, Unmounted,
};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", checked)]
struct Auth {
    user_id: Option<u64>,
}

#[derive(SessionRegistry)]
struct AppSessions {
    auth: Config<Auth>,
}

#[derive(Clone)]
struct App {
    sessions: Sessions<AppSessions>,
}

impl SessionState for App {
    type Registry = AppSessions;

    fn sessions(&self) -> &Sessions<AppSessions> {
        &self.sessions
    }
}

async fn me(session: Session<Auth>) -> String {
    format!("{:?}", session.user_id())
}

fn main() {
    let keys = Key::generate().unwrap();
    let unmounted = Unmounted::new(AppSessions { auth: Config::new(keys) }).unwrap();
    let _ = unmounted.mount(|_| Router::<App>::new().route("/me", get(me)));
}
