//! From the cookies of a request to the state of a session.

use std::sync::Arc;

use http::{HeaderMap, HeaderName};

use super::{
    Entry,
    cached::{Known, Shareable},
};
use crate::{
    Deviation, EventKind, Format, SecureSession,
    cookie::header,
    format::Opened,
    handle::{Renewal, State},
    node::Arrival,
    payload::{self, Decoded},
    reason::Reason,
    revocation::{Listed, Marks},
    store::{PrincipalId, StoreError},
};

/// Cookies of one name that are tried: more than any browser sends by itself, and a bound on what
/// a request can cost.
const MAX_CANDIDATES: usize = 16;

impl Entry {
    /// The session that came with a request, or a fresh one and why.
    ///
    /// Fails if a store that must be asked does not answer: nothing is known of the session then.
    pub(crate) async fn open<T: SecureSession>(
        self: &Arc<Self>,
        arrival: Arrival<'_>,
    ) -> Result<State<T>, StoreError> {
        let Some(procedures) = self.procedures() else {
            return Ok(self.open_cookie(arrival.headers));
        };
        let state = (procedures.open)(self, arrival).await;
        state.inspect_err(|error| self.store_failed(error))
    }

    /// The same, of a session that has no [procedures](Self::procedures): no store knows of it.
    #[inline]
    pub(crate) fn open_cookie<T: SecureSession>(&self, headers: &HeaderMap) -> State<T> {
        self.opened(self.find(headers, self.now()))
    }

    /// The same, with a list of those that have ended.
    pub(super) async fn open_listed<T: SecureSession>(
        self: &Arc<Self>,
        headers: &HeaderMap,
    ) -> Result<State<T>, StoreError> {
        let now = self.now();
        let mut found = self.find::<T>(headers, now);
        let Some(revocation) = self.revocation() else {
            return Ok(self.opened(found));
        };
        revocation.sweeper.start(|| Arc::downgrade(self));
        if let Ok(State {
            listed: Some(listed),
            ..
        }) = &found
        {
            match revocation.has_ended(listed, now).await {
                Ok(false) => {}
                Ok(true) => found = Err(Reason::Revoked),
                Err(error) if revocation.opens_unchecked => self.store_failed(&error),
                Err(error) => return Err(error),
            }
        }
        Ok(self.opened(found))
    }

    #[inline]
    fn opened<T: SecureSession>(&self, found: Result<State<T>, Reason>) -> State<T> {
        match found {
            Ok(state) => {
                self.emit(EventKind::Opened);
                state
            }
            Err(reason) => {
                self.emit(EventKind::Fresh(reason));
                State::fresh(reason)
            }
        }
    }

    /// The best of the cookies, or why there is none.
    #[inline]
    fn find<T: SecureSession>(&self, headers: &HeaderMap, now: u64) -> Result<State<T>, Reason> {
        if let Some(text) = self.only_cookie(headers) {
            return match self.open_value(text, now) {
                Ok(opened) => Ok(self.session(Candidate { opened, text }, headers, now)),
                Err(reason) => self.take_over(headers, reason, now),
            };
        }
        let found = self.try_each::<T>(headers, now);
        if found.cookies > 1 {
            let (cookies, valid) = (found.cookies, found.valid);
            self.emit(EventKind::Conflict { cookies, valid });
        }
        match found.best {
            Some(best) => Ok(self.session(best, headers, now)),
            None => self.take_over(headers, found.reason, now),
        }
    }

    /// The value of the session's cookie, if one came and no more: as a rule, and nothing has to be
    /// compared then.
    fn only_cookie<'h>(&'h self, headers: &'h HeaderMap) -> Option<&'h [u8]> {
        let mut candidates = header::candidates(headers, self.set_cookie().name());
        let first = candidates.next()?;
        candidates.next().is_none().then_some(first)
    }

    #[inline]
    fn session<T: SecureSession>(
        &self,
        from: Candidate<'_, T>,
        headers: &HeaderMap,
        now: u64,
    ) -> State<T> {
        let listed = self.revocation().map(|_| Box::new(self.listed(&from)));
        let renewal = self.renewal(&from.opened, headers, now);
        let Decoded {
            data,
            envelope,
            unknown,
        } = from.opened.decoded;
        let mut state = State::new(data, envelope, unknown, None);
        state.renewal = renewal;
        state.listed = listed;
        self.note_old_cookie(&mut state, headers);
        state
    }

    /// A cookie as the list of revocations knows it.
    fn listed<T: SecureSession>(&self, candidate: &Candidate<'_, T>) -> Listed {
        let Decoded {
            data,
            envelope,
            unknown,
        } = &candidate.opened.decoded;
        let marks = Marks::read(envelope, unknown, self.format());
        // A cookie that carries no id is known by what was opened: its text has many spellings.
        let opened = candidate.opened.bytes.as_deref().unwrap_or_default();
        let id = marks.id.as_ref().map_or(opened, |id| id);
        Listed {
            key: self.identity().cookie(id),
            principal: self.principal_of(&**data),
            epoch: marks.epoch,
        }
    }

    /// Whose session it is.
    pub(crate) fn principal_of<T: SecureSession>(&self, data: &T) -> Option<PrincipalId> {
        let name = data.__principal()?;
        Some(self.identity().principal(&name))
    }

    /// Tries each cookie of the session's name.
    #[inline]
    pub(super) fn try_each<'h, T: SecureSession>(
        &'h self,
        headers: &'h HeaderMap,
        now: u64,
    ) -> Found<'h, T> {
        let as_node = self.follows_node(Deviation::FirstCookieOnly);
        let limit = if as_node { 1 } else { MAX_CANDIDATES };
        let mut found = Found {
            cookies: 0,
            valid: 0,
            reason: Reason::Absent,
            best: None,
        };
        for text in header::candidates(headers, self.set_cookie().name()).take(limit) {
            found.cookies += 1;
            match self.open_value(text, now) {
                Ok(opened) => found.offer(Candidate { opened, text }),
                Err(reason) => found.reason = found.reason.max(reason),
            }
        }
        found
    }

    /// Opens one cookie value.
    pub(super) fn open_value<T: SecureSession>(
        &self,
        value: &[u8],
        now: u64,
    ) -> Result<OpenedSession<T>, Reason> {
        let keys = self.keys().ok_or(Reason::NotFound)?;
        let fingerprint = keys.known.fingerprint(value);
        let known = keys.known.get(fingerprint, value, |known| {
            let decoded = known.shareable.as_ref().and_then(Shareable::decoded);
            self.session_of(&known.opened, decoded, now)
        });
        if let Some(session) = known {
            return session;
        }
        let opened = keys.codec.open(value)?;
        let session = self.session_of(&opened, None, now)?;
        keys.known.missed(fingerprint, value, || {
            Some(Known {
                shareable: Shareable::new(&session.decoded),
                opened,
            })
        });
        Ok(session)
    }

    /// The session that was opened, or why it is none any more. `decoded`: what was made of it
    /// before.
    #[inline]
    fn session_of<T: SecureSession>(
        &self,
        opened: &Opened,
        decoded: Option<Decoded<Arc<T>>>,
        now: u64,
    ) -> Result<OpenedSession<T>, Reason> {
        if opened.expires.is_some_and(|end| end <= now) {
            return Err(Reason::Expired);
        }
        let mut decoded = match decoded {
            Some(decoded) => decoded,
            None => payload::decode::<T>(opened.plaintext(), self.rules())?.into_shared(),
        };
        if let Some((end, idle)) = opened.expires.zip(self.expiry().idle) {
            decoded.envelope.touched = Some(end.saturating_sub(idle));
        }
        self.expiry().check(&decoded.envelope, now)?;
        if !self.accepts(&*decoded.data) {
            return Err(Reason::SchemaMismatch);
        }
        // A sealed one carries an id.
        let by_bytes = self.revocation().is_some() && self.format() != Format::Sealed;
        Ok(OpenedSession {
            decoded,
            stale_key: opened.stale_key,
            bytes: by_bytes.then(|| opened.bytes.clone()),
        })
    }

    /// Why a session that is only read should get a new cookie.
    ///
    /// Of two responses under way, the later overwrites the cookie of the earlier. A renewal that
    /// nobody asked for must not bring back what another response has just changed, so it goes
    /// out with pages only, not with the requests that a page makes beside each other.
    fn renewal<T>(
        &self,
        opened: &OpenedSession<T>,
        headers: &HeaderMap,
        now: u64,
    ) -> Option<Renewal> {
        let due = if opened.stale_key {
            Renewal::KeyRotated
        } else if self.expiry().is_renewal_due(&opened.decoded.envelope, now) {
            Renewal::Rolling
        } else {
            return None;
        };
        (self.renews_on_any_request() || is_navigation(headers)).then_some(due)
    }
}

/// A session that came in a cookie, and lives.
pub(super) struct OpenedSession<T> {
    pub(super) decoded: Decoded<Arc<T>>,
    stale_key: bool,
    /// The tag and the plaintext, where a list of revocations may have to know it by them.
    bytes: Option<Vec<u8>>,
}

/// What the cookies of one name came to.
pub(super) struct Found<'h, T> {
    cookies: usize,
    valid: usize,
    /// The most telling of those they were refused for.
    reason: Reason,
    pub(super) best: Option<Candidate<'h, T>>,
}

/// A valid one among the cookies of one name.
pub(super) struct Candidate<'h, T> {
    opened: OpenedSession<T>,
    pub(super) text: &'h [u8],
}

impl<'h, T> Found<'h, T> {
    #[inline]
    fn offer(&mut self, candidate: Candidate<'h, T>) {
        self.valid += 1;
        if self
            .best
            .as_ref()
            .is_none_or(|best| candidate.rank() > best.rank())
        {
            self.best = Some(candidate);
        }
    }
}

impl<T> Candidate<'_, T> {
    /// The one sealed last counts, whatever their order in the header; of two sealed at once, the
    /// greater text.
    fn rank(&self) -> (Option<u64>, &[u8]) {
        (self.opened.decoded.envelope.touched, self.text)
    }
}

/// Whether the browser asks for a page; any client that does not say counts too.
pub(crate) fn is_navigation(headers: &HeaderMap) -> bool {
    // A name that is given as text is parsed at each request.
    const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
    headers.get(MODE).is_none_or(|mode| mode == "navigate")
}
