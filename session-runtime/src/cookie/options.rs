//! Cookie attributes for one response.

use std::{
    borrow::Cow,
    fmt,
    marker::PhantomData,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{AllowsDomain, AllowsInsecure, CookiePrefix, NoPrefix, Overrides, Priority, SameSite};
use crate::expiry::milliseconds;

/// Attributes of a session's cookie, over the configured ones. All but [`max_age`](Self::max_age) and
/// [`ends_with_browser`](Self::ends_with_browser) hold for one response; those two the session keeps.
///
/// Given to [`Session::options`](crate::Session::options). They take effect with the cookie that
/// this response sends, if it sends one: changing nothing else of the session, also call
/// [`touch`](crate::Session::touch). `P` is the session's name prefix; what a prefix forbids does
/// not compile.
///
/// ```
/// # mod example {
/// use std::time::Duration;
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{CookieOptions, SecureSession, Session};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// #[session(name = "prefs")]
/// pub struct Prefs {
///     theme: String,
/// }
///
/// /// "Remember me": the cookie outlives the browser.
/// pub async fn remember(mut prefs: Session<Prefs>) {
///     prefs.options(CookieOptions::new().max_age(Duration::from_secs(30 * 86_400))).touch();
/// }
/// # }
/// ```
#[must_use = "options do nothing until they are given to `Session::options`"]
pub struct CookieOptions<P = NoPrefix> {
    overrides: Overrides,
    prefix: PhantomData<fn() -> P>,
}

impl<P: CookiePrefix> CookieOptions<P> {
    /// No change.
    pub fn new() -> Self {
        Self {
            overrides: Overrides::default(),
            prefix: PhantomData,
        }
    }

    /// How long the browser keeps the cookie; longer than 400 days is shortened to that. The
    /// session's own limits are not changed.
    ///
    /// The session keeps it: each later cookie of it says the same, counted from then, until another
    /// is asked for or [`regenerate`](crate::Session::regenerate) begins a new session. Not so in the
    /// formats of @fastify/secure-session and @hattip/session, which have no place for it.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.overrides.max_age = Some(age.as_secs());
        self.overrides.ends_with_browser = false;
        self.overrides.shorten_lifetime();
        self
    }

    /// The browser keeps the cookie until it is closed, whatever is configured or was asked for
    /// before. Kept as [`max_age`](Self::max_age) is, which it takes back; but in a record that is
    /// shared with Node, which takes that for what is configured, it holds for one response.
    pub fn ends_with_browser(mut self) -> Self {
        self.overrides.max_age = None;
        self.overrides.expires = None;
        self.overrides.ends_with_browser = true;
        self
    }

    /// Until when the browser keeps the cookie; more than 400 days ahead is shortened to that. For
    /// one response, unlike [`max_age`](Self::max_age).
    pub fn expires(mut self, at: SystemTime) -> Self {
        self.overrides.expires = Some(unix_milliseconds(at));
        self.overrides.ends_with_browser = false;
        self
    }

    /// Which requests from other sites carry the cookie. `None` needs `Secure`.
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.overrides.same_site = Some(same_site);
        self
    }

    /// Whether scripts are kept from reading the cookie. On by default; turning it off gives the
    /// session to every script on the page.
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.overrides.http_only = Some(http_only);
        self
    }

    /// Whether the cookie is kept apart for each top-level site that embeds this one (CHIPS).
    /// Needs `Secure`.
    pub fn partitioned(mut self, partitioned: bool) -> Self {
        self.overrides.partitioned = Some(partitioned);
        self
    }

    /// How long the browser keeps the cookie when it runs out of room.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.overrides.priority = Some(priority);
        self
    }

    pub(crate) fn into_overrides(self) -> Overrides {
        self.overrides
    }
}

impl<P: AllowsDomain> CookieOptions<P> {
    /// The domain whose hosts get the cookie, subdomains included.
    pub fn domain(mut self, domain: impl Into<Cow<'static, str>>) -> Self {
        self.overrides.domain = Some(domain.into());
        self
    }

    /// The path below which the browser sends the cookie. Starts with `/`.
    pub fn path(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.overrides.path = Some(path.into());
        self
    }
}

impl<P: AllowsInsecure> CookieOptions<P> {
    /// Whether the cookie is sent over https only. On by default.
    pub fn secure(mut self, secure: bool) -> Self {
        self.overrides.secure = Some(secure);
        self
    }
}

impl<P: CookiePrefix> Default for CookieOptions<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P> Clone for CookieOptions<P> {
    fn clone(&self) -> Self {
        Self {
            overrides: self.overrides.clone(),
            prefix: PhantomData,
        }
    }
}

impl<P> fmt::Debug for CookieOptions<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CookieOptions")
            .field(&self.overrides)
            .finish()
    }
}

/// Milliseconds since 1970; earlier times count as 1970.
pub(crate) fn unix_milliseconds(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, milliseconds)
}
