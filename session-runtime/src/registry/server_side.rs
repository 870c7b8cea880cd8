//! The configuration of what a session needs a server for: a store, a list of revocations.

use std::{sync::Arc, time::Duration};

use super::{
    Config,
    config::{Draft, Home},
    procedures::AnyProcedures,
};
use crate::{
    ConfigError, Format, SecureSession,
    store::{SessionLimit, SessionStore},
};

/// What a call to a store may take unless told otherwise.
const DEADLINE: Duration = Duration::from_secs(3);
/// How long requests that began with the old id may go on with it.
const GRACE: Duration = Duration::from_secs(30);
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// `None`: not given, so that the default holds.
#[derive(Default)]
pub(super) struct ServerSide {
    deadline: Option<Duration>,
    grace: Option<Duration>,
    renew_id: Option<Duration>,
    limit: Option<SessionLimit>,
    sweep_every: Option<Sweeping>,
    revocations: Option<Arc<dyn SessionStore>>,
    revocation_lag: Option<Duration>,
    open_unchecked: bool,
}

#[derive(Clone, Copy)]
enum Sweeping {
    Every(Duration),
    Never,
}

/// The list of revocations of a session that lives in its cookie.
pub(crate) struct RevocationList {
    pub(crate) store: Arc<dyn SessionStore>,
    pub(crate) lag: Duration,
    pub(crate) open_unchecked: bool,
}

impl<T: SecureSession> Config<T> {
    /// How long one call to a store may take. Default: 3 s.
    ///
    /// A request that loads a session, changes it and meets no other makes two.
    pub const fn store_deadline(mut self, deadline: Duration) -> Self {
        self.server_side().deadline = Some(deadline);
        self
    }

    /// Session in a store: how long requests that began before
    /// [`regenerate_keep`](crate::Session::regenerate_keep) or a [renewal](Self::renew_id) may go
    /// on with the old cookie. They see the session as it was before, and change nothing. Default:
    /// 30 s; zero for none.
    ///
    /// [`regenerate`](crate::Session::regenerate), a sign-in, never has any.
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.server_side().grace = Some(grace);
        self
    }

    /// Session in a store: replaces its id when it is older than `age`, in the response to a
    /// navigation (see [`renew_on_any_request`](Self::renew_on_any_request)). Default: never.
    ///
    /// A stolen cookie is then of use until the owner's next page after that age, and no longer.
    pub const fn renew_id(mut self, age: Duration) -> Self {
        self.server_side().renew_id = Some(age);
        self
    }

    /// Session in a store: how many of them one principal may have at once. Default: any number.
    ///
    /// Counted when somebody signs in, that is when a session gets a principal it did not have.
    /// See [`SessionLimit`] for what happens to one more: with
    /// [`WhenFull::Refuse`](crate::store::WhenFull::Refuse) the response becomes a 409, without a
    /// cookie.
    pub const fn limit(mut self, limit: SessionLimit) -> Self {
        self.server_side().limit = Some(limit);
        self
    }

    /// How often what has expired is removed from the store, where the engine does not do it
    /// by itself. `None` leaves it to you, who call [`Sweep`](crate::store::Sweep) then. Default:
    /// every 10 minutes, from the first use on.
    pub fn sweep_every(mut self, pause: impl Into<Option<Duration>>) -> Self {
        let pause = pause.into();
        self.server_side().sweep_every = Some(pause.map_or(Sweeping::Never, Sweeping::Every));
        self
    }

    /// Session in a cookie: keeps a list of ended ones in `store`, so that it can be ended for
    /// good: by [`delete`](crate::Session::delete) and [`regenerate`](crate::Session::regenerate),
    /// which else end it in one browser only, and by
    /// [`Sessions::end`](crate::Sessions::end) and [`Sessions::of`](crate::Sessions::of).
    ///
    /// Costs a look-up for each request that extracts the session; see
    /// [`revocation_lag`](Self::revocation_lag). In the fastify format the payload gets the keys
    /// `__id` and `__ep`; a session that Node alone has written ends with its principal's others,
    /// reckoned from its `__ts`, and Node does not look at the list.
    ///
    /// # Errors
    ///
    /// At start-up, if the store keeps no list of [revocations](crate::store::Revocations).
    pub fn revocations(mut self, store: impl SessionStore) -> Self {
        self.server_side().revocations = Some(Arc::new(store));
        // Elsewhere there is no such list, which is said at start.
        if let Home::Cookie(_) = self.draft.home {
            self.draft.procedures = Some(AnyProcedures::listed::<T>());
        }
        self
    }

    /// How old what is known of a session's revocation may be: for so long it is not looked up
    /// again in this process. Default: zero, a look-up for each request.
    ///
    /// # Security
    ///
    /// The longest time that a session which was ended in another process is opened in this one.
    pub const fn revocation_lag(mut self, lag: Duration) -> Self {
        self.server_side().revocation_lag = Some(lag);
        self
    }

    /// Opens sessions also while the list of revocations is out of reach. Default: they are
    /// refused with a 503, and the cookie is kept.
    ///
    /// # Security
    ///
    /// Whoever can cut the list off can use what was revoked.
    pub const fn open_without_revocations(mut self) -> Self {
        self.server_side().open_unchecked = true;
        self
    }
}

impl Draft {
    pub(super) fn deadline(&self) -> Duration {
        self.server_side.deadline.unwrap_or(DEADLINE)
    }

    pub(super) fn grace(&self) -> Duration {
        self.server_side.grace.unwrap_or(GRACE)
    }

    pub(super) const fn renew_id(&self) -> Option<Duration> {
        self.server_side.renew_id
    }

    pub(super) const fn limit(&self) -> Option<SessionLimit> {
        self.server_side.limit
    }

    pub(super) fn sweep_every(&self) -> Option<Duration> {
        match self.server_side.sweep_every {
            None => Some(SWEEP_EVERY),
            Some(Sweeping::Every(pause)) => Some(pause),
            Some(Sweeping::Never) => None,
        }
    }

    pub(super) fn revocation_list(&self) -> Option<RevocationList> {
        Some(RevocationList {
            store: Arc::clone(self.server_side.revocations.as_ref()?),
            lag: self.server_side.revocation_lag.unwrap_or_default(),
            open_unchecked: self.server_side.open_unchecked,
        })
    }

    /// Settings that mean nothing where the session lives, or cannot work there.
    pub(super) fn server_side_problems(&self, problems: &mut Vec<ConfigError>) {
        let set = &self.server_side;
        let zero = Some(Duration::ZERO);
        let mut broken = Vec::new();
        let mut rule = |is_broken: bool, setting, problem| {
            broken.extend(is_broken.then_some((setting, problem)));
        };
        rule(
            set.deadline == zero,
            "store_deadline",
            "no store answers in no time",
        );
        rule(
            set.renew_id == zero,
            "renew_id",
            "an age of 0 renews at every page",
        );
        rule(
            self.sweep_every() == zero,
            "sweep_every",
            "a pause of 0 sweeps all the time: `None` for never",
        );
        rule(
            self.generator.is_some() && !matches!(self.home, Home::Node(_)),
            "id_generator",
            "is for a session that is shared with @fastify/session: `Config::shared_with_node`",
        );
        match &self.home {
            Home::Cookie(_) => self.problems_in_a_cookie(&mut rule),
            Home::Store(store) => self.problems_in_a_store(&**store, &mut rule),
            Home::Node(sharing) => {
                self.problems_of_stores(&mut rule);
                self.problems_with_node(sharing, &mut rule);
            }
        }
        let found = self.found.iter();
        problems.extend(found.map(|(setting, problem)| self.problem(setting, problem)));
        problems.extend(
            broken
                .into_iter()
                .map(|(setting, problem)| self.problem(setting, problem)),
        );
    }

    fn problems_in_a_cookie(&self, rule: &mut impl FnMut(bool, &'static str, &'static str)) {
        const NEEDS_STORE: &str = "is for a session kept in a store: `Config::stored`";
        const NEEDS_LIST: &str = "means nothing without `revocations`";
        let set = &self.server_side;
        let list = set.revocations.as_deref();
        rule(set.grace.is_some(), "grace", NEEDS_STORE);
        rule(set.renew_id.is_some(), "renew_id", NEEDS_STORE);
        rule(set.limit.is_some(), "limit", NEEDS_STORE);
        let unlisted = list.is_none();
        rule(
            set.sweep_every.is_some() && unlisted,
            "sweep_every",
            NEEDS_STORE,
        );
        rule(
            set.deadline.is_some() && unlisted,
            "store_deadline",
            NEEDS_STORE,
        );
        rule(
            set.revocation_lag.is_some() && unlisted,
            "revocation_lag",
            NEEDS_LIST,
        );
        rule(
            set.open_unchecked && unlisted,
            "open_without_revocations",
            NEEDS_LIST,
        );
        rule(
            list.is_some_and(|store| store.revocations().is_none()),
            "revocations",
            "this store keeps no list of revocations: take another",
        );
        rule(
            list.is_some() && !(self.format == Format::Sealed || self.rules().preserve_unknown),
            "revocations",
            "in this format they need `preserve_unknown`, which is its default",
        );
        rule(
            list.is_some() && self.format == Format::InsecureUnsigned,
            "revocations",
            "whoever writes his cookie himself is not bound by them: sign or seal it",
        );
    }

    /// Of a session in a store, whatever the store.
    fn problems_of_stores(&self, rule: &mut impl FnMut(bool, &'static str, &'static str)) {
        const NEEDS_COOKIE: &str =
            "is for a session in a cookie: one in a store ends with its record";
        let set = &self.server_side;
        rule(set.revocations.is_some(), "revocations", NEEDS_COOKIE);
        rule(set.revocation_lag.is_some(), "revocation_lag", NEEDS_COOKIE);
        rule(set.open_unchecked, "open_without_revocations", NEEDS_COOKIE);
        if matches!(self.home, Home::Node(_)) {
            const NOT_SHARED: &str = "Node knows nothing of it: leave it out";
            rule(set.grace.is_some(), "grace", NOT_SHARED);
            rule(set.renew_id.is_some(), "renew_id", NOT_SHARED);
            rule(set.limit.is_some(), "limit", NOT_SHARED);
        }
    }

    fn problems_in_a_store(
        &self,
        store: &dyn SessionStore,
        rule: &mut impl FnMut(bool, &'static str, &'static str),
    ) {
        self.problems_of_stores(rule);
        let set = &self.server_side;
        let is_limited = set.limit.is_some();
        rule(
            is_limited && store.principals().is_none(),
            "limit",
            "this store keeps no index of principals: take another",
        );
        rule(
            is_limited && !self.has_principal,
            "limit",
            "nothing says whose the session is: mark a field `#[session(principal)]`",
        );
        rule(
            self.format != Format::Sealed,
            "format",
            "a session kept in a store has a format of its own: leave `format` out, or set \
             `Config::format(Format::Sealed)`",
        );
    }
}
