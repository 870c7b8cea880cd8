//! The session that all applications have: six fields, 181 bytes of JSON.

use serde::{Deserialize, Serialize};
use session_runtime::SecureSession;

pub(crate) const USER: u64 = 107;

/// Who is signed in.
#[derive(SecureSession, Serialize, Deserialize, Default, Clone, PartialEq)]
#[session(name = "auth")]
pub(crate) struct Auth {
    pub(crate) user_id: Option<u64>,
    pub(crate) email: Option<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) theme: String,
    pub(crate) csrf: String,
    pub(crate) visits: u32,
}

/// Somebody who is signed in, and was never here before.
pub(crate) fn somebody() -> Auth {
    Auth {
        user_id: Some(USER),
        email: Some("ada.lovelace@example.org".into()),
        roles: vec!["user".into(), "editor".into()],
        theme: "solarized".into(),
        csrf: "c5f2a1d09be84f7ba2d1e6c3f0a98b7d4e6f80132b5d7a9cb1c3e5f708294a6d".into(),
        visits: 0,
    }
}
