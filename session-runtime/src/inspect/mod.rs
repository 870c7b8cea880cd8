//! For tools: what is in a cookie, why it is refused, and a cookie made of JSON, where the
//! session's type is not at hand.
//!
//! ```text
//! Subject ──keys──▶ Inspector ──open──▶ Inspected: fields, times, the key, the verdict
//!                             ◀──seal── { "fields": "as JSON" }
//! ```
//!
//! The cookie goes through the code that a handler's session goes through, from the cipher to the
//! time limits; only the struct at the end of it is missing.
//!
//! ```
//! use std::time::Duration;
//! use session_runtime::{Key, inspect::Subject};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let inspector = Subject::sealed("auth")
//!     .application("shop")
//!     .idle(Duration::from_secs(30 * 60))
//!     .with_keys(Key::generate()?)?;
//!
//! let value = inspector.seal(r#"{ "user_id": 7, "roles": ["user"] }"#)?;
//! let inspected = inspector.open(&value)?;
//! assert_eq!(inspected.refusal(), None);
//! assert_eq!(
//!     inspected.fields().collect::<Vec<_>>(),
//!     [("user_id", "7"), ("roles", r#"["user"]"#)],
//! );
//! # Ok(())
//! # }
//! ```
//!
//! # Security
//!
//! What an [`Inspected`] tells is what the cookie hides. Show it to nobody but the developer, and
//! write it to no log.

mod inspected;
mod inspector;
mod mint_error;
mod subject;

use std::fmt;

pub use inspected::Inspected;
pub use inspector::Inspector;
pub use mint_error::MintError;
pub use subject::Subject;

use crate::{Key, error::ConfigError, key::file};

/// Bytes beyond which a key in any notation cannot go: read no more of a file or a stream.
pub const MAX_KEY_FILE: u64 = file::MOST;

/// The key in `bytes`, in whichever notation a person left it: 32 raw bytes, or hex or base64 as
/// text, with white space around it or in UTF-16.
///
/// For tools that convert keys. A server reads its key with [`Key::from_file`] or
/// [`Key::from_env`], which do not guess. `place` is what the error calls the source.
///
/// # Errors
///
/// When there is no key; the message says what the bytes look like, and repeats none of them.
pub fn recognise_key(place: impl fmt::Display, bytes: &[u8]) -> Result<Key, ConfigError> {
    file::recognise(bytes).map_err(|problem| ConfigError::new(place, problem))
}
