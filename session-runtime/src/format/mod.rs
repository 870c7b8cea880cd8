//! Cookie formats: the value of a cookie ↔ the plaintext of a session, one file a format.
//!
//! ```text
//! Cookie: name=value ──▶ CookieFormat::open ──▶ plaintext, key is stale? ──▶ payload
//!                            │ Reason: a fresh session
//!
//! payload ──▶ plaintext ──▶ CookieFormat::seal ──▶ Set-Cookie: name=value
//! ```
//!
//! A format knows nothing of fields or attributes, and of time only what it carries outside the
//! payload. It promises that the plaintext it opens is one that a holder of a key sealed for this
//! purpose, and looks at nothing inside it. The one without keys promises nothing.

pub(crate) mod deviation;
pub(crate) mod fastify;
#[cfg(feature = "hattip")]
pub(crate) mod hattip;
pub(crate) mod sealed;

use self::{
    deviation::FastifyPolicy,
    fastify::{Fastify, Signing},
    sealed::{Purpose, Sealed},
};
use crate::{
    cookie_keys::{CookieKeys, Kind},
    declaration::Format,
    error::{ConfigError, SealError},
    random::Random,
    reason::Reason,
};

/// The format made ready with its keys. `purpose` is for the sealed format; `policy` and `signing`
/// are for the fastify format.
pub(crate) fn codec(
    format: Format,
    keys: &CookieKeys,
    purpose: &Purpose<'_>,
    policy: FastifyPolicy,
    signing: Signing,
) -> Result<Box<dyn CookieFormat>, ConfigError> {
    Ok(match (format, &keys.0) {
        (Format::Sealed, Kind::Keyring(keyring)) => Box::new(Sealed::new(keyring, purpose)?),
        (Format::Fastify, Kind::Keyring(keyring)) => {
            Box::new(Fastify::new(keyring, policy, signing)?)
        }
        #[cfg(feature = "hattip")]
        (_, Kind::Hattip(keys)) if keys.format() == format => Box::new(keys.clone()),
        #[cfg(feature = "hattip")]
        (Format::InsecureUnsigned, Kind::Unsigned) => Box::new(hattip::Unsigned),
        #[cfg(feature = "fastify-session")]
        (_, Kind::Signer(_)) => {
            return Err(ConfigError::new(
                "key",
                "these sign the ids of sessions in a store: give them to `FastifySession::new`, and \
                 that to `Config::shared_with_node`",
            ));
        }
        _ => {
            return Err(ConfigError::new(
                "key",
                format_args!("these keys are not for the format {format:?}: leave `format` out"),
            ));
        }
    })
}

/// How the value of a cookie is made and read. Built once for each session type and keyring.
pub(crate) trait CookieFormat: Send + Sync {
    /// `value`: as it stands in the Cookie header. Never panics, whatever it holds.
    fn open(&self, value: &[u8]) -> Result<Opened, Reason>;

    /// Appends the value as it goes into Set-Cookie, percent-encoding included: UTF-8.
    /// `expires`, in Unix milliseconds, is for a format that carries it.
    fn seal_onto(
        &self,
        value: &mut Vec<u8>,
        plaintext: &[u8],
        expires: u64,
        random: &Random,
    ) -> Result<(), SealError>;

    /// The value by itself.
    fn seal(&self, plaintext: &[u8], expires: u64, random: &Random) -> Result<String, SealError> {
        let mut value = Vec::with_capacity(self.sealed_len(plaintext.len()));
        self.seal_onto(&mut value, plaintext, expires, random)?;
        String::from_utf8(value).map_err(|_| SealError::Unserializable)
    }

    /// Bytes that the value of a plaintext of this length takes, to warn before the limit is met.
    ///
    /// Exact where the value has no characters that are escaped. Elsewhere it is what
    /// percent-encoding makes of it on average; a commit measures the value itself.
    fn sealed_len(&self, plaintext_len: usize) -> usize;

    /// The value of a cookie that removes the session's.
    fn removal_value(&self) -> String;
}

/// An authentic plaintext.
// No `Debug`: it holds what the cookie hides.
pub(crate) struct Opened {
    /// What was opened, with the plaintext at its end: nothing is moved to stand by itself.
    pub(crate) bytes: Vec<u8>,
    /// Where the plaintext begins.
    pub(crate) start: usize,
    /// The place in the keyring of the key that opened it.
    pub(crate) key: usize,
    /// Another than the current key opened it: seal it again.
    pub(crate) stale_key: bool,
    /// The first millisecond at which it lives no more, in a format that carries it.
    pub(crate) expires: Option<u64>,
}

impl Opened {
    pub(crate) fn plaintext(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }
}
