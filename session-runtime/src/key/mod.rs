//! One secret of 32 bytes, and the ways it comes into a program.
//!
//! ```text
//! file (raw) · environment · hex · base64 · passphrase ──▶ 32 bytes, checked ──▶ Key
//! ```

pub(crate) mod file;
#[cfg(feature = "passphrase")]
mod passphrase;
mod text;

use std::{env, fmt, path::Path};

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{error::ConfigError, random::Random};

/// Bytes of a key.
const LEN: usize = 32;

/// The 32 bytes that session cookies are sealed with.
///
/// Make one key for each deployment, with [`Key::generate`] or with any generator of 32 random
/// bytes, keep it where secrets are kept, and read it at start-up with [`Key::from_env`] or
/// [`Key::from_file`]. A key that has to be replaced goes into a [`Keyring`](crate::Keyring).
///
/// ```
/// use session_runtime::{ConfigError, Key};
///
/// let hex = "0f03d154fe9ace52ab3085fa83eba3a0245efeb1709664ee7da35b1a026d2769";
/// let base64 = "DwPRVP6azlKrMIX6g+ujoCRe/rFwlmTufaNbGgJtJ2k=";
/// assert_eq!(Key::from_hex(hex)?, Key::from_base64(base64)?);
///
/// // What is not a key is told what it looks like, and never shown.
/// let error = Key::from_base64(hex).unwrap_err();
/// assert_eq!(error.to_string(), "Key::from_base64: this is hex; use `Key::from_hex`");
/// assert_eq!(format!("{:?}", Key::from_hex(hex)?), "Key(REDACTED)");
/// # Ok::<(), ConfigError>(())
/// ```
///
/// # Security
///
/// Who has the key can read and forge every session. Its bytes are overwritten when it is dropped,
/// do not appear in `Debug`, and are compared in constant time. Only [`Key::expose_bytes`] gives
/// them away; search for that name in a review. Every constructor that can fail refuses 32 equal
/// bytes, an unset buffer for instance; for [`Key::from_bytes`], which cannot, the keyring is
/// refused at start-up.
#[derive(Clone)]
pub struct Key {
    // In a box, because moving an array leaves its bytes behind on the stack.
    bytes: Box<Zeroizing<[u8; LEN]>>,
}

impl Key {
    /// A new key, drawn from the operating system.
    ///
    /// For key tools and tests. A server that makes its own key at start-up logs everybody out at
    /// each restart, and cannot share sessions with a second server.
    ///
    /// # Errors
    ///
    /// When the operating system gives no random bytes.
    pub fn generate() -> Result<Self, ConfigError> {
        let mut key = Self::zeroed();
        Random::default()
            .fill(key.bytes.as_mut_slice())
            .map_err(|error| ConfigError::new("Key::generate", error))?;
        Ok(key)
    }

    /// A key of exactly these bytes, for bytes that come from a vault or a key service.
    ///
    /// # Security
    ///
    /// The array is copied; overwriting the original is up to the caller.
    pub fn from_bytes(bytes: [u8; LEN]) -> Self {
        let bytes = Zeroizing::new(bytes);
        let mut key = Self::zeroed();
        key.bytes.copy_from_slice(bytes.as_slice());
        key
    }

    /// A key of these bytes, for a slice whose length is only known at run time.
    ///
    /// # Errors
    ///
    /// When there are not exactly 32 bytes, or all of them are equal.
    pub fn try_from_slice(bytes: &[u8]) -> Result<Self, ConfigError> {
        Self::checked(bytes).map_err(|problem| ConfigError::new("Key::try_from_slice", problem))
    }

    /// The key in a file of 32 raw bytes, as the key generator of @fastify/secure-session and
    /// `openssl rand 32` write it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds anything else. The message says what the file looks
    /// like: hex or base64 text, a line break behind the key, a key that a shell re-encoded on its
    /// way into the file.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        file::read(path).map_err(|problem| {
            ConfigError::new(format_args!("key file `{}`", path.display()), problem)
        })
    }

    /// The key written as 64 hexadecimal digits, of either case; white space around them is
    /// ignored.
    ///
    /// # Errors
    ///
    /// When it is anything else; base64 is recognised and the right constructor named.
    pub fn from_hex(text: &str) -> Result<Self, ConfigError> {
        text::hex(text).map_err(|problem| ConfigError::new("Key::from_hex", problem))
    }

    /// The key written in base64, in the standard or the URL-safe alphabet, padded or not; white
    /// space around it is ignored.
    ///
    /// # Errors
    ///
    /// When it is anything else; hex is recognised and the right constructor named.
    pub fn from_base64(text: &str) -> Result<Self, ConfigError> {
        text::base64(text).map_err(|problem| ConfigError::new("Key::from_base64", problem))
    }

    /// The key in an environment variable, as hex or base64: 64 characters are hex, anything else
    /// is base64.
    ///
    /// ```no_run
    /// # use session_runtime::{ConfigError, Key};
    /// let key = Key::from_env("SESSION_KEY")?;
    /// # Ok::<(), ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the variable is not set or holds no key. The message names the variable.
    pub fn from_env(variable: &str) -> Result<Self, ConfigError> {
        let key = match env::var(variable).map(Zeroizing::new) {
            Ok(value) => text::hex_or_base64(&value),
            Err(env::VarError::NotPresent) => Err("is not set".to_owned()),
            Err(env::VarError::NotUnicode(_)) => Err("holds bytes that are no text".to_owned()),
        };
        key.map_err(|problem| {
            ConfigError::new(
                format_args!("environment variable `{variable}`"),
                format_args!("{problem}; `openssl rand -hex 32` makes a key"),
            )
        })
    }

    /// The 32 bytes.
    ///
    /// # Security
    ///
    /// The only way to the secret: for writing a key file, or handing the key to another library.
    pub fn expose_bytes(&self) -> &[u8; LEN] {
        &self.bytes
    }

    /// Whether all bytes are equal: a buffer that nobody filled, or a placeholder.
    pub(crate) fn is_weak(&self) -> bool {
        let [first, rest @ ..] = self.expose_bytes();
        rest.iter().all(|byte| byte == first)
    }

    fn zeroed() -> Self {
        Self {
            bytes: Box::new(Zeroizing::new([0; LEN])),
        }
    }

    /// A key of these bytes, or what is wrong with them.
    fn checked(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() != LEN {
            return Err(format!("{} bytes where a key has 32", bytes.len()));
        }
        let mut key = Self::zeroed();
        key.bytes.copy_from_slice(bytes);
        if key.is_weak() {
            return Err("all 32 bytes are equal; take a key from `Key::generate`".to_owned());
        }
        Ok(key)
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.expose_bytes().ct_eq(other.expose_bytes()).into()
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(REDACTED)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d33_a_slice_of_any_length_but_32_is_refused() {
        let bytes: Vec<u8> = (0..=64).collect();
        for len in (0..=bytes.len()).filter(|len| *len != LEN) {
            let error = Key::try_from_slice(&bytes[..len]).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("Key::try_from_slice: {len} bytes where a key has 32")
            );
        }
    }

    #[test]
    fn d33_equal_bytes_are_refused_whatever_the_byte() {
        for byte in 0..=u8::MAX {
            let bytes = [byte; LEN];
            assert!(Key::try_from_slice(&bytes).is_err(), "{byte}");
            assert!(
                Key::from_hex(&base16ct::lower::encode_string(&bytes)).is_err(),
                "{byte}"
            );
            assert!(Key::from_bytes(bytes).is_weak(), "{byte}");
        }
        let mut almost = [0; LEN];
        almost[31] = 1;
        assert!(Key::try_from_slice(&almost).is_ok());
    }

    #[test]
    fn generated_keys_differ() {
        assert_ne!(Key::generate().unwrap(), Key::generate().unwrap());
    }

    #[test]
    fn d35_keys_that_differ_in_any_bit_are_not_equal() {
        let bytes = *b"0123456789abcdefghijklmnopqrstuv";
        let key = Key::from_bytes(bytes);
        assert_eq!(key, key.clone());
        for bit in 0..LEN * 8 {
            let mut other = bytes;
            other[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(key, Key::from_bytes(other), "bit {bit}");
        }
    }

    #[test]
    fn d32_a_key_is_not_shown() {
        assert_eq!(format!("{:?}", Key::generate().unwrap()), "Key(REDACTED)");
    }

    #[test]
    fn a_missing_variable_is_named() {
        let error = Key::from_env("SESSION_KEY_THAT_NOBODY_SET")
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "environment variable `SESSION_KEY_THAT_NOBODY_SET`: is not set; `openssl rand -hex 32` \
             makes a key"
        );
    }

    #[test]
    fn a_variable_that_holds_no_key_is_named_and_not_quoted() {
        let value = env::var("PATH").expect("set wherever tests run");
        let error = Key::from_env("PATH").unwrap_err().to_string();
        assert!(
            error.starts_with("environment variable `PATH`: "),
            "{error}"
        );
        assert!(!error.contains(&value), "{error}");
    }
}
