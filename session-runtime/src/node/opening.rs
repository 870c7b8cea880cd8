//! From the cookies of a request to a record.

use std::sync::Arc;

use http::{Extensions, HeaderMap};

use super::{
    CookieSettings, NodeState, Records, RequestHead,
    cookie_json::RecordedCookie,
    state::{Came, Former, Left, NodeOrigin},
    system::Presented,
};
use crate::{
    EventKind, SecureSession,
    cookie::{Overrides, header},
    handle::{Renewal, State},
    payload::{self, Decoded, DecodedRecord},
    reason::Reason,
    registry::Entry,
    store::{Held, StoreError, StoreErrorKind},
};

/// Cookies of one name that are looked up: the browser's own, and one that was planted beside it.
const MAX_LOOKUPS: usize = 2;

/// Cookies of one name that are looked at: more than any browser sends by itself, and a bound on
/// what a request can cost.
const MAX_CANDIDATES: usize = 16;

/// What a session is opened from.
#[derive(Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) extensions: Option<&'a Extensions>,
    /// `None`: it belongs to no request.
    pub(crate) head: Option<&'a RequestHead>,
    /// Over the configured attributes, for a session that belongs to no request.
    pub(crate) options: Option<&'a Overrides>,
}

impl<'a> Arrival<'a> {
    /// Without a request.
    pub(crate) const fn of(headers: &'a HeaderMap) -> Self {
        Self {
            headers,
            extensions: None,
            head: None,
            options: None,
        }
    }
}

/// A cookie that names a session, and what the store has of it.
type LookedUp = Option<(Presented, Option<Held>)>;

/// A living session.
struct Loaded<T> {
    decoded: Decoded<T>,
    settings: CookieSettings,
    origin: NodeOrigin,
    is_stale: bool,
    /// As far as the store knows, in Unix milliseconds.
    end: Option<u64>,
}

impl<T: SecureSession> Loaded<T> {
    /// When it was saved, when the store ends it, and what cannot be the same.
    fn rank(&self) -> (Option<u64>, Option<u64>, &str) {
        (self.settings.last_saved(), self.end, &self.origin.id)
    }

    /// The session of the request. `blank`: what else is known of it.
    fn into_state(self, records: &Records, blank: NodeState, now: u64) -> State<T> {
        let came = if self.is_stale {
            Came::Stale
        } else {
            Came::Current
        };
        let renewal = if records.rolls(&self.settings, now) {
            Some(Renewal::Rolling)
        } else {
            self.is_stale.then_some(Renewal::KeyRotated)
        };
        let node = NodeState {
            settings: self.settings,
            came,
            origin: Some(self.origin),
            ..blank
        };
        let Decoded {
            data,
            envelope,
            unknown,
        } = self.decoded;
        State {
            renewal,
            node: Some(Box::new(node)),
            ..State::new(Arc::new(data), envelope, unknown, None)
        }
    }
}

/// Why there is none.
enum Refused {
    For(Reason),
    Expired(Box<(CookieSettings, NodeOrigin)>),
}

impl Records {
    /// A session of which nothing has come yet.
    fn blank(&self, arrival: Arrival<'_>) -> NodeState {
        let proxy = self.sharing.proxy.as_ref();
        let head = arrival.head;
        let with = |options| self.settings.clone().with(options);
        let opened_with = arrival.options.map(with).map(Box::new);
        let settings = opened_with.as_deref().unwrap_or(&self.settings).clone();
        let path = settings.path.as_deref().unwrap_or("/");
        let is_outside = self.sharing.holds_cookie && head.is_some_and(|head| !head.is_below(path));
        NodeState {
            is_outside,
            settings,
            opened_with,
            is_https: proxy.and_then(|it| it.says_https(arrival.headers, arrival.extensions)),
            head: self
                .generator
                .as_ref()
                .and(head)
                .map(|head| Box::new(head.with_headers(arrival.headers))),
            ..self.fresh()
        }
    }

    /// Whether a record's time has passed. `end`: as far as the store knows, which may give one back
    /// after its time.
    pub(super) fn has_ended(&self, settings: &CookieSettings, end: Option<u64>, now: u64) -> bool {
        // express-session moves the end in the store alone when a session is read.
        let is_told = self.sharing.ends_in_store && settings.max_age.is_some();
        let is_over = settings.expires.is_some_and(|end| end <= signed(now));
        is_over && !is_told || end.is_some_and(|end| end <= now)
    }

    /// Whether a read moves the end of a record.
    fn rolls(&self, settings: &CookieSettings, now: u64) -> bool {
        let times = settings.last_saved().zip(settings.max_age);
        self.rolling
            .is_due(times.map(|(at, limit)| (now.saturating_sub(at), limit)))
    }
}

impl Entry {
    /// The session that came, or a fresh one and why.
    pub(crate) async fn open_record<T: SecureSession>(
        self: &Arc<Self>,
        arrival: Arrival<'_>,
    ) -> Result<State<T>, StoreError> {
        let Some(records) = self.records() else {
            return Ok(State::fresh(Reason::NotFound));
        };
        records.sweeper.start(|| Arc::downgrade(self));
        let mut blank = records.blank(arrival);
        if blank.is_outside {
            return Ok(State {
                node: Some(Box::new(blank)),
                ..State::fresh(Reason::Absent)
            });
        }
        let (mut cookies, mut reason) = (0, Reason::Absent);
        let mut found: [LookedUp; MAX_LOOKUPS] = [None, None];
        let limit = if records.sharing.as_node {
            1
        } else {
            MAX_CANDIDATES
        };
        let name = self.set_cookie().name();
        let mut places = found.iter_mut();
        for value in header::candidates(arrival.headers, name).take(limit) {
            let presented = records.sharing.system.presented(value);
            if presented == Err(Reason::Absent) {
                continue;
            }
            cookies += 1;
            blank.came = Came::Other;
            match presented {
                Ok(presented) => {
                    let Some(place) = places.next() else { break };
                    let key = records.sharing.system.key(&presented.id);
                    let held = match records.get(&key).await {
                        Err(error) if error.kind() == StoreErrorKind::Corrupt => {
                            self.log_store_error(&error);
                            reason = reason.max(Reason::Corrupt);
                            continue;
                        }
                        held => held?,
                    };
                    *place = Some((presented, held));
                }
                Err(why) => reason = reason.max(why),
            }
        }
        Ok(self.choose_record(records, blank, found, cookies, reason))
    }

    fn choose_record<T: SecureSession>(
        &self,
        records: &Records,
        blank: NodeState,
        found: [LookedUp; MAX_LOOKUPS],
        cookies: usize,
        mut reason: Reason,
    ) -> State<T> {
        let now = self.now();
        let (mut best, mut expired, mut valid) = (None::<Loaded<T>>, None, 0);
        let mut is_unreadable = reason == Reason::Corrupt;
        for (presented, held) in found.into_iter().flatten() {
            match self.read_record(records, &blank, presented, held, now) {
                Ok(loaded) => {
                    valid += 1;
                    // The session that was used last counts.
                    let is_better = |best: &Loaded<T>| loaded.rank() > best.rank();
                    if best.as_ref().is_none_or(is_better) {
                        best = Some(loaded);
                    }
                }
                Err(Refused::For(why)) => {
                    is_unreadable |= matches!(why, Reason::Corrupt | Reason::SchemaMismatch);
                    reason = reason.max(why);
                }
                Err(Refused::Expired(left)) => {
                    reason = reason.max(Reason::Expired);
                    expired = Some(left);
                }
            }
        }
        if cookies > 1 {
            self.emit(EventKind::Conflict { cookies, valid });
        }
        let Some(loaded) = best else {
            self.emit(EventKind::Fresh(reason));
            let mut node = blank;
            if let Some(left) = expired {
                let ((settings, origin), why) = (*left, Left::Expired);
                node.settings = settings.for_successor(now);
                node.former = Some(Former { origin, why });
            }
            // There is a session, which this version of the application cannot read. Its cookie is
            // not to be replaced by one that nobody has written to.
            if is_unreadable {
                node.came = Came::Nothing;
            }
            let is_kept = records.sharing.saves_fresh && !is_unreadable;
            return State {
                node: Some(Box::new(node)),
                renewal: is_kept.then_some(Renewal::Fresh),
                ..State::fresh(reason)
            };
        };
        self.emit(EventKind::Opened);
        loaded.into_state(records, blank, now)
    }

    fn read_record<T: SecureSession>(
        &self,
        records: &Records,
        blank: &NodeState,
        presented: Presented,
        held: Option<Held>,
        now: u64,
    ) -> Result<Loaded<T>, Refused> {
        let held = held.ok_or(Refused::For(Reason::NotFound))?;
        let DecodedRecord { decoded, cookie } =
            payload::decode_record::<T, RecordedCookie>(&held.value, self.rules()).map_err(
                |reason| {
                    Refused::For(match reason {
                        Reason::Malformed => Reason::Corrupt,
                        reason => reason,
                    })
                },
            )?;
        let settings = self.restored(&blank.settings, cookie, blank.is_https);
        let has_ended = records.has_ended(&settings, held.end, now);
        let origin = NodeOrigin::new(presented.id, held.value);
        if has_ended {
            return Err(Refused::Expired(Box::new((settings, origin))));
        }
        if !self.accepts(&decoded.data) {
            return Err(Refused::For(Reason::SchemaMismatch));
        }
        Ok(Loaded {
            decoded,
            settings,
            origin,
            is_stale: presented.is_stale,
            end: held.end,
        })
    }

    /// What the cookie of a record has over what is configured: but it must not make this server
    /// send what no browser takes.
    pub(super) fn restored(
        &self,
        configured: &CookieSettings,
        record: Option<RecordedCookie>,
        is_https: Option<bool>,
    ) -> CookieSettings {
        let settings = configured.clone().restored(record.unwrap_or_default());
        let attributes = settings.cookie(self.now(), is_https).attributes(None);
        if attributes.problems(self.set_cookie().name()).is_empty() {
            settings
        } else {
            settings.with_attributes_of(configured)
        }
    }
}

pub(super) fn signed(at: u64) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}
