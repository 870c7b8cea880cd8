//! What the attributes of a session struct say, as the derive hands it over.

use std::time::Duration;

use crate::cookie::{Priority, SameSite};

/// How a session's data becomes the value of its cookie.
///
/// Chosen by `#[session(format = "…")]`, and for a deployment by
/// [`Config::format`](crate::Config::format).
///
/// ```
/// # mod example {
/// use session_runtime::{Config, Format, Key, SecureSession};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     user_id: Option<u64>,
/// #     email: Option<String>,
/// # }
///
/// /// In one deployment the session is shared with Node, in another it is not.
/// pub fn auth(key: Key, is_shared: bool) -> Config<Auth> {
///     let config = Config::new(key).cookie_name("__Host-auth");
///     if is_shared { config.format(Format::Fastify) } else { config }
/// }
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// This library's own: versioned, bound to its session and cookie name, with an idle and an
    /// absolute limit. The default.
    Sealed,
    /// The format of @fastify/secure-session, byte for byte, for a cookie shared with Node.
    ///
    /// # What one side cannot hold
    ///
    /// The fields are JSON, of which JavaScript and Rust each hold a little that the other does
    /// not. With [`Config::as_node`](crate::Config::as_node) and without:
    ///
    /// - Half a surrogate pair, as in `"\ud800"`, is text to JavaScript alone. In a field of the
    ///   struct, or in the name of any field, it makes the session a fresh one
    ///   ([`Reason::Malformed`](crate::Reason::Malformed)), and the cookie stays as it is. In a
    ///   field that the struct does not know it is kept.
    /// - So it is with a field nested more than 126 levels deep. Nor is one written: that fails as
    ///   [`SealError::Unserializable`](crate::SealError::Unserializable).
    /// - An integer beyond ±2⁵³ is exact between programs in Rust, and in a field that the struct
    ///   does not know. Node rounds it when it reads, and the next session that Node writes has
    ///   the rounded one; if the field's type no longer holds that, the session is a fresh one
    ///   ([`Reason::SchemaMismatch`](crate::Reason::SchemaMismatch)). Keep such ids as text.
    /// - Nothing but an object is a session. Node answers 500 while a cookie holds anything else;
    ///   here the session is a fresh one, and nothing else is ever written.
    Fastify,
    /// The signed cookies of @hattip/session: the fields in the clear, with a signature and the
    /// end of their life. Chosen by its keys, `hattip::SigningKeys` (feature `hattip`).
    ///
    /// Numbers and texts are as in [`Fastify`](Self::Fastify).
    HattipSigned,
    /// The encrypted cookies of @hattip/session. Chosen by its keys, `hattip::EncryptionKeys`
    /// (feature `hattip`).
    HattipEncrypted,
    /// The cookies of @hattip/session that are neither signed nor encrypted: JSON that anybody can
    /// write. Chosen by `Config::insecure_unsigned` (feature `hattip`).
    InsecureUnsigned,
    /// The records of @fastify/session and express-session: a `cookie` object among the fields, in
    /// a store. Chosen by `Config::shared_with_node` with a `FastifySession` (feature
    /// `fastify-session`).
    FastifySession,
    /// The records of @hattip/session's Redis and KV stores: the fields, in a store. Chosen by
    /// `Config::shared_with_node` with a `HattipStore` (feature `hattip`).
    HattipRecord,
}

/// A limit as an attribute or a configuration gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "hidden: written by the derive alone"
)]
pub enum Limit {
    /// Ends after this many seconds.
    Seconds(u64),
    /// Ends after this time.
    After(Duration),
    /// Does not end.
    Never,
}

impl Limit {
    /// In milliseconds; `None` without end.
    pub(crate) fn milliseconds(self) -> Option<u64> {
        match self {
            Self::Seconds(seconds) => Some(seconds.saturating_mul(1000)),
            Self::After(duration) => Some(crate::expiry::milliseconds(duration)),
            Self::Never => None,
        }
    }
}

impl From<Option<Duration>> for Limit {
    fn from(limit: Option<Duration>) -> Self {
        limit.map_or(Self::Never, Self::After)
    }
}

/// The attributes of a session struct. `None`: not given, so that the format's default holds.
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    pub(crate) name: &'static str,
    pub(crate) cookie_name: &'static str,
    pub(crate) format: Format,
    pub(crate) idle: Option<Limit>,
    pub(crate) absolute: Option<Limit>,
    pub(crate) path: Option<&'static str>,
    pub(crate) domain: Option<&'static str>,
    pub(crate) same_site: Option<SameSite>,
    pub(crate) secure: Option<bool>,
    pub(crate) http_only: Option<bool>,
    pub(crate) partitioned: Option<bool>,
    pub(crate) priority: Option<Priority>,
    pub(crate) max_age: Option<u64>,
    pub(crate) expires: Option<u64>,
    pub(crate) version: u32,
    pub(crate) preserve_unknown: Option<bool>,
}

macro_rules! setters {
    ($($name:ident: $value:ty),* $(,)?) => {
        $(#[must_use] pub const fn $name(mut self, value: $value) -> Self {
            self.$name = Some(value);
            self
        })*
    };
}

#[expect(missing_docs, reason = "hidden: written by the derive alone")]
impl Declaration {
    pub const fn new(name: &'static str, cookie_name: &'static str, format: Format) -> Self {
        Self {
            name,
            cookie_name,
            format,
            idle: None,
            absolute: None,
            path: None,
            domain: None,
            same_site: None,
            secure: None,
            http_only: None,
            partitioned: None,
            priority: None,
            max_age: None,
            expires: None,
            version: 1,
            preserve_unknown: None,
        }
    }

    setters! {
        idle: Limit,
        absolute: Limit,
        path: &'static str,
        domain: &'static str,
        same_site: SameSite,
        secure: bool,
        http_only: bool,
        partitioned: bool,
        priority: Priority,
        max_age: u64,
        expires: u64,
        preserve_unknown: bool,
    }

    #[must_use]
    pub const fn version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub const fn cookie_name(&self) -> &'static str {
        self.cookie_name
    }
}
