//! The keys of @hattip/session's cookies: of any length to sign, of AES's lengths to encrypt.

use std::{fmt, iter};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::decode_base64;
use crate::{error::ConfigError, random::Random};

/// Bytes of a key that is generated to sign: a block of SHA-256.
const SIGNING: usize = 64;
/// Bytes of a key that is generated to encrypt: AES-256.
const ENCRYPTION: usize = 32;

type Secret = Zeroizing<Vec<u8>>;

/// One key that seals, and those that may still open.
#[derive(Clone)]
struct Secrets {
    current: Secret,
    also_open: Vec<Secret>,
}

impl Secrets {
    fn all(&self) -> impl Iterator<Item = &[u8]> {
        iter::once(&self.current)
            .chain(&self.also_open)
            .map(|secret| secret.as_slice())
    }

    fn share(&self, other: &Self) -> bool {
        self.all()
            .any(|one| other.all().any(|other| one.ct_eq(other).into()))
    }

    /// The first seals. `why` says what is wrong with a key, if it is.
    fn of(
        place: &str,
        secrets: impl IntoIterator<Item = Option<Secret>>,
        why: impl Fn(&[u8]) -> Option<&'static str>,
    ) -> Result<Self, ConfigError> {
        let mut valid = Vec::new();
        let mut problems = Vec::new();
        for (number, secret) in secrets.into_iter().enumerate() {
            let key = format_args!("{place}: key {}", number + 1).to_string();
            match secret {
                None => problems.push(ConfigError::new(key, "is no base64")),
                Some(secret) => match why(&secret) {
                    Some(why) => problems.push(ConfigError::new(key, why)),
                    None => valid.push(secret),
                },
            }
        }
        ConfigError::check(problems)?;
        let mut valid = valid.into_iter();
        let current = valid
            .next()
            .ok_or_else(|| ConfigError::new(place, "there is no key: give one at least"))?;
        Ok(Self {
            current,
            also_open: valid.collect(),
        })
    }

    fn generate(place: &str, length: usize) -> Result<Self, ConfigError> {
        let mut current = Zeroizing::new(vec![0; length]);
        let filled = Random::default().fill(&mut current);
        filled.map_err(|error| ConfigError::new(place, error))?;
        Ok(Self {
            current,
            also_open: Vec::new(),
        })
    }
}

fn empty(secret: &[u8]) -> Option<&'static str> {
    secret.is_empty().then_some("is empty")
}

fn of_no_cipher(secret: &[u8]) -> Option<&'static str> {
    (![16, 24, 32].contains(&secret.len()))
        .then_some("has another length than AES's 16, 24 or 32 bytes")
}

fn base64(text: &str) -> Option<Secret> {
    decode_base64(text).map(Zeroizing::new)
}

/// What keys of both kinds have.
macro_rules! keys {
    ($Keys:ident, $length:ident, $problem:ident) => {
        impl $Keys {
            /// Keys in base64 or base64url, padded or not: what `exportKey` gives.
            ///
            /// # Errors
            ///
            /// If there is none, or one is no base64 or cannot be a key.
            pub fn from_base64<S: AsRef<str>>(
                keys: impl IntoIterator<Item = S>,
            ) -> Result<Self, ConfigError> {
                let place = concat!(stringify!($Keys), "::from_base64");
                let keys = keys.into_iter().map(|key| base64(key.as_ref()));
                Secrets::of(place, keys, $problem).map(Self)
            }

            /// A new key, drawn from the operating system: 64 bytes to sign, AES-256 to encrypt.
            ///
            /// # Errors
            ///
            /// When the operating system gives no random bytes.
            pub fn generate() -> Result<Self, ConfigError> {
                let place = concat!(stringify!($Keys), "::generate");
                Secrets::generate(place, $length).map(Self)
            }

            /// Lets the keys of `older` open too.
            #[must_use = "the keys are returned, not changed in place"]
            pub fn also_open(mut self, older: Self) -> Self {
                self.0.also_open.push(older.0.current);
                self.0.also_open.extend(older.0.also_open);
                self
            }

            /// The key that seals, in base64url without padding, as `exportKey` writes it.
            ///
            /// # Security
            ///
            /// The only way to the secret: for writing it where secrets are kept. The text is not
            /// overwritten when it is dropped.
            pub fn expose_base64(&self) -> String {
                URL_SAFE_NO_PAD.encode(&self.0.current)
            }

            pub(super) fn current(&self) -> &[u8] {
                &self.0.current
            }

            pub(super) fn secrets(&self) -> impl Iterator<Item = &[u8]> {
                self.0.all()
            }

            pub(super) fn shares_key(&self, other: &Self) -> bool {
                self.0.share(&other.0)
            }
        }

        impl fmt::Debug for $Keys {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let count = self.0.all().count();
                write!(f, "{}({count} keys, REDACTED)", stringify!($Keys))
            }
        }
    };
}

keys!(SigningKeys, SIGNING, empty);
keys!(EncryptionKeys, ENCRYPTION, of_no_cipher);

/// The keys of signed cookies of @hattip/session: the first signs, all of them verify.
///
/// A session in such a cookie can be read by the browser it is in, and by everybody who sees the
/// cookie. It cannot be changed without a key. Take [`EncryptionKeys`], or this library's own
/// format, unless a service with @hattip/session shares the cookie.
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{Config, ConfigError, SecureSession, hattip::SigningKeys};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// #[session(cookie_name = "session")]
/// pub struct Visitor {
///     name: Option<String>,
/// }
///
/// # pub fn main() -> Result<(), ConfigError> {
/// // The newest first, as in `new SignedCookieStore(keys)`.
/// let keys = SigningKeys::from_secrets([
///     "the newest secret, of thirty-two bytes or more",
///     "the one before, which still verifies",
/// ])?;
/// let config = Config::<Visitor>::new(keys);
/// # let _ = config;
/// # Ok(())
/// # }
/// # }
/// # example::main().unwrap();
/// ```
///
/// # Security
///
/// A secret that people made up can be guessed offline by whoever has one cookie: take 32 random
/// bytes. The bytes are overwritten when the keys are dropped, and do not appear in `Debug`.
#[derive(Clone)]
pub struct SigningKeys(Secrets);

impl SigningKeys {
    /// The keys that @hattip/session makes of secrets: the bytes of each text.
    ///
    /// # Errors
    ///
    /// If there is none, or one is empty.
    pub fn from_secrets<S: AsRef<str>>(
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, ConfigError> {
        let secrets = secrets
            .into_iter()
            .map(|secret| Some(Zeroizing::new(secret.as_ref().as_bytes().to_vec())));
        Secrets::of("SigningKeys::from_secrets", secrets, empty).map(Self)
    }
}

/// The keys of encrypted cookies of @hattip/session: the first encrypts, all of them decrypt.
///
/// ```
/// use session_runtime::{ConfigError, hattip::EncryptionKeys};
///
/// let key = EncryptionKeys::generate()?;
/// let kept = key.expose_base64();
/// let keys = EncryptionKeys::generate()?.also_open(EncryptionKeys::from_base64([kept])?);
/// assert_eq!(format!("{keys:?}"), "EncryptionKeys(2 keys, REDACTED)");
/// # Ok::<(), ConfigError>(())
/// ```
///
/// # Security
///
/// AES-GCM with a random IV of 128 bits for each cookie. The bytes are overwritten when the keys
/// are dropped, and do not appear in `Debug`.
#[derive(Clone)]
pub struct EncryptionKeys(Secrets);
