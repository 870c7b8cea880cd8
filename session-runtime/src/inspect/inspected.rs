//! What one cookie held.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{
    Deviation, Format, Reason,
    expiry::Expiry,
    payload::{Envelope, Unknown},
};

/// A cookie that one of the keys vouches for.
///
/// What it holds is authentic, and still may give no session: see [`refusal`](Self::refusal).
pub struct Inspected {
    pub(super) format: Format,
    pub(super) key: usize,
    pub(super) size: usize,
    pub(super) envelope: Envelope,
    pub(super) fields: Option<Unknown>,
    pub(super) refusal: Option<Reason>,
    pub(super) deviation: Option<Deviation>,
    pub(super) expiry: Expiry,
    pub(super) now: u64,
}

impl Inspected {
    /// Why a handler would get a fresh session instead. `None`: it would get this one.
    pub const fn refusal(&self) -> Option<Reason> {
        self.refusal
    }

    /// Fastify format: the deviation from Node without which the cookie would not be refused.
    pub const fn deviation(&self) -> Option<Deviation> {
        self.deviation
    }

    /// The format it is in.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The place in the keyring of the key that opened it; 0 is the current one.
    pub const fn key(&self) -> usize {
        self.key
    }

    /// Bytes of the cookie's name and value; browsers keep 4096.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Whether what was sealed is a session's payload at all. If not, nothing else is known of it.
    pub const fn is_payload(&self) -> bool {
        self.fields.is_some()
    }

    /// Whether it carries a session id, as the sealed format does.
    pub const fn has_id(&self) -> bool {
        self.envelope.id.is_some()
    }

    /// The version of its fields. `None` in the fastify format, which carries none.
    pub const fn version(&self) -> Option<u32> {
        self.envelope.version
    }

    /// When the session began. `None` in the fastify format, which does not carry it.
    pub fn created(&self) -> Option<SystemTime> {
        self.envelope.created.and_then(time)
    }

    /// When its principal proved last who he is, where that is another time than
    /// [`created`](Self::created).
    pub fn authenticated_at(&self) -> Option<SystemTime> {
        let at = self.envelope.authenticated;
        at.filter(|at| *at != Envelope::LONG_AGO).and_then(time)
    }

    /// How long the browser is asked to keep its cookies, where a handler has said so with
    /// [`CookieOptions::max_age`](crate::CookieOptions::max_age); nothing at all: until it is closed.
    pub fn cookie_lifetime(&self) -> Option<Duration> {
        let seconds = self.envelope.lifetime?;
        Some(Duration::from_secs(seconds.into()))
    }

    /// When it was last sealed because somebody used it; in the fastify format, last written.
    pub fn touched(&self) -> Option<SystemTime> {
        self.envelope.touched.and_then(time)
    }

    /// When it was opened.
    pub fn now(&self) -> SystemTime {
        time(self.now).unwrap_or(UNIX_EPOCH)
    }

    /// When it ends if it is not used again. `None` without an idle limit.
    pub fn idle_end(&self) -> Option<SystemTime> {
        self.expiry.end(None, self.envelope.touched).and_then(time)
    }

    /// When it ends, used or not. `None` without an absolute limit.
    pub fn absolute_end(&self) -> Option<SystemTime> {
        self.expiry.end(self.envelope.created, None).and_then(time)
    }

    /// The names of its fields, and their JSON as it stands in the cookie, in its order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().flat_map(Unknown::iter)
    }
}

fn time(unix_ms: u64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_millis(unix_ms))
}

// The fields are what the cookie hides.
impl fmt::Debug for Inspected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspected")
            .field("format", &self.format)
            .field("refusal", &self.refusal)
            .finish_non_exhaustive()
    }
}
