use serde::{Deserialize, Serialize};
use session_runtime::{Config, SecureSession, Session, SessionRegistry, SessionState, Sessions};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", checked)]
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
    prefs: Config<Prefs>,
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

#[axum::debug_handler(state = App)]
async fn me(session: Session<Auth>) -> String {
    format!("{:?}", session.user_id())
}

fn main() {}
