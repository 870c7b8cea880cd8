//! What a browser's session must be, worked out without any of the two libraries.

use serde_json::{Map, Value, json};

use crate::sessions::EXPIRY;

/// The field that Rust does not know.
pub(crate) const NODE_ONLY: &str = "node_only";

/// One call of a session's method.
#[derive(Debug, Clone)]
pub(crate) enum Call {
    Set(&'static str, Value),
    Touch,
    Delete,
    Regenerate,
    RegenerateKeep(&'static [&'static str]),
}

impl Call {
    /// As both servers take it.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Set(field, value) => json!(["set", field, value]),
            Self::Touch => json!(["touch"]),
            Self::Delete => json!(["delete"]),
            Self::Regenerate => json!(["regenerate"]),
            Self::RegenerateKeep(fields) => json!(["regenerate", fields]),
        }
    }
}

/// What is to be known of a server.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// The first seals, all open.
    pub(crate) keys: Vec<u8>,
    /// Counts the age from the last write. Releases before 8.2.0 count from the creation.
    pub(crate) notes_writes: bool,
    /// Sends a session of an older key again with any answer, not only with pages.
    pub(crate) renews_always: bool,
}

/// The session in the browser's cookie.
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    pub(crate) key: u8,
    pub(crate) ts: u64,
    pub(crate) fields: Map<String, Value>,
}

/// What an answer does to the cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sends {
    Nothing,
    Session,
    Removal,
}

/// The browser's cookie, valid or not.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) cookie: Option<Sealed>,
}

impl Model {
    /// Why a server takes the session for a fresh one, in Rust's words.
    pub(crate) fn refusal(&self, server: &Server, now_ms: u64) -> Option<&'static str> {
        let Some(cookie) = &self.cookie else {
            return Some("absent");
        };
        if !server.keys.contains(&cookie.key) {
            Some("tampered")
        } else if cookie.end_ms() <= now_ms {
            Some("expired")
        } else {
            None
        }
    }

    /// The session as a server sees it.
    pub(crate) fn seen_by(&self, server: &Server, now_ms: u64) -> Option<&Sealed> {
        let cookie = self.cookie.as_ref();
        cookie.filter(|_| self.refusal(server, now_ms).is_none())
    }

    /// A request that changes nothing.
    pub(crate) fn read(&mut self, server: &Server, now_ms: u64, is_page: bool) -> Sends {
        let current = server.current();
        let is_stale = self
            .seen_by(server, now_ms)
            .is_some_and(|seen| seen.key != current);
        match &mut self.cookie {
            Some(cookie) if is_stale && (is_page || server.renews_always) => {
                cookie.key = current;
                Sends::Session
            }
            _ => Sends::Nothing,
        }
    }

    /// A request that calls a method.
    pub(crate) fn call(&mut self, server: &Server, now_ms: u64, call: &Call) -> Sends {
        if matches!(call, Call::Delete) {
            self.cookie = None;
            return Sends::Removal;
        }
        let seen = self.seen_by(server, now_ms).cloned();
        // Math.round(now / 1000)
        let now = (now_ms + 500) / 1000;
        let mut session = seen.unwrap_or(Sealed {
            key: server.current(),
            ts: now,
            fields: Map::new(),
        });
        match call {
            Call::Set(field, value) => {
                session.fields.insert((*field).to_owned(), value.clone());
            }
            Call::Regenerate => session.fields.clear(),
            Call::RegenerateKeep(keep) => session
                .fields
                .retain(|field, _| keep.contains(&field.as_str())),
            Call::Touch | Call::Delete => {}
        }
        if server.notes_writes {
            session.ts = now;
        }
        session.key = server.current();
        self.cookie = Some(session);
        Sends::Session
    }
}

impl Sealed {
    /// When it expires.
    pub(crate) const fn end_ms(&self) -> u64 {
        (self.ts + EXPIRY) * 1000
    }

    /// What of it a struct in Rust holds.
    pub(crate) fn known(&self) -> Map<String, Value> {
        let mut known = self.fields.clone();
        known.remove(NODE_ONLY);
        known
    }
}

impl Server {
    fn current(&self) -> u8 {
        self.keys.first().copied().unwrap()
    }
}
