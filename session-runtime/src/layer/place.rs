//! Where one session of a request is, and how it gets there.

use std::sync::{Arc, atomic::Ordering};

use http::{Extensions, HeaderMap};

use super::{
    plain_http,
    request::{AnySlot, Cell, RequestSessions},
};
use crate::{
    SecureSession, Session, SessionRejection,
    handle::{Slot, State},
    node::Arrival,
    reason::Reason,
    registry::Entry,
    store::StoreError,
};

/// The place of one session in a request.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) sessions: &'a RequestSessions,
    pub(super) entry: &'a Arc<Entry>,
    pub(super) cell: &'a Cell,
}

impl<'a> Place<'a> {
    /// The session, unless a store has to be waited for.
    pub(super) fn at_once<T: SecureSession>(
        self,
        headers: &HeaderMap,
    ) -> Option<Result<Session<T>, SessionRejection>> {
        match self.entry.procedures::<T>() {
            None => self.fill(|| Ok(self.entry.open_cookie::<T>(headers)), headers),
            // Nobody waits for a turn to ask a store that answers at once.
            Some(procedures) => {
                if let Some((open, store)) = procedures.open_at_once.zip(self.entry.at_once()) {
                    self.fill(|| open(self.entry, store, headers), headers);
                }
            }
        }
        self.filled()
    }

    /// The session, when the store has answered.
    pub(super) async fn loaded<T: SecureSession>(
        self,
        headers: &'a HeaderMap,
        extensions: &'a Extensions,
    ) -> Result<Session<T>, SessionRejection> {
        let turn = self.sessions.loading.lock().await;
        if self.cell.get().is_none() {
            let arrival = Arrival {
                headers,
                extensions: Some(extensions),
                head: self.sessions.head.as_deref(),
                options: None,
            };
            let opened = self.entry.open::<T>(arrival).await;
            self.fill(|| opened, headers);
        }
        drop(turn);
        let filled = self.filled();
        filled.unwrap_or_else(|| Err(not_registered::<T>()))
    }

    /// Opens the session, once in a request: other threads wait until it is there.
    fn fill<T: SecureSession>(
        self,
        open: impl FnOnce() -> Result<State<T>, StoreError>,
        headers: &HeaderMap,
    ) {
        self.cell.get_or_init(|| {
            let slot = open().map(|state| self.slot(state, headers));
            slot.map_err(|_logged| SessionRejection::StoreUnavailable {
                session: T::DECLARATION.name,
            })
        });
    }

    fn slot<T: SecureSession>(self, mut state: State<T>, headers: &HeaderMap) -> Arc<dyn AnySlot> {
        state.sent = self.sessions.sent.load(Ordering::Acquire);
        // A cookie that came was kept.
        let drops_secure = state.reason == Some(Reason::Absent)
            && self.entry.watches_for_http()
            && plain_http::drops_secure_cookies(headers);
        let slot = Slot::new(state, Some(Arc::clone(self.entry)));
        Arc::new(slot.of_browser_that_drops_secure(drops_secure))
    }

    fn filled<T: SecureSession>(self) -> Option<Result<Session<T>, SessionRejection>> {
        let slot = match self.cell.get()? {
            Ok(slot) => Arc::clone(slot).into_any().downcast(),
            Err(rejection) => return Some(Err(*rejection)),
        };
        let session = slot.map(Session::from_slot);
        Some(session.map_err(|_| not_registered::<T>()))
    }
}

pub(super) const fn not_registered<T: SecureSession>() -> SessionRejection {
    SessionRejection::NotRegistered {
        session: T::DECLARATION.name,
    }
}
