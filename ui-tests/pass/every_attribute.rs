//! Every attribute once, on structs that mean something.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use session_runtime::{Config, SecureSession, Session, SessionRegistry};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", cookie_name = "__Secure-auth", format = "sealed")]
#[session(idle = "30m", absolute = "12h", max_age = "30d", expires = 4_102_444_800)]
#[session(path = "/app", domain = "example.org", same_site = "strict")]
#[session(secure = true, http_only = true, partitioned, priority = "high")]
#[session(version = 2, migrate = "Auth::migrate", preserve_unknown, checked)]
#[session(crate = session_runtime)]
pub struct Auth {
    #[session(principal, get = "pub", set = "pub(crate)")]
    user_id: Option<u64>,
    #[session(rename = "removed")]
    delete: bool,
    #[session(readonly)]
    since: u64,
    #[session(skip)]
    internal: BTreeMap<String, u8>,
    #[session(copy)]
    version: (u8, u8),
    #[session(secret, max_len = 40)]
    token: Option<String>,
    #[session(flash)]
    notice: Option<String>,
    #[session(merge = "add")]
    visits: u32,
    #[session(merge = "union")]
    seen: BTreeSet<u64>,
    #[session(merge = "max")]
    best: u32,
}

impl Auth {
    fn migrate(from: u32, fields: &str) -> Option<Self> {
        (from == 1).then(|| serde_json::from_str(fields).ok()).flatten()
    }
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "prefs", format = "fastify", idle = "365d", partitioned = false)]
#[session(preserve_unknown = false)]
pub struct UserPrefs {
    theme: String,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

#[derive(SessionRegistry)]
pub struct AppSessions {
    pub auth: Config<Auth>,
    pub prefs: session_runtime::Config<UserPrefs>,
}

fn main() {
    let mut session = Session::detached(Auth::default());
    session.set_user_id(7).set_removed(true).set_notice("hello").set_version((1, 2));
    session.edit().since = 3;
    session.update(|auth| auth.internal.insert("a".to_owned(), 1));
    assert_eq!((session.user_id(), session.removed(), session.since()), (Some(7), true, 3));
    assert_eq!((session.version(), session.data().internal.len()), ((1, 2), 1));
    assert_eq!(session.take_notice().as_deref(), Some("hello"));
    assert_eq!(session.take_notice(), None);
    assert!(Auth::FIELDS.iter().any(|field| field.is_secret() && field.name() == "token"));
    assert!(Auth::FIELDS.iter().all(|field| field.name() != "internal"));

    let mut prefs = Session::detached(UserPrefs::default());
    prefs.set_theme("dark").update(|prefs| prefs.rest.insert("a".to_owned(), true.into()));
    assert_eq!((prefs.theme(), prefs.rest.len()), ("dark", 1));
}
