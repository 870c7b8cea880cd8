//! The runtime under another path, written as a path and as a string.

mod web {
    pub(crate) mod sessions {
        pub(crate) use session_runtime::*;
    }
}

use serde::{Deserialize, Serialize};
use web::sessions::{Config, SecureSession, Session, SessionRegistry};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", crate = crate::web::sessions)]
struct Auth {
    user_id: Option<u64>,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "prefs", crate = "web::sessions")]
struct Prefs {
    theme: String,
}

#[derive(SessionRegistry)]
#[session(crate = crate::web::sessions)]
struct AppSessions {
    auth: Config<Auth>,
    prefs: Config<Prefs>,
}

fn main() {
    let mut session = Session::detached(Prefs::default());
    session.set_theme("dark");
    assert_eq!(session.theme(), "dark");
    let _ = |sessions: AppSessions| (sessions.auth, sessions.prefs);
}
