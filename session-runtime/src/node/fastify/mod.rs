//! The sessions of @fastify/session, and of express-session and whatever else keeps the same
//! records.
//!
//! ```text
//! id     = base64url of 24 random bytes
//! cookie = prefix ‖ id ‖ "." ‖ mac, escaped if it must be
//! key    = "sess:" ‖ id
//! ```

mod escape;
mod signer;

use std::{fmt, sync::Arc, time::Duration};

use arc_swap::ArcSwap;

pub use signer::{Secrets, Signer, Unsigned};

use super::{Proxy, SharedRecords, Sharing, System, cookie::RecordCookie, ids, system::Presented};
pub use crate::mac::Algorithm;
use crate::{
    CookieKeys, Format, Rolling,
    cookie_keys::Kind,
    error::{ConfigError, SealError},
    expiry::milliseconds,
    random::Random,
    reason::Reason,
    store::{KeyValueStore, Lifetime},
};

/// How long a record without an end of its own is kept: `ttl` of connect-redis.
const TTL: u64 = 86_400;

/// Sessions that are shared with @fastify/session, for
/// [`Config::shared_with_node`](crate::Config::shared_with_node).
///
/// The same cookies and the same records, both ways: an application in Node and one in Rust serve
/// the same browsers from one store. For express-session, whose records are the same, there is
/// [`express`](Self::express).
///
/// ```no_run
/// # mod example {
/// use std::time::Duration;
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{
///     Config, SecureSession,
///     fastify_session::{FastifySession, Secrets},
///     store::RedisKeyValueStore,
/// };
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// #[session(cookie_name = "sessionId")]
/// pub struct Visitor {
///     user: Option<String>,
/// }
///
/// # pub async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// let store = RedisKeyValueStore::connect("redis://127.0.0.1/").await?;
/// let secrets = Secrets::new(std::env::var("SESSION_SECRET")?)?;
/// let config = Config::<Visitor>::shared_with_node(FastifySession::new(store, secrets))
///     // `cookie: { maxAge: 1_800_000 }` in Node
///     .idle(Duration::from_secs(1800));
/// # let _ = config; Ok(())
/// # }
/// # }
/// ```
///
/// # What is as in Node
///
/// A session that a handler extracts is saved with every response, and its cookie sent: `rolling`
/// and `saveUninitialized` are on, as there. [`Config::rolling`](crate::Config::rolling) with
/// [`Rolling::OFF`] and [`save_uninitialized`](Self::save_uninitialized) turn them off; a session
/// that no handler extracts costs nothing either way. The record's own cookie settings count over
/// those of the configuration.
///
/// # What is better
///
/// Two servers of this library lose no update of each other, and bring nothing back that was
/// ended: a record is replaced only if it is the one that was read. Node writes without looking.
/// `delete` removes the cookie too; a secret that was rotated never costs a session; whatever is in
/// a record, nobody gets a 500 for it. `docs/migrating-from-fastify-session.md` has the list.
#[must_use = "it does nothing until it is given to `Config::shared_with_node`"]
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent settings, no state machine"
)]
pub struct FastifySession {
    store: Arc<dyn KeyValueStore>,
    parts: Parts,
    saves_fresh: bool,
    proxy: Option<Proxy>,
    secure_as_request: bool,
    as_node: bool,
    ends_in_store: bool,
}

#[derive(Clone)]
struct Parts {
    signer: Arc<dyn Signer>,
    cookie_prefix: String,
    key_prefix: String,
    ttl: u64,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FastifySession")
            .field("signer", &self.signer)
            .field("cookie_prefix", &self.cookie_prefix)
            .field("key_prefix", &self.key_prefix)
            .field("ttl", &self.ttl)
            .finish()
    }
}

impl FastifySession {
    /// Keeps records in `store`, and vouches for cookies with `signer`: [`Secrets`], or one of your
    /// own.
    pub fn new(store: impl KeyValueStore, signer: impl Signer) -> Self {
        let parts = Parts {
            signer: Arc::new(signer),
            cookie_prefix: String::new(),
            key_prefix: "sess:".to_owned(),
            ttl: TTL,
        };
        Self {
            store: Arc::new(store),
            parts,
            saves_fresh: true,
            proxy: None,
            secure_as_request: false,
            as_node: false,
            ends_in_store: false,
        }
    }

    /// Sessions that are shared with express-session: the same, with the prefix `s:` in the cookie.
    /// Give the session its cookie's name, `connect.sid` unless told otherwise.
    ///
    /// That system does not write a session which is only read, but tells the store to keep it
    /// longer; so here too the store's time counts and not the date in the record, wherever the
    /// record says how long the session is to live.
    pub fn express(store: impl KeyValueStore, signer: impl Signer) -> Self {
        let mut session = Self::new(store, signer).cookie_prefix("s:");
        session.ends_in_store = true;
        session
    }

    /// What stands before the id in the cookie: `cookiePrefix` in Node, `s:` for express-session.
    /// Nothing unless told otherwise.
    pub fn cookie_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.parts.cookie_prefix = prefix.into();
        self
    }

    /// What stands before the id in the store's keys: `prefix` of connect-redis. `sess:` unless
    /// told otherwise.
    pub fn key_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.parts.key_prefix = prefix.into();
        self
    }

    /// How long the store keeps a session that has no end of its own, that is without
    /// [`Config::idle`](crate::Config::idle), in whole seconds: `ttl` of connect-redis. Default: a
    /// day.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.parts.ttl = milliseconds(ttl).div_ceil(1000);
        self
    }

    /// Whether a session that a handler has extracted is kept, and its cookie sent, though nobody
    /// wrote to it: `saveUninitialized` in Node. Default: yes, as there.
    ///
    /// Turn it off where visitors who are nobody yet should have no cookie.
    pub const fn save_uninitialized(mut self, saves: bool) -> Self {
        self.saves_fresh = saves;
        self
    }

    /// Believes `proxy` over what a request came. A session whose cookie is `Secure` is then
    /// neither saved nor sent in answer to one that came in the clear, as in Node. Default: the
    /// cookie is sent, and the browser decides.
    pub fn behind(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// The cookie is `Secure` if the request came over https, and else goes out without and with
    /// `SameSite=Lax`: `secure: "auto"` in Node. `proxy` says which it is.
    pub fn secure_auto(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self.secure_as_request = true;
        self
    }

    /// Behaves as Node also where this library is stricter: `SameSite` is not said unless
    /// configured; of several cookies of the name only the first counts; and
    /// [`touch`](crate::Session::touch) saves nothing if [rolling](crate::Config::rolling) is off.
    pub const fn as_node(mut self) -> Self {
        self.as_node = true;
        self
    }
}

impl From<FastifySession> for SharedRecords {
    fn from(session: FastifySession) -> Self {
        Self(Sharing {
            store: session.store,
            system: Arc::new(Records::of(session.parts)),
            saves_fresh: session.saves_fresh,
            proxy: session.proxy,
            secure_as_request: session.secure_as_request,
            as_node: session.as_node,
            rolling: Rolling::ALWAYS,
            max_age: None,
            holds_cookie: true,
            ends_in_store: session.ends_in_store,
        })
    }
}

/// The system, ready for requests.
struct Records {
    signer: ArcSwap<Current>,
    parts: Parts,
}

/// The signer as it is now.
struct Current(Arc<dyn Signer>);

impl Records {
    fn of(parts: Parts) -> Self {
        Self {
            signer: ArcSwap::from_pointee(Current(Arc::clone(&parts.signer))),
            parts,
        }
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(f)
    }
}

/// Node's own limit on all request headers together: it never sees a longer value.
const MAX_VALUE: usize = 16_384;

impl System for Records {
    fn format(&self) -> Format {
        Format::FastifySession
    }

    fn presented(&self, value: &[u8]) -> Result<Presented, Reason> {
        if value.len() > MAX_VALUE {
            return Err(Reason::Oversized);
        }
        let text = crate::format::fastify::codec::cookie_text(value);
        // A cookie of another prefix, or an empty one, is nobody's, as in Node.
        let signed = text.strip_prefix(&*self.parts.cookie_prefix);
        let signed = signed
            .filter(|signed| !signed.is_empty())
            .ok_or(Reason::Absent)?;
        let unsigned = self.signer.load().0.unsign(signed);
        let Unsigned { id, is_stale } = unsigned.ok_or(Reason::Tampered)?;
        // It was signed here, or with our secret; no store has a record of this name.
        if id.is_empty() {
            return Err(Reason::Malformed);
        }
        Ok(Presented { id, is_stale })
    }

    fn cookie_value(&self, id: &str) -> String {
        let text = format!("{}{}", self.parts.cookie_prefix, self.signed(id));
        escape::cookie_value(text)
    }

    fn signed(&self, id: &str) -> String {
        self.signer.load().0.sign(id)
    }

    fn key(&self, id: &str) -> String {
        format!("{}{id}", self.parts.key_prefix)
    }

    fn draw(&self, random: &Random) -> Result<String, SealError> {
        ids::draw(random)
    }

    fn lifetime(&self, cookie: &RecordCookie, now: u64) -> Option<Lifetime> {
        let seconds = match cookie.expires {
            None => self.parts.ttl,
            Some(end) => u64::try_from(end)
                .unwrap_or_default()
                .checked_sub(now)?
                .div_ceil(1000),
        };
        (seconds > 0).then(|| Lifetime::new(now, seconds))
    }

    fn problem(&self) -> Option<(&'static str, &'static str)> {
        let problem = "0 ends every session at once: leave it out, or give a second at least";
        (self.parts.ttl == 0).then_some(("ttl", problem))
    }

    fn swap_keys(&self, keys: &CookieKeys) -> Result<(), ConfigError> {
        let Kind::Signer(signer) = &keys.0 else {
            let problem = "this session is shared with @fastify/session: give it `Secrets`, or \
                           another signer";
            return Err(ConfigError::new("key", problem));
        };
        self.signer.store(Arc::new(Current(Arc::clone(signer))));
        Ok(())
    }
}
