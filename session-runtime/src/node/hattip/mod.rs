//! The sessions that @hattip/session keeps in a store.
//!
//! ```text
//! id     = UUID version 4
//! cookie = key = "session:" ‖ id      its Redis store
//! cookie = key = id                   its KV store, and the one in memory
//! record = {fields}
//! ```

use std::sync::Arc;

use uuid::{Builder, Uuid, Version};

use super::{SharedRecords, Sharing, System, cookie::RecordCookie, system::Presented};
use crate::{
    CookieKeys, Format, Rolling,
    error::{ConfigError, SealError},
    format::fastify::codec::{cookie_text, encode_uri_component},
    random::Random,
    reason::Reason,
    store::{KeyValueStore, Lifetime},
};

/// What a session lives for unless told otherwise, in milliseconds.
const MAX_AGE: u64 = 300_000;
/// The least that Cloudflare's KV takes, in seconds.
const SHORTEST_IN_KV: u64 = 60;

/// Sessions that are shared with a store of @hattip/session, for
/// [`Config::shared_with_node`](crate::Config::shared_with_node).
///
/// Its stores in cookies are formats of a cookie here: see
/// [`SigningKeys`](crate::hattip::SigningKeys).
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{
///     Config, SecureSession,
///     hattip::HattipStore,
///     store::{KeyValueAdapter, MemoryStore},
/// };
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// #[session(cookie_name = "session")]
/// pub struct Visitor {
///     user: Option<String>,
/// }
///
/// # pub fn main() {
/// // `UnsafeMemorySessionStore`, with a bound on its memory:
/// let store = KeyValueAdapter::new(MemoryStore::new());
/// let config = Config::<Visitor>::shared_with_node(HattipStore::kv(store));
/// # let _ = config;
/// # }
/// # }
/// # example::main();
/// ```
///
/// # What is as in Node
///
/// A session is saved, and its cookie sent, when its fields change or it is regenerated; it ends
/// [`Config::idle`](crate::Config::idle) after that, 5 minutes unless told otherwise, however much
/// it is read. `regenerate` of Node, which keeps the data, is
/// [`regenerate_keep`](crate::Session::regenerate_keep).
///
/// # What is not
///
/// Nobody chooses his own id: one that the store does not know is never taken, nor any key but that
/// of a session looked up or deleted. What is regenerated leaves no old record, `delete` always
/// removes the cookie, and `Max-Age` is in seconds.
///
/// # Security
///
/// The id in the cookie is the key in the store, and nothing is signed: 122 random bits are all
/// that protects a session, and whoever reads the store's keys can be anybody.
#[must_use = "it does nothing until it is given to `Config::shared_with_node`"]
#[derive(Debug, Clone)]
pub struct HattipStore {
    sharing: Sharing,
}

impl HattipStore {
    /// The records of its `RedisSessionStore`, whose keys begin with `session:`.
    pub fn redis(store: impl KeyValueStore) -> Self {
        Self::of(
            store,
            Records {
                prefix: "session:",
                shortest: 1,
            },
        )
    }

    /// The records of its `KVSessionStore`, kept for a minute at least; or those of its store in
    /// memory.
    pub fn kv(store: impl KeyValueStore) -> Self {
        Self::of(
            store,
            Records {
                prefix: "",
                shortest: SHORTEST_IN_KV,
            },
        )
    }

    fn of(store: impl KeyValueStore, system: Records) -> Self {
        Self {
            sharing: Sharing {
                store: Arc::new(store),
                system: Arc::new(system),
                saves_fresh: false,
                proxy: None,
                secure_as_request: false,
                as_node: false,
                rolling: Rolling::OFF,
                max_age: Some(MAX_AGE),
                holds_cookie: false,
                ends_in_store: false,
            },
        }
    }
}

impl From<HattipStore> for SharedRecords {
    fn from(store: HattipStore) -> Self {
        Self(store.sharing)
    }
}

#[derive(Debug)]
struct Records {
    prefix: &'static str,
    /// Seconds.
    shortest: u64,
}

impl System for Records {
    fn format(&self) -> Format {
        Format::HattipRecord
    }

    fn presented(&self, value: &[u8]) -> Result<Presented, Reason> {
        let text = cookie_text(value);
        let id = text.strip_prefix(self.prefix).ok_or(Reason::Malformed)?;
        // In the one spelling that hattip writes: no other key is ever looked up.
        let uuid = Uuid::try_parse(id).map_err(|_| Reason::Malformed)?;
        let is_drawn = uuid.get_version() == Some(Version::Random);
        if !is_drawn || uuid.hyphenated().to_string() != id {
            return Err(Reason::Malformed);
        }
        Ok(Presented {
            id: id.to_owned(),
            is_stale: false,
        })
    }

    fn cookie_value(&self, id: &str) -> String {
        encode_uri_component(&self.key(id))
    }

    fn signed(&self, id: &str) -> String {
        self.key(id)
    }

    fn key(&self, id: &str) -> String {
        format!("{}{id}", self.prefix)
    }

    fn draw(&self, random: &Random) -> Result<String, SealError> {
        let uuid = Builder::from_random_bytes(random.array()?).into_uuid();
        Ok(uuid.hyphenated().to_string())
    }

    fn lifetime(&self, cookie: &RecordCookie, now: u64) -> Option<Lifetime> {
        let end = u64::try_from(cookie.expires?).unwrap_or_default();
        let left = end.checked_sub(now)?;
        let seconds = (left / 1000).max(self.shortest);
        (left > 0).then(|| Lifetime::new(now, seconds))
    }

    fn swap_keys(&self, _: &CookieKeys) -> Result<(), ConfigError> {
        let problem = "a session in a store of @hattip/session has none";
        Err(ConfigError::new("key", problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_but_that_of_a_session_is_ever_looked_up() {
        let records = Records {
            prefix: "session:",
            shortest: 1,
        };
        let id = "2187a4d8-16af-4e85-945b-be612701f836";
        let presented = |text: &str| records.presented(text.as_bytes()).map(|it| it.id);
        assert_eq!(presented(&format!("session%3A{id}")).as_deref(), Ok(id));
        assert_eq!(presented(&format!("session:{id}")).as_deref(), Ok(id));
        for other in [
            id,
            "session:attacker",
            "session:",
            "other",
            "",
            "session:2187A4D8-16AF-4E85-945B-BE612701F836",
            "session:{2187a4d8-16af-4e85-945b-be612701f836}",
            "session:2187a4d816af4e85945bbe612701f836",
            "session:2187a4d8-16af-1e85-945b-be612701f836",
            "session:session:2187a4d8-16af-4e85-945b-be612701f836",
        ] {
            assert_eq!(presented(other), Err(Reason::Malformed), "{other}");
        }
    }
}
