use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, Key, SecureSession, SessionRegistry, SessionState, Sessions, Unmounted,
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

fn main() {
    let keys = Key::generate().unwrap();
    let sessions = Unmounted::new(AppSessions { auth: Config::new(keys) }).unwrap();
    let _ = App { sessions };
}
