//! The sessions that Node and Rust share here.

use std::{collections::BTreeMap, time::Duration, time::UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use session_runtime::{
    Config, SecureSession, Session, SessionRegistry, Sessions, Settings, Unmounted,
    testing::HeldClock,
};

/// Seconds from the last write to the end, unless told otherwise.
pub(crate) const EXPIRY: u64 = 86_401;

/// A session as both halves of a fleet know it.
#[derive(SecureSession, Serialize, Deserialize, Default, Debug, Clone, PartialEq)]
#[session(name = "shared", cookie_name = "session", format = "fastify")]
#[serde(default)]
pub(crate) struct Shared {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) visits: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) roles: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cart: Option<BTreeMap<String, u32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notes: Option<Value>,
}

/// A session that holds whatever comes.
#[derive(SecureSession, Serialize, Deserialize, Default, Debug, Clone, PartialEq)]
#[session(name = "anything", cookie_name = "session", format = "fastify")]
pub(crate) struct Anything {
    #[serde(flatten)]
    pub(crate) fields: Map<String, Value>,
}

#[derive(SessionRegistry)]
pub(crate) struct OneShared {
    pub(crate) shared: Config<Shared>,
}

#[derive(SessionRegistry)]
struct OneAnything {
    anything: Config<Anything>,
}

/// The codec of an application with this session, whose clock stands at `now_ms`.
pub(crate) fn anything(config: Config<Anything>, now_ms: u64) -> Sessions {
    let settings = Settings::new().clock(&clock_at(now_ms));
    let registry = OneAnything { anything: config };
    Unmounted::with_settings(registry, settings)
        .unwrap()
        .codec()
}

pub(crate) fn clock_at(now_ms: u64) -> HeldClock {
    HeldClock::at(UNIX_EPOCH + Duration::from_millis(now_ms))
}

/// When a session that has not been changed was last written, in seconds since 1970, if its limit
/// is [`EXPIRY`].
pub(crate) fn written_at<T: SecureSession>(session: &Session<T>) -> Option<u64> {
    let end = session.meta().expires()?.duration_since(UNIX_EPOCH).ok()?;
    end.as_secs().checked_sub(EXPIRY)
}
