//! The attributes of a session's cookie, over those that its struct declares.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use super::Config;
use crate::{Priority, SameSite, SecureSession, cookie::unix_milliseconds};

impl<T: SecureSession> Config<T> {
    /// The cookie's `Path`.
    pub fn path(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.draft.overrides.path = Some(path.into());
        self
    }

    /// The cookie's `Domain`.
    pub fn domain(mut self, domain: impl Into<Cow<'static, str>>) -> Self {
        self.draft.overrides.domain = Some(domain.into());
        self
    }

    /// The cookie's `SameSite`. Default: `Lax`.
    pub const fn same_site(mut self, same_site: SameSite) -> Self {
        self.draft.overrides.same_site = Some(same_site);
        self
    }

    /// Whether the cookie is `Secure`. Default: yes. For development over plain http see
    /// [`insecure_over_http`](Self::insecure_over_http).
    pub const fn secure(mut self, secure: bool) -> Self {
        self.draft.overrides.secure = Some(secure);
        self
    }

    /// Whether the cookie is `HttpOnly`. Default: yes.
    pub const fn http_only(mut self, http_only: bool) -> Self {
        self.draft.overrides.http_only = Some(http_only);
        self
    }

    /// Whether the cookie is `Partitioned` (CHIPS). Default: no.
    pub const fn partitioned(mut self, partitioned: bool) -> Self {
        self.draft.overrides.partitioned = Some(partitioned);
        self
    }

    /// The cookie's `Priority`. Default: none.
    pub const fn priority(mut self, priority: Priority) -> Self {
        self.draft.overrides.priority = Some(priority);
        self
    }

    /// How long the browser keeps the cookie, 400 days at most. Default: until it is closed.
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.draft.overrides.max_age = Some(age.as_secs());
        self
    }

    /// Until when the browser keeps the cookie. Default: until it is closed.
    pub fn expires(mut self, at: SystemTime) -> Self {
        self.draft.overrides.expires = Some(unix_milliseconds(at));
        self
    }
}
