//! Two sessions as an application would have them.

use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, SessionRegistry};

/// Who is signed in.
#[derive(SecureSession, Serialize, Deserialize, Default, Debug, Clone, PartialEq)]
#[session(name = "auth", idle = "30m", absolute = "12h")]
pub struct Auth {
    /// Whose session it is.
    pub user_id: Option<u64>,
    /// His address.
    pub email: Option<String>,
    /// What he may do.
    pub roles: Vec<String>,
}

impl Auth {
    /// Somebody with the number `id`.
    pub fn user(id: u64) -> Self {
        Self {
            user_id: Some(id),
            ..Self::default()
        }
    }
}

/// What the browser prefers.
#[derive(SecureSession, Serialize, Deserialize, Default, Debug, Clone, PartialEq)]
#[session(name = "prefs")]
pub struct Prefs {
    /// Its colours.
    pub theme: String,
    /// How often it was here.
    pub visits: u32,
}

/// Both.
#[derive(SessionRegistry, Debug)]
pub struct AppSessions {
    /// Who is signed in.
    pub auth: Config<Auth>,
    /// What the browser prefers.
    pub prefs: Config<Prefs>,
}

/// A key that is the same in every run: `n` and the bytes after it.
pub fn key(n: u8) -> Key {
    Key::from_bytes(std::array::from_fn(|i| {
        n.wrapping_add(u8::try_from(i).unwrap_or(0))
    }))
}

/// Both sessions with one key.
pub fn registry() -> AppSessions {
    AppSessions {
        auth: Config::new(key(1)),
        prefs: Config::new(key(1)),
    }
}
