//! The sessions of one request.

use std::{
    any::Any,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use axum_core::{body::Body, response::Response};
use http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header::RETRY_AFTER,
};
use tokio::sync::Mutex;

use super::{
    commit::{self, Asking, Outcome, Step},
    extraction::Extraction,
    headers,
    old_cookie::Removal,
    place::{self, Place},
    plain_http,
};
use crate::{
    ClearSiteData, RequestHead, SecureSession, Session, SessionRejection,
    handle::Slot,
    registry::{Entry, Registry},
    stored::Failure,
};

/// Slots that need no allocation of their own. More would cost every request their initialisation.
const INLINE: usize = 2;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// What a session came to when it was extracted first, a store's failure too: a request asks once.
pub(super) type Cell = OnceLock<Result<Arc<dyn AnySlot>, SessionRejection>>;

/// A slot for each session of a registry, empty until the session is extracted.
pub(crate) struct RequestSessions {
    registry: Arc<Registry>,
    /// The sessions of a layer of another registry around this one.
    outer: Option<Arc<Self>>,
    first: [Cell; INLINE],
    /// Made when the first of them is wanted.
    rest: OnceLock<Box<[Cell]>>,
    /// Held while a store is asked for one of them.
    pub(super) loading: Mutex<()>,
    pub(super) sent: AtomicBool,
    /// For sessions that depend on more than cookies.
    pub(super) head: Option<Box<RequestHead>>,
}

/// How a request carries its sessions.
#[derive(Clone)]
struct Extension(Arc<RequestSessions>);

impl RequestSessions {
    /// Gives a request its slots. `None`: it has them already, from an outer layer of the same
    /// registry, which will commit.
    pub(super) fn enter<B>(
        registry: &Arc<Registry>,
        request: &mut Request<B>,
    ) -> Option<Arc<Self>> {
        let outer = Self::of(request.extensions()).cloned();
        if outer.as_deref().is_some_and(|outer| outer.has(registry)) {
            return None;
        }
        let head = registry
            .notes_head
            .then(|| Box::new(RequestHead::of(request)));
        let sessions = Arc::new(Self {
            registry: Arc::clone(registry),
            outer,
            first: [const { OnceLock::new() }; INLINE],
            rest: OnceLock::new(),
            loading: Mutex::const_new(()),
            sent: AtomicBool::new(false),
            head,
        });
        request
            .extensions_mut()
            .insert(Extension(Arc::clone(&sessions)));
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

    /// The session `T`, opened from `headers` at the first call.
    ///
    /// Whoever asks while it is being opened waits; if the one who opens it gives up, the next
    /// begins anew.
    pub(crate) fn session<'a, T: SecureSession>(
        &'a self,
        headers: &'a HeaderMap,
        extensions: &'a Extensions,
    ) -> Extraction<'a, Result<Session<T>, SessionRejection>> {
        let Some(place) = self.place::<T>() else {
            return Extraction::Done(Err(place::not_registered::<T>().told()));
        };
        if let Some(session) = place.at_once(headers) {
            return Extraction::Done(session);
        }
        Extraction::Waiting(Box::pin(place.loaded(headers, extensions)))
    }

    /// Where the session is, if one of the layers around this place has it.
    fn place<T: SecureSession>(&self) -> Option<Place<'_>> {
        let (sessions, index) = self.holder::<T>()?;
        Some(Place {
            sessions,
            entry: sessions.registry.entries.get(index)?,
            cell: sessions.cell(index)?,
        })
    }

    /// Which of the layers around this place has the session, and where.
    fn holder<T: SecureSession>(&self) -> Option<(&Self, usize)> {
        match self.registry.index_of::<T>() {
            Some(index) => Some((self, index)),
            None => self.outer.as_deref()?.holder::<T>(),
        }
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

    /// Sends what the sessions of the request have to send. Returns what is left to do in stores.
    pub(super) fn commit(&self, response: &mut Response) -> Option<StoreCommit> {
        self.close();
        // A slot that is filled from now on is too late: an empty one has nothing to send.
        let mut filled = self.filled().peekable();
        filled.peek()?;
        let status = response.status();
        let (mut sent, mut steps) = (Sent::default(), Vec::new());
        for (slot, entry) in filled {
            if !entry.clear_site_data.is_nothing() && slot.is_deleted() {
                sent.cleared = sent.cleared | entry.clear_site_data;
            }
            let removal = slot.removal_of_old(entry);
            match slot.commit(slot, entry, status) {
                Step::Done(outcome) => {
                    let drops_secure = || slot.drops_secure();
                    sent.add(outcome, removal, entry, drops_secure, response);
                }
                Step::Store(asking) => steps.push(StoreStep {
                    entry: Arc::clone(entry),
                    removal,
                    drops_secure: slot.drops_secure(),
                    asking,
                }),
            }
        }
        if steps.is_empty() {
            sent.mark(response);
            return None;
        }
        Some(StoreCommit { sent, steps })
    }

    fn filled(&self) -> impl Iterator<Item = (&Arc<dyn AnySlot>, &Arc<Entry>)> {
        let cells = self
            .first
            .iter()
            .chain(self.rest.get().into_iter().flatten());
        cells
            .zip(&self.registry.entries)
            .filter_map(|(cell, entry)| Some((cell.get()?.as_ref().ok()?, entry)))
    }
}

/// What the sessions of one request have sent.
#[derive(Default)]
struct Sent {
    cookies: bool,
    /// What the browser is to delete, if nothing fails: else somebody is not signed out.
    cleared: ClearSiteData,
    failure: Option<Failure>,
}

impl Sent {
    fn add(
        &mut self,
        outcome: Outcome,
        removal: Option<Removal>,
        entry: &Entry,
        drops_secure: impl FnOnce() -> bool,
        response: &mut Response,
    ) {
        if let Some((name, value)) = removal.and_then(|removal| removal.with(&outcome)) {
            self.cookies = true;
            headers::replace_cookie(response.headers_mut(), &name, value);
        }
        match outcome {
            Outcome::Nothing => {}
            Outcome::Header(value) => {
                self.cookies = true;
                if drops_secure() && plain_http::is_secure(&value) {
                    entry.tell_of_http();
                }
                let name = entry.set_cookie().name();
                headers::replace_cookie(response.headers_mut(), name, value);
            }
            Outcome::Failed(failure) => {
                if self
                    .failure
                    .as_ref()
                    .is_none_or(|known| failure.rank() < known.rank())
                {
                    self.failure = Some(failure);
                }
            }
        }
    }

    fn mark(self, response: &mut Response) {
        if let Some(failure) = &self.failure {
            *response = only_cookies(response, failure);
        } else if let Some(cleared) = self.cleared.header() {
            response.headers_mut().append(CLEAR_SITE_DATA, cleared);
        }
        let sends = self.cookies || self.failure.is_some();
        headers::mark(response.headers_mut(), sends);
    }
}

/// The sessions of a request that have something to do in a store.
pub(super) struct StoreCommit {
    sent: Sent,
    steps: Vec<StoreStep>,
}

struct StoreStep {
    entry: Arc<Entry>,
    removal: Option<Removal>,
    drops_secure: bool,
    asking: Asking,
}

impl StoreCommit {
    /// One after the other: a request rarely has two.
    pub(super) async fn finish(self, mut response: Response) -> Response {
        let Self { mut sent, steps } = self;
        for step in steps {
            let outcome = step.asking.await;
            let drops_secure = || step.drops_secure;
            sent.add(
                outcome,
                step.removal,
                &step.entry,
                drops_secure,
                &mut response,
            );
        }
        sent.mark(&mut response);
        response
    }
}

/// The answer when a session cannot be sent: what the handler said would not be true, but the
/// other sessions of the request, and the application's own cookies, are not at fault.
fn only_cookies(response: &Response, failure: &Failure) -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status(failure);
    *answer.version_mut() = response.version();
    if matches!(failure, Failure::Store(_)) {
        answer.headers_mut().insert(
            RETRY_AFTER,
            HeaderValue::from_static(SessionRejection::RETRY_AFTER),
        );
    }
    for cookie in response.headers().get_all(http::header::SET_COOKIE) {
        answer
            .headers_mut()
            .append(http::header::SET_COOKIE, cookie.clone());
    }
    answer
}

const fn status(failure: &Failure) -> StatusCode {
    match failure {
        Failure::Seal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        Failure::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        Failure::Refused => StatusCode::CONFLICT,
    }
}

/// The slot of a session of any type.
pub(crate) trait AnySlot: Send + Sync {
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;

    fn is_deleted(&self) -> bool;

    /// Whether the browser will drop a Secure cookie of it.
    fn drops_secure(&self) -> bool;

    /// To be asked before the commit.
    fn removal_of_old(&self, entry: &Entry) -> Option<Removal>;

    /// `this` is the slot itself, for what outlives the call.
    fn commit(&self, this: &Arc<dyn AnySlot>, entry: &Arc<Entry>, status: StatusCode) -> Step;
}

impl<T: SecureSession> AnySlot for Slot<T> {
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn is_deleted(&self) -> bool {
        self.lock().deleted
    }

    fn drops_secure(&self) -> bool {
        self.drops_secure()
    }

    fn removal_of_old(&self, entry: &Entry) -> Option<Removal> {
        if !entry.takes_over() {
            return None;
        }
        Removal::of(&self.lock(), entry)
    }

    fn commit(&self, this: &Arc<dyn AnySlot>, entry: &Arc<Entry>, status: StatusCode) -> Step {
        commit::commit(self, this, entry, status)
    }
}
