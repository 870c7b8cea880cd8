//! Cookies of the `cookie` crate's jars, which are those of axum-extra.

use std::{borrow::Cow, fmt, marker::PhantomData, time::SystemTime};

use cookie::{Cookie, CookieJar, Key};

use super::{OldCookie, Opener};
use crate::{CookieOptions, SecureSession};

/// A cookie that axum-extra's `PrivateCookieJar` or `SignedCookieJar` has set, and what becomes of
/// it.
///
/// For [`Config::also_open_jar`](crate::Config::also_open_jar), so that nobody is signed out when an
/// application leaves its jar. The jars of axum-extra are those of the `cookie` crate, and so are
/// other frameworks' that build on it.
///
/// ```
/// # mod example {
/// use std::time::{Duration, UNIX_EPOCH};
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{Config, CookieOptions, Key, SecureSession, cookie_jar::{self, JarCookie}};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     user_id: Option<u64>,
/// }
///
/// pub fn auth(key: Key, jar_key: cookie_jar::Key) -> Config<Auth> {
///     let until = UNIX_EPOCH + Duration::from_secs(1_798_761_600); // date -d 2027-01-01 +%s
///     // The old application: jar.add(Cookie::build(("user", id.to_string())).path("/app"))
///     let old = JarCookie::private("user", jar_key, until)
///         .read_with(|id| Some(Auth { user_id: Some(id.parse().ok()?) }))
///         .attributes(CookieOptions::new().path("/app"));
///     Config::new(key).also_open_jar(old)
/// }
/// # }
/// ```
///
/// # Security
///
/// A jar's cookie carries no time that anybody vouches for. So the session that it becomes begins
/// when it is read first, with the whole of its limits; and whoever has a copy of an old cookie can
/// begin such a session again and again, signed out or not, until the date that is given. Let it be
/// near: as far ahead as somebody may stay away without having to sign in.
///
/// A session in its cookie with [`Config::revocations`](crate::Config::revocations) has no such gap
/// where the jar was private: its id is that of the old cookie, so that to end the one ends the
/// other, and to end all of a principal's ends his old cookies too.
#[must_use = "an old cookie is taken over when it is given to `Config::also_open_jar`"]
pub struct JarCookie<T> {
    old: OldCookie,
    session: PhantomData<fn() -> T>,
}

impl<T: SecureSession> JarCookie<T> {
    /// The cookie `name` of a `PrivateCookieJar`, which is encrypted with `key`: the very
    /// [`Key`] that the jar had, however it was made. It is taken over until `until`, which is
    /// 400 days ahead at most, and from then on [expired](crate::Reason::Expired).
    pub fn private(name: impl Into<Cow<'static, str>>, key: Key, until: SystemTime) -> Self {
        Self::new(name, until, Private(key))
    }

    /// The cookie `name` of a `SignedCookieJar`, which everybody could read. Otherwise as
    /// [`private`](Self::private).
    ///
    /// # Security
    ///
    /// Such a value is bound neither to its name nor to its session: one that the jar has signed
    /// under any name opens under this one, and two browsers of one user may have the same. So its
    /// copies cannot be ended one by one.
    pub fn signed(name: impl Into<Cow<'static, str>>, key: Key, until: SystemTime) -> Self {
        Self::new(name, until, Signed(key))
    }

    fn new(
        name: impl Into<Cow<'static, str>>,
        until: SystemTime,
        opener: impl Opener + 'static,
    ) -> Self {
        let name = name.into();
        let on_the_wire = on_the_wire(&name);
        Self {
            old: OldCookie::new(name, on_the_wire, until, opener),
            session: PhantomData,
        }
    }

    /// How the text in the cookie becomes a session. `None` from `read`: it does not, and the
    /// session is a fresh one ([`Reason::SchemaMismatch`](crate::Reason::SchemaMismatch)).
    ///
    /// Without it, the text is the JSON of the struct, in which fields may be missing.
    pub fn read_with(mut self, read: impl Fn(&str) -> Option<T> + Send + Sync + 'static) -> Self {
        self.old.read_with(read);
        self
    }

    /// The attributes that the old application set the cookie with. Default: `Path=/`, no domain,
    /// `Secure`, `SameSite=Lax`.
    ///
    /// A browser removes a cookie only by its own path, domain and partition. With others it stays,
    /// and is reported ([`EventKind::OldCookieStayed`](crate::EventKind::OldCookieStayed)); it would
    /// sign its owner in again after he has signed out. A cookie that was set without a path has the
    /// folder of the address that set it: `/account` for `/account/login`, `/` for `/login`.
    pub fn attributes(mut self, attributes: CookieOptions) -> Self {
        self.old.set_attributes(attributes.into_overrides());
        self
    }

    /// Leaves the old cookie in the browser beside ours, while servers of the old application run
    /// still or may have to come back. Default: it is removed when ours is set.
    ///
    /// Ours counts, here; the old servers see what was in the old one. A sign-in, a
    /// [`regenerate`](crate::Session::regenerate) and a [`delete`](crate::Session::delete) remove it
    /// all the same.
    ///
    /// # Security
    ///
    /// Signing out on an old server does not end the session here.
    pub const fn keep(mut self) -> Self {
        self.old.stays = true;
        self
    }

    pub(crate) fn into_old_cookie(self) -> OldCookie {
        self.old
    }
}

/// The `cookie` crate escapes some characters of names too.
fn on_the_wire(name: &str) -> String {
    let mut name = Cookie::new(name, "").encoded().to_string();
    name.truncate(name.trim_end_matches('=').len());
    name
}

impl<T> fmt::Debug for JarCookie<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JarCookie").field(&self.old.name).finish()
    }
}

/// AES-256-GCM, bound to the cookie's name; each value has a nonce of its own.
struct Private(Key);

impl Opener for Private {
    fn open(&self, name: &str, value: &str) -> Option<String> {
        let cookie = Cookie::new(name.to_owned(), value.to_owned());
        let opened = CookieJar::new().private(&self.0).decrypt(cookie)?;
        Some(opened.value().to_owned())
    }

    fn is_unique(&self) -> bool {
        true
    }
}

/// HMAC-SHA256 of the value alone.
struct Signed(Key);

impl Opener for Signed {
    fn open(&self, name: &str, value: &str) -> Option<String> {
        let cookie = Cookie::new(name.to_owned(), value.to_owned());
        let opened = CookieJar::new().signed(&self.0).verify(cookie)?;
        Some(opened.value().to_owned())
    }

    fn is_unique(&self) -> bool {
        false
    }
}
