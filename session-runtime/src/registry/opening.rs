//! From the cookies of a request to the state of a session.

use std::sync::Arc;

use http::HeaderMap;

use super::{Entry, config::RenewOn};
use crate::{
    Deviation, EventKind, SecureSession,
    cookie::header,
    format::Opened,
    handle::{Renewal, State},
    payload::{self, Decoded},
    reason::Reason,
};

/// Cookies of one name that are tried: more than any browser sends by itself, and a bound on what
/// a request can cost.
const MAX_CANDIDATES: usize = 16;

impl Entry {
    /// The session that came with a request, or a fresh one and why.
    pub(crate) fn open<T: SecureSession>(&self, headers: &HeaderMap) -> State<T> {
        let now = self.now();
        let found = self.find::<T>(headers, now);
        if found.cookies > 1 {
            let (cookies, valid) = (found.cookies, found.valid);
            self.emit(EventKind::Conflict { cookies, valid });
        }
        let Some(best) = found.best else {
            self.emit(EventKind::Fresh(found.reason));
            return State::fresh(found.reason);
        };
        self.emit(EventKind::Opened);
        let renewal = self.renewal(&best.opened, headers, now);
        let Decoded {
            data,
            envelope,
            unknown,
        } = best.opened.decoded;
        State {
            renewal,
            ..State::new(Arc::new(data), envelope, unknown, None)
        }
    }

    /// Tries each cookie of the session's name.
    fn find<'h, T: SecureSession>(&'h self, headers: &'h HeaderMap, now: u64) -> Found<'h, T> {
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
        let Opened {
            plaintext,
            stale_key,
            ..
        } = self.keys().codec.open(value)?;
        let decoded = payload::decode::<T>(&plaintext, self.rules())?;
        self.expiry().check(&decoded.envelope, now)?;
        Ok(OpenedSession { decoded, stale_key })
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
        let any_request = self.renew_on == RenewOn::AnyRequest
            || self.follows_node(Deviation::ResealOnNavigation);
        (any_request || is_navigation(headers)).then_some(due)
    }
}

/// A session that came in a cookie, and lives.
pub(super) struct OpenedSession<T> {
    pub(super) decoded: Decoded<T>,
    stale_key: bool,
}

/// What the cookies of one name came to.
struct Found<'h, T> {
    cookies: usize,
    valid: usize,
    /// The most telling of those they were refused for.
    reason: Reason,
    best: Option<Candidate<'h, T>>,
}

/// A valid one among the cookies of one name.
struct Candidate<'h, T> {
    opened: OpenedSession<T>,
    text: &'h [u8],
}

impl<'h, T> Found<'h, T> {
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
fn is_navigation(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-mode")
        .is_none_or(|mode| mode == "navigate")
}
