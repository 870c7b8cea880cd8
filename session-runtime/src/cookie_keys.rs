//! What seals and opens the cookies of a session, in whatever format.

use std::fmt;
#[cfg(feature = "fastify-session")]
use std::sync::Arc;

#[cfg(feature = "hattip")]
use crate::format::hattip::{EncryptionKeys, HattipKeys, SigningKeys};
#[cfg(feature = "fastify-session")]
use crate::node::fastify::{Secrets, Signer};
use crate::{declaration::Format, key::Key, keyring::Keyring};

/// The keys of a session's cookies: a [`Key`], a [`Keyring`], or those of another system's format
/// (`session_runtime::hattip`), which they choose.
///
/// [`Config::new`](crate::Config::new) and [`Sessions::swap_keyring`](crate::Sessions::swap_keyring)
/// make one of whatever they are given.
///
/// Write it where a function of yours takes keys of any kind; else its parts are enough.
///
/// ```
/// # mod example {
/// use session_runtime::{Config, CookieKeys, SecureSession};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     user_id: Option<u64>,
/// #     email: Option<String>,
/// # }
///
/// pub fn auth(keys: impl Into<CookieKeys>) -> Config<Auth> {
///     Config::new(keys)
/// }
/// # pub fn main() -> Result<(), session_runtime::ConfigError> {
/// # use session_runtime::{Key, Keyring};
/// # let _ = (auth(Key::generate()?), auth(Keyring::new(Key::generate()?).also_open(Key::generate()?)));
/// # Ok(())
/// # }
/// # }
/// # example::main().unwrap();
/// ```
#[derive(Clone)]
pub struct CookieKeys(pub(crate) Kind);

#[derive(Clone)]
pub(crate) enum Kind {
    /// Of this library's format, or of fastify's.
    Keyring(Keyring),
    #[cfg(feature = "hattip")]
    Hattip(HattipKeys),
    /// There are none.
    #[cfg(feature = "hattip")]
    Unsigned,
    /// Of sessions in a store: they sign ids.
    #[cfg(feature = "fastify-session")]
    Signer(Arc<dyn Signer>),
}

impl CookieKeys {
    /// A signer of your own, for a session that is shared with @fastify/session.
    #[cfg(feature = "fastify-session")]
    pub fn signer(signer: impl Signer) -> Self {
        Self(Kind::Signer(Arc::new(signer)))
    }

    /// The format that these keys are of; `None`: the session's attributes choose.
    pub(crate) const fn format(&self) -> Option<Format> {
        match &self.0 {
            Kind::Keyring(_) => None,
            #[cfg(feature = "hattip")]
            Kind::Hattip(keys) => Some(keys.format()),
            #[cfg(feature = "hattip")]
            Kind::Unsigned => Some(Format::InsecureUnsigned),
            #[cfg(feature = "fastify-session")]
            Kind::Signer(_) => Some(Format::FastifySession),
        }
    }

    /// Whether there are so many keys that a warning in the log is due.
    #[cfg(feature = "tracing")]
    pub(crate) fn is_long(&self) -> bool {
        match &self.0 {
            Kind::Keyring(keyring) => keyring.is_long(),
            #[cfg(feature = "hattip")]
            Kind::Hattip(keys) => keys.count() > crate::keyring::LONG,
            #[cfg(feature = "hattip")]
            Kind::Unsigned => false,
            #[cfg(feature = "fastify-session")]
            Kind::Signer(_) => false,
        }
    }

    /// Whether a key opens what both seal.
    pub(crate) fn shares_key(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kind::Keyring(one), Kind::Keyring(other)) => one
                .keys()
                .any(|key| other.keys().any(|theirs| key == theirs)),
            #[cfg(feature = "hattip")]
            (Kind::Hattip(one), Kind::Hattip(other)) => one.shares_key(other),
            #[cfg(any(feature = "hattip", feature = "fastify-session"))]
            _ => false,
        }
    }
}

/// What [`Config::new`](crate::Config::new) and
/// [`Sessions::swap_keyring`](crate::Sessions::swap_keyring) take: whatever becomes [`CookieKeys`].
///
/// There is nothing to implement: `Into<CookieKeys>` is enough. It is a trait of its own for what the
/// compiler says of a text, or of a key that may be missing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no key",
    label = "expected a `Key` or a `Keyring`",
    note = "keys come from `Config::from_env(\"SESSION_KEY\")?`, `Key::from_file(…)?` or, for this run alone, `Key::generate()?`; a text is none",
    note = "a `Result` is to be asked first, with `?`"
)]
pub trait IntoCookieKeys {
    /// The keys.
    fn into_cookie_keys(self) -> CookieKeys;
}

#[diagnostic::do_not_recommend]
impl<K: Into<CookieKeys>> IntoCookieKeys for K {
    fn into_cookie_keys(self) -> CookieKeys {
        self.into()
    }
}

impl From<Key> for CookieKeys {
    fn from(key: Key) -> Self {
        Keyring::new(key).into()
    }
}

impl From<Keyring> for CookieKeys {
    fn from(keyring: Keyring) -> Self {
        Self(Kind::Keyring(keyring))
    }
}

#[cfg(feature = "hattip")]
impl From<SigningKeys> for CookieKeys {
    fn from(keys: SigningKeys) -> Self {
        Self(Kind::Hattip(HattipKeys::Signing(keys)))
    }
}

#[cfg(feature = "hattip")]
impl From<EncryptionKeys> for CookieKeys {
    fn from(keys: EncryptionKeys) -> Self {
        Self(Kind::Hattip(HattipKeys::Encryption(keys)))
    }
}

#[cfg(feature = "fastify-session")]
impl From<Secrets> for CookieKeys {
    fn from(secrets: Secrets) -> Self {
        Self::signer(secrets)
    }
}

impl fmt::Debug for CookieKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Keyring(keyring) => keyring.fmt(f),
            #[cfg(feature = "hattip")]
            Kind::Hattip(HattipKeys::Signing(keys)) => keys.fmt(f),
            #[cfg(feature = "hattip")]
            Kind::Hattip(HattipKeys::Encryption(keys)) => keys.fmt(f),
            #[cfg(feature = "hattip")]
            Kind::Unsigned => f.write_str("CookieKeys(none)"),
            #[cfg(feature = "fastify-session")]
            Kind::Signer(signer) => signer.fmt(f),
        }
    }
}
