//! The cookie around a session's value: its name, its attributes, its headers.

mod attributes;
pub(crate) mod header;
mod lifetime;
mod options;
mod prefix;
mod same_site;
mod set_cookie;

pub(crate) use attributes::{Attributes, Overrides, unprefixed};
pub use attributes::{MAX_LIFETIME, Priority};
pub(crate) use lifetime::KeptLifetime;
pub use options::CookieOptions;
pub(crate) use options::unix_milliseconds;
pub use prefix::{AllowsDomain, AllowsInsecure, CookiePrefix, HostPrefix, NoPrefix, SecurePrefix};
pub(crate) use prefix::{name_problem, prefix_of};
pub use same_site::SameSite;
pub(crate) use set_cookie::SetCookie;

/// Bytes of name and value that browsers keep (RFC 6265bis, section 5.6).
pub(crate) const MAX_COOKIE: usize = 4096;
