//! From the cookies of a request to the state of a session.

use std::sync::Arc;

use http::HeaderMap;

use super::Entry;
use crate::{
    Deviation, EventKind, SecureSession,
    cookie::header,
    handle::{Renewal, State},
    payload::{self, Decoded, NodeTimestamp},
    reason::Reason,
};

/// Cookies of one name that are tried: more than any browser sends by itself, and a bound on what
/// a request can cost.
const MAX_CANDIDATES: usize = 16;

impl Entry {
    /// The session that came with a request, or a fresh one and why.
    pub(crate) fn open<T: SecureSession>(&self, headers: &HeaderMap) -> State<T> {
        let candidates = header::candidates(headers, self.set_cookie().name());
        let limit = if self.follows_node(Deviation::FirstCookieOnly) {
            1
        } else {
            MAX_CANDIDATES
        };
        let mut best: Option<(Decoded<T>, bool, &[u8])> = None;
        let mut reason = Reason::Absent;
        let (mut cookies, mut valid) = (0, 0);
        for value in candidates.take(limit) {
            cookies += 1;
            match self.open_value::<T>(value) {
                Ok((decoded, stale)) => {
                    valid += 1;
                    if best
                        .as_ref()
                        .is_none_or(|(old, _, text)| is_later(&decoded, value, old, text))
                    {
                        best = Some((decoded, stale, value));
                    }
                }
                Err(refused) => reason = reason.max(refused),
            }
        }
        if cookies > 1 {
            self.emit(EventKind::Conflict { cookies, valid });
        }
        let Some((decoded, stale_key, _)) = best else {
            self.emit(EventKind::Fresh(reason));
            return State::fresh(reason);
        };
        self.emit(EventKind::Opened);
        let renewal = self.renewal(&decoded, stale_key, headers);
        let Decoded {
            data,
            envelope,
            unknown,
        } = decoded;
        State {
            renewal,
            ..State::new(Arc::new(data), envelope, unknown, None)
        }
    }

    /// Opens one cookie value.
    pub(crate) fn open_value<T: SecureSession>(
        &self,
        value: &[u8],
    ) -> Result<(Decoded<T>, bool), Reason> {
        let opened = self.keys().codec.open(value)?;
        let decoded = payload::decode::<T>(&opened.plaintext, self.rules())?;
        self.check_expiry(&decoded)?;
        Ok((decoded, opened.stale_key))
    }

    fn check_expiry<T>(&self, decoded: &Decoded<T>) -> Result<(), Reason> {
        let (envelope, now) = (&decoded.envelope, self.now());
        let timestamp = match &envelope.node {
            // Let through by the policy alone: no number that we could reckon with.
            Some((timestamp, _)) if !matches!(timestamp, NodeTimestamp::Seconds(_)) => timestamp,
            _ => return self.expiry().check(envelope, now),
        };
        #[expect(clippy::cast_precision_loss, reason = "as every number of JavaScript")]
        let (idle, now) = (self.expiry().idle.map(|ms| ms as f64 / 1000.0), now as f64);
        match idle {
            Some(idle) if timestamp.is_expired_in_node(idle, now) => Err(Reason::Expired),
            _ => Ok(()),
        }
    }

    /// Why a session that is only read should get a new cookie.
    ///
    /// Of two responses under way, the later overwrites the cookie of the earlier. A renewal that
    /// nobody asked for must not bring back what another response has just changed, so it goes
    /// out with pages only, not with the requests that a page makes beside each other.
    fn renewal<T>(
        &self,
        decoded: &Decoded<T>,
        stale_key: bool,
        headers: &HeaderMap,
    ) -> Option<Renewal> {
        let due = if stale_key {
            Renewal::KeyRotated
        } else if self.expiry().is_renewal_due(&decoded.envelope, self.now()) {
            Renewal::Rolling
        } else {
            return None;
        };
        let as_node = self.follows_node(Deviation::ResealOnNavigation);
        (as_node || is_navigation(headers)).then_some(due)
    }
}

/// Of two valid cookies of one name, the one sealed last counts, whatever their order in the
/// header; of two sealed at once, the greater text.
fn is_later<T>(one: &Decoded<T>, text: &[u8], other: &Decoded<T>, other_text: &[u8]) -> bool {
    (one.envelope.touched, text) > (other.envelope.touched, other_text)
}

/// Whether the browser asks for a page; any client that does not say counts too.
fn is_navigation(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-mode")
        .is_none_or(|mode| mode == "navigate")
}
