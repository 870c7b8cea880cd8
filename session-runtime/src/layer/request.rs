//! The sessions of one request.

use std::{
    any::Any,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use axum_core::{body::Body, response::Response};
use http::{Extensions, HeaderMap, StatusCode};

use super::{
    commit::{self, Outcome},
    headers,
};
use crate::{
    SecureSession,
    handle::Slot,
    registry::{Entry, Registry},
};

/// Slots that need no allocation of their own. More would cost every request their initialisation.
const INLINE: usize = 2;

type Cell = OnceLock<Arc<dyn AnySlot>>;

/// A slot for each session of a registry, empty until the session is extracted.
pub(crate) struct RequestSessions {
    registry: Arc<Registry>,
    /// The sessions of a layer of another registry around this one.
    outer: Option<Arc<Self>>,
    first: [Cell; INLINE],
    /// Made when the first of them is wanted.
    rest: OnceLock<Box<[Cell]>>,
    sent: AtomicBool,
}

/// How a request carries its sessions.
#[derive(Clone)]
struct Extension(Arc<RequestSessions>);

impl RequestSessions {
    /// Gives a request its slots. `None`: it has them already, from an outer layer of the same
    /// registry, which will commit.
    pub(super) fn enter(
        registry: &Arc<Registry>,
        extensions: &mut Extensions,
    ) -> Option<Arc<Self>> {
        let outer = Self::of(extensions).cloned();
        if outer.as_deref().is_some_and(|outer| outer.has(registry)) {
            return None;
        }
        let sessions = Arc::new(Self {
            registry: Arc::clone(registry),
            outer,
            first: [const { OnceLock::new() }; INLINE],
            rest: OnceLock::new(),
            sent: AtomicBool::new(false),
        });
        extensions.insert(Extension(Arc::clone(&sessions)));
        Some(sessions)
    }

    /// The sessions that the innermost layer gave.
    pub(crate) fn of(extensions: &Extensions) -> Option<&Arc<Self>> {
        extensions.get::<Extension>().map(|extension| &extension.0)
    }

    fn has(&self, registry: &Arc<Registry>) -> bool {
        Arc::ptr_eq(&self.registry, registry)
            || self
                .outer
                .as_deref()
                .is_some_and(|outer| outer.has(registry))
    }

    /// The slot of the session `T`, opened from `headers` at the first call. `None`: `T` is not
    /// registered.
    pub(crate) fn slot<T: SecureSession>(&self, headers: &HeaderMap) -> Option<Arc<Slot<T>>> {
        let Some(index) = self.registry.index_of::<T>() else {
            return self.outer.as_deref()?.slot(headers);
        };
        let entry = self.registry.entries.get(index)?;
        let slot = self.cell(index)?.get_or_init(|| {
            let mut state = entry.open::<T>(headers);
            state.sent = self.sent.load(Ordering::Acquire);
            Arc::new(Slot::new(state, Some(Arc::clone(entry))))
        });
        Arc::clone(slot).into_any().downcast().ok()
    }

    fn cell(&self, index: usize) -> Option<&Cell> {
        self.first.get(index).or_else(|| {
            let beyond = self.registry.entries.len().saturating_sub(INLINE);
            let rest = self
                .rest
                .get_or_init(|| (0..beyond).map(|_| OnceLock::new()).collect());
            rest.get(index - INLINE)
        })
    }

    /// No write can reach the client from here on.
    pub(super) fn close(&self) {
        self.sent.store(true, Ordering::Release);
    }

    /// Sends what the sessions of the request have to send.
    pub(super) fn commit(&self, response: &mut Response) {
        self.close();
        // A slot that is filled from now on is too late: an empty one has nothing to send.
        let mut filled = self.filled().peekable();
        if filled.peek().is_none() {
            return;
        }
        let status = response.status();
        let (mut sends, mut failed) = (false, false);
        for (slot, entry) in filled {
            match slot.commit(entry, status) {
                Outcome::Nothing => {}
                Outcome::Header(value) => {
                    sends = true;
                    let name = entry.set_cookie().name();
                    headers::replace_cookie(response.headers_mut(), name, value);
                }
                Outcome::Failed => failed = true,
            }
        }
        if failed {
            *response = only_cookies(response);
        }
        headers::mark(response.headers_mut(), sends || failed);
    }

    fn filled(&self) -> impl Iterator<Item = (&Arc<dyn AnySlot>, &Entry)> {
        let cells = self
            .first
            .iter()
            .chain(self.rest.get().into_iter().flatten());
        cells
            .zip(&self.registry.entries)
            .filter_map(|(cell, entry)| Some((cell.get()?, &**entry)))
    }
}

/// The answer when a session cannot be sent: what the handler said would not be true, but the
/// other sessions of the request, and the application's own cookies, are not at fault.
fn only_cookies(response: &Response) -> Response {
    let mut failure = Response::new(Body::empty());
    *failure.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    *failure.version_mut() = response.version();
    for cookie in response.headers().get_all(http::header::SET_COOKIE) {
        failure
            .headers_mut()
            .append(http::header::SET_COOKIE, cookie.clone());
    }
    failure
}

/// The slot of a session of any type.
pub(crate) trait AnySlot: Send + Sync {
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;

    fn commit(&self, entry: &Entry, status: StatusCode) -> Outcome;
}

impl<T: SecureSession> AnySlot for Slot<T> {
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn commit(&self, entry: &Entry, status: StatusCode) -> Outcome {
        commit::commit(self, entry, status)
    }
}
