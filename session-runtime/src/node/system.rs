//! What the systems whose records are shared have in common, and where they differ.

use std::fmt;

use super::cookie::RecordCookie;
use crate::{
    CookieKeys, Format,
    error::{ConfigError, SealError},
    random::Random,
    reason::Reason,
    store::Lifetime,
};

/// How one system names, keeps and presents its sessions.
pub(crate) trait System: fmt::Debug + Send + Sync {
    fn format(&self) -> Format;

    /// The session that the value of a cookie names. Never panics, whatever it holds.
    fn presented(&self, value: &[u8]) -> Result<Presented, Reason>;

    /// The value of the cookie that names `id`, as it goes into Set-Cookie.
    fn cookie_value(&self, id: &str) -> String;

    /// `id` with what vouches for it.
    fn signed(&self, id: &str) -> String;

    /// The key of the record in the store.
    fn key(&self, id: &str) -> String;

    /// An id of at least 128 random bits.
    fn draw(&self, random: &Random) -> Result<String, SealError>;

    /// How long the store keeps a record that is written at `now`. `None`: its time has passed.
    fn lifetime(&self, cookie: &RecordCookie, now: u64) -> Option<Lifetime>;

    /// A setting that cannot work, and what to do.
    fn problem(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// From now on, `keys` vouch for cookies.
    fn swap_keys(&self, keys: &CookieKeys) -> Result<(), ConfigError>;
}

/// What a cookie names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Presented {
    pub(crate) id: String,
    /// Another than the current secret vouches for it: send it anew.
    pub(crate) is_stale: bool,
}
