//! Which requests of other sites carry a cookie.

/// `SameSite`: which requests that come from other sites carry the cookie (RFC 6265bis, 4.1.2.7).
///
/// `#[session(same_site = "strict")]` on a struct, and
/// [`Config::same_site`](crate::Config::same_site) over it. Default: [`Lax`](Self::Lax).
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{Config, ConfigError, Key, SameSite, SecureSession};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Admin {
///     user_id: Option<u64>,
/// }
///
/// pub fn admin(key: Key) -> Config<Admin> {
///     Config::new(key).same_site(SameSite::Strict)
/// }
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the standard has these")]
pub enum SameSite {
    /// None: neither their forms nor links that are followed from them.
    Strict,
    /// Links that are followed, and no other.
    Lax,
    /// All. Browsers take it only together with `Secure`.
    None,
}

impl SameSite {
    /// As the attribute has it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}
