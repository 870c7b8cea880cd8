//! From the cookies of a request to a record.

use std::sync::Arc;

use http::HeaderMap;

use super::{
    Stored,
    reading::Loaded,
    shown::{Cookie, Shown},
};
use crate::{
    EventKind, SecureSession,
    cookie::header,
    handle::{Renewal, State},
    reason::Reason,
    registry::{Entry, is_navigation},
    store::{LoadAtOnce, Record, StoreError, StoreErrorKind},
};

/// Cookies of one name that are looked up: the browser's own, and one that was planted beside it.
const MAX_LOOKUPS: usize = 2;

/// What was found under the key of a cookie.
type LookedUp = Result<Record, Reason>;

/// The cookies of the session's name.
#[derive(Clone, Copy)]
struct Cookies {
    count: usize,
    /// Of those that cannot be looked up.
    reason: Reason,
}

/// What those that were looked up have come to.
struct Found<T> {
    valid: usize,
    /// The most telling of those they were refused for.
    reason: Reason,
    superseded: bool,
    best: Option<Loaded<T>>,
}

impl Entry {
    /// The stored session that came with a request, or a fresh one and why.
    pub(crate) async fn open_stored<T: SecureSession>(
        self: &Arc<Self>,
        headers: &HeaderMap,
    ) -> Result<State<T>, StoreError> {
        let Some(stored) = self.stored() else {
            return Ok(State::fresh(Reason::NotFound));
        };
        stored.sweeper.start(|| Arc::downgrade(self));
        let now = self.now();
        let mut came = [const { None }; MAX_LOOKUPS];
        let mut places = came.iter_mut();
        let cookies = self.each_cookie(stored, headers, |cookie| {
            if let Some(place) = places.next() {
                *place = Some(cookie);
            }
            Ok(())
        })?;
        let [first, second] = &came;
        let first = match first {
            Some(cookie) => Some(self.look_up(stored, cookie).await?),
            None => None,
        };
        // On its own, and with what was found before: it is rare.
        let answers = match second {
            Some(second) => Box::pin(self.look_up_beside(stored, first, second)).await?,
            None => [first, None],
        };
        let mut found = Found::new();
        for (cookie, answer) in came.into_iter().zip(answers) {
            if let Some((cookie, answer)) = cookie.zip(answer) {
                found.offer(self.read_shown(stored, cookie, answer, now));
            }
        }
        Ok(self.conclude(stored, cookies, found, headers, now))
    }

    async fn look_up_beside(
        &self,
        stored: &Stored,
        first: Option<LookedUp>,
        second: &Cookie<'_>,
    ) -> Result<[Option<LookedUp>; MAX_LOOKUPS], StoreError> {
        let second = self.look_up(stored, second).await?;
        Ok([first, Some(second)])
    }

    /// Whether the session's store loads without waiting, so that it can be
    /// [opened at once](Self::open_at_once).
    pub(crate) fn at_once(&self) -> Option<(&Stored, &dyn LoadAtOnce)> {
        let stored = self.stored()?;
        Some((stored, stored.store.at_once()?))
    }

    /// The same as [`open`](Self::open), from such a store.
    pub(crate) fn open_at_once<T: SecureSession>(
        self: &Arc<Self>,
        (stored, store): (&Stored, &dyn LoadAtOnce),
        headers: &HeaderMap,
    ) -> Result<State<T>, StoreError> {
        stored.sweeper.start(|| Arc::downgrade(self));
        let opened = self.open_from(stored, store, headers);
        opened.inspect_err(|error| self.store_failed(error))
    }

    fn open_from<T: SecureSession>(
        &self,
        stored: &Stored,
        store: &dyn LoadAtOnce,
        headers: &HeaderMap,
    ) -> Result<State<T>, StoreError> {
        let now = self.now();
        let mut found = Found::new();
        let cookies = self.each_cookie(stored, headers, |cookie| {
            let answer = self.looked_up(store.load_at_once(&cookie.shown.key))?;
            found.offer(self.read_shown(stored, cookie, answer, now));
            Ok(())
        })?;
        Ok(self.conclude(stored, cookies, found, headers, now))
    }

    async fn look_up(&self, stored: &Stored, cookie: &Cookie<'_>) -> Result<LookedUp, StoreError> {
        self.looked_up(stored.load(&cookie.shown.key).await)
    }

    /// What an answer of the store means.
    fn looked_up(
        &self,
        answer: Result<Option<Record>, StoreError>,
    ) -> Result<LookedUp, StoreError> {
        match answer {
            Ok(Some(record)) => Ok(Ok(record)),
            Ok(None) => Ok(Err(Reason::NotFound)),
            Err(error) if error.kind() == StoreErrorKind::Corrupt => {
                self.log_store_error(&error);
                Ok(Err(Reason::Corrupt))
            }
            Err(error) => Err(error),
        }
    }

    /// The session that the cookies have found, and what is to be said of it.
    fn conclude<T: SecureSession>(
        &self,
        stored: &Stored,
        cookies: Cookies,
        found: Found<T>,
        headers: &HeaderMap,
        now: u64,
    ) -> State<T> {
        if cookies.count > 1 {
            let (cookies, valid) = (cookies.count, found.valid);
            self.emit(EventKind::Conflict { cookies, valid });
        }
        if let Some(loaded) = found.best {
            self.emit(EventKind::Opened);
            let mut state = self.state(stored, loaded, headers, now);
            self.note_old_cookie(&mut state, headers);
            return state;
        }
        let reason = cookies.reason.max(found.reason);
        match self.take_over(headers, reason, now) {
            Ok(state) => {
                self.emit(EventKind::Opened);
                state
            }
            Err(reason) => {
                self.emit(EventKind::Fresh(reason));
                State {
                    superseded: found.superseded,
                    ..State::fresh(reason)
                }
            }
        }
    }

    /// Takes each cookie that can be looked up, in the order in which they came.
    fn each_cookie<'h>(
        &'h self,
        stored: &Stored,
        headers: &'h HeaderMap,
        mut take: impl FnMut(Cookie<'h>) -> Result<(), StoreError>,
    ) -> Result<Cookies, StoreError> {
        let mut cookies = Cookies {
            count: 0,
            reason: Reason::Absent,
        };
        let mut left = MAX_LOOKUPS;
        for text in header::candidates(headers, self.set_cookie().name()) {
            cookies.count += 1;
            match Cookie::read(text, &stored.shown, self.identity()) {
                None => cookies.reason = cookies.reason.max(Reason::Malformed),
                Some(_) if left == 0 => break,
                Some(cookie) => {
                    left -= 1;
                    take(cookie)?;
                }
            }
        }
        Ok(cookies)
    }

    /// The session of a cookie's token, if the record is one that it opens.
    fn read_shown<T: SecureSession>(
        &self,
        stored: &Stored,
        cookie: Cookie<'_>,
        answer: LookedUp,
        now: u64,
    ) -> Result<Loaded<T>, Reason> {
        let Cookie { shown, spelling } = cookie;
        let loaded = self.read(shown.key, answer?, Some(shown), now)?;
        spelling.keep(&stored.shown, || Shown::of(&loaded.origin));
        Ok(loaded)
    }

    fn state<T: SecureSession>(
        &self,
        stored: &Stored,
        loaded: Loaded<T>,
        headers: &HeaderMap,
        now: u64,
    ) -> State<T> {
        let is_navigation = is_navigation(headers) || self.renews_on_any_request();
        let is_old = |age| loaded.since.saturating_add(age) <= now;
        let renewal = if loaded.origin.is_former {
            None
        } else if is_navigation && stored.renew_id.is_some_and(is_old) {
            Some(Renewal::Id)
        } else if self.expiry().is_renewal_due(&loaded.decoded.envelope, now) {
            Some(Renewal::Rolling)
        } else {
            None
        };
        State {
            renewal,
            is_navigation,
            ..loaded.into_state()
        }
    }
}

impl<T: SecureSession> Found<T> {
    const fn new() -> Self {
        Self {
            valid: 0,
            reason: Reason::Absent,
            superseded: false,
            best: None,
        }
    }

    fn offer(&mut self, loaded: Result<Loaded<T>, Reason>) {
        match loaded {
            Ok(loaded) => {
                self.valid += 1;
                let is_better = |best: &Loaded<T>| loaded.rank() > best.rank();
                if self.best.as_ref().is_none_or(is_better) {
                    self.best = Some(loaded);
                }
            }
            Err(reason) => {
                self.superseded |= reason == Reason::Superseded;
                self.reason = self.reason.max(reason);
            }
        }
    }
}
