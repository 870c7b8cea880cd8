//! What `max_len` counts, seen where the cookie is written.

use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SealError, SecureSession, SessionRegistry, Unmounted};

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Auth {
    // `null` is longer than that, and none of the user's text.
    #[session(max_len = 2)]
    country: Option<String>,
    #[session(max_len = 5, rename = "numbers")]
    list: Vec<u8>,
}

#[derive(SessionRegistry)]
struct AppSessions {
    auth: Config<Auth>,
}

fn too_long(country: Option<&str>, list: &[u8]) -> Option<&'static str> {
    let sessions = AppSessions { auth: Config::new(Key::generate().unwrap()) };
    let sessions = Unmounted::new(sessions).unwrap().codec();
    let auth = Auth { country: country.map(str::to_owned), list: list.to_vec() };
    match sessions.encode(&sessions.create(auth)) {
        Ok(_) => None,
        Err(SealError::FieldTooLong { field }) => Some(field),
        Err(other) => panic!("{other}"),
    }
}

fn main() {
    assert_eq!(too_long(None, &[]), None);
    assert_eq!(too_long(Some("de"), &[1, 2]), None);
    assert_eq!(too_long(Some("deu"), &[1, 2]), Some("country"));
    assert_eq!(too_long(Some("de"), &[1, 20]), Some("numbers"));
}
