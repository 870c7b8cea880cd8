//! Sessions that are taken over from the cookie of another library.

use std::{any::Any, sync::Arc};

use http::{HeaderMap, HeaderValue};

#[cfg(feature = "cookie-jar")]
use super::Config;
use super::{
    Entry,
    config::{Draft, Home},
    opening::is_navigation,
};
#[cfg(feature = "cookie-jar")]
use crate::cookie_jar::JarCookie;
use crate::{
    EventKind, Format, SecureSession,
    cookie::{SetCookie, header},
    error::ConfigError,
    handle::{OldCookieCame, Renewal, State},
    old_cookie::OldCookie,
    payload::{Envelope, ID_LENGTH, Unknown},
    reason::Reason,
    revocation::Listed,
};

/// The old cookie of a registered session.
pub(super) struct TakeOver {
    old: OldCookie,
    read: AnyReader,
    set_cookie: SetCookie,
    /// Ours has another name, so that it does not replace the old one by itself.
    has_own_name: bool,
    /// What removes it, if ours does not replace it.
    removal: Option<HeaderValue>,
}

/// What reads the session in an old cookie. Made where the type is known, kept where it is not: of a
/// session without one none of it is compiled.
#[derive(Clone)]
pub(super) struct AnyReader(Arc<dyn Any + Send + Sync>);

type Reader<T> = fn(&Entry, &TakeOver, &HeaderMap, u64) -> Result<State<T>, Reason>;

impl AnyReader {
    #[cfg_attr(
        not(feature = "cookie-jar"),
        expect(dead_code, reason = "other libraries' cookies are behind features")
    )]
    fn new<T: SecureSession>() -> Self {
        let read: Reader<T> = Entry::read_old;
        Self(Arc::new(read))
    }

    fn of<T: SecureSession>(&self) -> Option<&Reader<T>> {
        self.0.downcast_ref()
    }
}

#[cfg(feature = "cookie-jar")]
impl<T: SecureSession> Config<T> {
    /// Takes over the sessions of axum-extra's `PrivateCookieJar` or `SignedCookieJar`, until the
    /// date that is given with the cookie: where a request has no session of ours, its old cookie
    /// becomes one. For sessions in a sealed cookie or in a store; a second call replaces the first.
    ///
    /// The response to the next page, or the first write, sets the session's own cookie
    /// ([`SendCause::Migrated`](crate::SendCause::Migrated)) and removes the old one. The session
    /// begins then, with the whole of its limits. [`delete`](crate::Session::delete) removes both
    /// cookies, whichever came.
    ///
    /// See [`JarCookie`] for an example and for what it is to be weighed against, and
    /// `docs/migrating-from-private-cookie-jar.md` for the whole way.
    ///
    /// # Errors
    ///
    /// At start-up, if the end is more than 400 days ahead, the old cookie is another session's too,
    /// its attributes cannot be those of a cookie, or it has the name of ours with another path or
    /// domain; and for a session whose cookie or records Node reads.
    pub fn also_open_jar(mut self, cookie: JarCookie<T>) -> Self {
        self.draft.old_cookie = Some((cookie.into_old_cookie(), AnyReader::new::<T>()));
        self
    }
}

impl TakeOver {
    pub(super) fn of(draft: &Draft) -> Option<Box<Self>> {
        let (old, read) = draft.old_cookie.clone()?;
        let set_cookie = old.set_cookie(draft.insecure_over_http);
        let has_own_name = set_cookie.name() != draft.effective_cookie_name();
        let removal = has_own_name.then(|| set_cookie.remove("")).flatten();
        Some(Box::new(Self {
            old,
            read,
            set_cookie,
            has_own_name,
            removal,
        }))
    }

    /// Whether a session of ours was there, and has ended: the old cookie must not bring it back.
    fn is_over(&self, reason: Reason) -> bool {
        // Under one name, a value of the jar may have the shape of a token.
        reason > Reason::NotFound || self.has_own_name && reason == Reason::NotFound
    }
}

impl Entry {
    /// The session in the old cookie of a request that has none of ours, for this `reason`.
    #[inline]
    pub(crate) fn take_over<T: SecureSession>(
        &self,
        headers: &HeaderMap,
        reason: Reason,
        now: u64,
    ) -> Result<State<T>, Reason> {
        match &self.take_over {
            Some(take_over) if !take_over.is_over(reason) => {
                let read = take_over.read.of::<T>().ok_or(reason)?;
                read(self, take_over, headers, now).map_err(|old| old.max(reason))
            }
            _ => Err(reason),
        }
    }

    fn read_old<T: SecureSession>(
        &self,
        take_over: &TakeOver,
        headers: &HeaderMap,
        now: u64,
    ) -> Result<State<T>, Reason> {
        let name = take_over.set_cookie.name();
        let found = take_over.old.find::<T>(headers, name, self.rules(), now);
        if found.cookies > 1 {
            let (cookies, valid) = (found.cookies, found.valid);
            self.emit(EventKind::Conflict { cookies, valid });
        }
        let (data, value) = found.best?;
        if !self.accepts(&data) {
            return Err(Reason::SchemaMismatch);
        }
        let mut envelope = Envelope {
            authenticated: Some(Envelope::LONG_AGO),
            ..Envelope::default()
        };
        if self.stored().is_none() {
            envelope.id = self.id_of_old(take_over, value.as_bytes());
        }
        let listed = self.revocation().map(|_| {
            let id = envelope.id.as_ref().map_or(value.as_bytes(), |id| id);
            Box::new(Listed {
                key: self.identity().cookie(id),
                principal: self.principal_of(&data),
                epoch: 0,
            })
        });
        let sends = is_navigation(headers) || self.renews_on_any_request();
        Ok(State {
            renewal: sends.then_some(Renewal::Migrated),
            listed,
            is_navigation: sends,
            old_cookie: Some(OldCookieCame::Alone),
            ..State::new(Arc::new(data), envelope, Unknown::default(), None)
        })
    }

    /// The id of the session that the cookie `value` becomes, every time: who has ended it has
    /// ended what a copy of the cookie would become.
    fn id_of_old(&self, take_over: &TakeOver, value: &[u8]) -> Option<[u8; ID_LENGTH]> {
        if !take_over.old.has_unique_values() {
            return self.random().array().ok();
        }
        let key = self.identity().cookie(value);
        key.as_bytes().first_chunk().copied()
    }

    /// Notes that the old cookie of a session came beside ours, where the response may remove it.
    #[inline]
    pub(crate) fn note_old_cookie<T>(&self, state: &mut State<T>, headers: &HeaderMap) {
        let Some(take_over) = &self.take_over else {
            return;
        };
        let came = || header::candidates(headers, take_over.set_cookie.name());
        let may_send = || is_navigation(headers) || self.renews_on_any_request();
        if take_over.removal.is_some() && came().next().is_some() && may_send() {
            if !take_over.old.stays {
                self.emit(EventKind::OldCookieStayed);
            }
            state.old_cookie = Some(OldCookieCame::BesideOurs);
        }
    }

    /// What removes the old cookie, if there is one that ours does not replace: its name, and the
    /// header.
    pub(crate) fn removal_of_old(&self) -> Option<(&str, &HeaderValue)> {
        let take_over = self.take_over.as_ref()?;
        Some((take_over.set_cookie.name(), take_over.removal.as_ref()?))
    }

    /// Whether there is an old cookie at all.
    pub(crate) const fn takes_over(&self) -> bool {
        self.take_over.is_some()
    }

    /// Whether the old cookie is to stay beside ours.
    pub(crate) fn keeps_old_cookie(&self) -> bool {
        self.take_over.as_ref().is_some_and(|it| it.old.stays)
    }

    /// Until when copies of old cookies can be taken over.
    pub(super) fn takes_over_until(&self) -> u64 {
        self.take_over.as_ref().map_or(0, |it| it.old.until())
    }

    /// Says in the log that this time has passed: the setting is of no use any more.
    pub(super) fn warn_of_take_over(&self) {
        let is_over = self.takes_over() && self.takes_over_until() <= self.now();
        #[cfg(not(feature = "tracing"))]
        let _ = is_over;
        #[cfg(feature = "tracing")]
        if is_over {
            let session = self.name();
            tracing::warn!(
                target: "session", session,
                "also_open_jar: its end has passed, and old cookies are not opened: take it out"
            );
        }
    }
}

impl Draft {
    /// Settings of the old cookie that cannot work, at `now`.
    pub(super) fn old_cookie_problems(&self, now: u64) -> Vec<ConfigError> {
        const SETTING: &str = "also_open_jar";
        let Some((old, _)) = &self.old_cookie else {
            return Vec::new();
        };
        let mut problems = Vec::new();
        if matches!(self.home, Home::Node(_)) || self.format != Format::Sealed {
            problems.push(
                "is for a session in a sealed cookie or in a store: move there first, and share it \
                 with Node when the old cookies have ended"
                    .to_owned(),
            );
        }
        problems.extend(old.problems(now));
        let (ours, theirs) = (self.attributes(), old.attributes());
        let elsewhere = ours.path != theirs.path || ours.domain != theirs.domain;
        if old.name() == self.effective_cookie_name() && elsewhere {
            problems.push(
                "it has the name of the session's own cookie, and another path or domain, so that \
                 a browser would keep both: give the session another `cookie_name`"
                    .to_owned(),
            );
        }
        let all = problems.iter();
        all.map(|problem| self.problem(SETTING, problem)).collect()
    }

    /// Why the cookies of this session and the `later` one meet.
    pub(super) fn clash_of_old_cookies(&self, later: &Self) -> Option<&'static str> {
        let name = |draft: &Self| {
            draft
                .old_cookie
                .as_ref()
                .map(|(old, _)| old.name().to_owned())
        };
        let stays = |draft: &Self| draft.old_cookie.as_ref().is_some_and(|(old, _)| old.stays);
        let (a, b) = (name(self), name(later));
        if a == Some(later.effective_cookie_name()) || b == Some(self.effective_cookie_name()) {
            return Some(
                "the old cookie of the one is the cookie of the other: give that another \
                 `cookie_name`",
            );
        }
        (a.is_some() && a == b && !(stays(self) && stays(later))).then_some(
            "both take over one old cookie, which the first would remove before the other has seen \
             it: `JarCookie::keep` in both, or one session for both",
        )
    }
}
