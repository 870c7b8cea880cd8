//! A session of version 1 is read by version 2 through `migrate`.

use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, SessionRegistry, Unmounted};

mod old {
    use super::*;

    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(name = "auth")]
    pub(crate) struct Auth {
        pub(crate) user: String,
    }

    #[derive(SessionRegistry)]
    pub(crate) struct AppSessions {
        pub(crate) auth: Config<Auth>,
    }
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", version = 2, migrate = "Self::migrate")]
struct Auth {
    user_id: Option<u64>,
}

impl Auth {
    fn migrate(from: u32, fields: &str) -> Option<Self> {
        let old: old::Auth = serde_json::from_str(fields).ok()?;
        (from == 1).then(|| Self { user_id: old.user.parse().ok() })
    }
}

#[derive(SessionRegistry)]
struct AppSessions {
    auth: Config<Auth>,
}

fn main() {
    let key = Key::generate().unwrap();
    let old = old::AppSessions { auth: Config::new(key.clone()) };
    let old = Unmounted::new(old).unwrap().codec();
    let new = Unmounted::new(AppSessions { auth: Config::new(key) }).unwrap().codec();
    let value = old.encode(&old.create(old::Auth { user: "7".to_owned() })).unwrap();
    assert_eq!(new.decode::<Auth>(&value).unwrap().user_id(), Some(7));
}
