//! The configuration of sessions that are shared with Node.

use super::{
    Config,
    config::{Draft, Home},
    procedures::AnyProcedures,
};
use crate::{
    Format, NewId, Rolling, SecureSession, SharedRecords,
    declaration::Limit,
    node::{CookieSettings, Generator, Records, Sharing},
    payload,
    stored::Sweeper,
};

/// What a session has beside its fields in @fastify/session: a field of such a name would take the
/// place of a method, and break the service in Node.
const NODES_OWN: [&str; 13] = [
    "cookie",
    "sessionId",
    "encryptedSessionId",
    "options",
    "touch",
    "regenerate",
    "get",
    "set",
    "destroy",
    "reload",
    "save",
    "isModified",
    "isSaved",
];

impl<T: SecureSession> Config<T> {
    /// Keeps the session in records that a Node application reads and writes too: those of
    /// @fastify/session (`fastify_session::FastifySession`) or of @hattip/session
    /// (`hattip::HattipStore`), which choose the format.
    ///
    /// Handlers do not change. Which of the other settings hold: the cookie's name and attributes;
    /// [`idle`](Self::idle), or `max_age`, is Node's `maxAge`, that is how long the session lives
    /// after it was saved; [`rolling`](Self::rolling), by any request;
    /// [`preserve_unknown`](Self::preserve_unknown); [`validate`](Self::validate);
    /// [`discard_on_server_error`](Self::discard_on_server_error);
    /// [`store_deadline`](Self::store_deadline); [`sweep_every`](Self::sweep_every). A
    /// principal says who is signed in, and nobody's sessions are listed. There are no revocations, as
    /// Node knows of none, and no skew of clocks is reckoned with: what Node does not allow for is
    /// refused at start.
    pub fn shared_with_node(records: impl Into<SharedRecords>) -> Self {
        let SharedRecords(sharing) = records.into();
        let format = sharing.format();
        let procedures = AnyProcedures::node::<T>();
        let mut config = Self::at_home(Home::Node(sharing), Some(procedures));
        config.draft.format = format;
        if format == Format::FastifySession {
            let names = NODES_OWN
                .iter()
                .filter(|name| payload::has_field::<T>(name));
            let problems = names.map(|name| {
                let problem = format!(
                    "`{name}` is a name of the session itself in Node: give the field another with \
                     `#[serde(rename = \"…\")]`"
                );
                ("fields", problem)
            });
            config.draft.found.extend(problems);
        }
        config
    }

    /// Session shared with @fastify/session: makes ids with `make`, instead of 24 random bytes:
    /// `idGenerator` in Node. It sees the request and what is in the session.
    ///
    /// ```
    /// # mod example {
    /// # use serde::{Deserialize, Serialize};
    /// # use session_runtime::{Config, SecureSession};
    /// # #[derive(SecureSession, Serialize, Deserialize, Default)]
    /// # pub struct Visitor { user: Option<String> }
    /// pub fn named_by_region(config: Config<Visitor>) -> Config<Visitor> {
    ///     config.id_generator(|new| {
    ///         let region = new.request().and_then(|request| request.headers().get("x-region"));
    ///         let region = region.and_then(|region| region.to_str().ok()).unwrap_or("none");
    ///         format!("{region}-{}", new.random())
    ///     })
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// At start-up, where it is tried out, if it makes an id of fewer than 22 characters, which
    /// cannot hold 128 random bits, or one id twice. Later an id that is too short is
    /// [`SealError::WeakId`](crate::SealError::WeakId).
    ///
    /// # Security
    ///
    /// Whoever guesses an id has the session, unless ids are signed: put
    /// [`NewId::random`](crate::NewId::random) into it.
    pub fn id_generator(
        mut self,
        make: impl Fn(&NewId<'_, T>) -> String + Send + Sync + 'static,
    ) -> Self {
        let generator = Generator::new(make);
        let problem = generator.problem::<T>();
        self.draft
            .found
            .extend(problem.map(|problem| ("id_generator", problem.to_owned())));
        self.draft.generator = Some(generator);
        self
    }
}

impl Draft {
    pub(super) fn records(&self, sharing: &Sharing) -> Records {
        let attributes = self.attributes();
        let is_auto = sharing.secure_as_request;
        let mut settings = CookieSettings::new(&attributes, self.node_max_age(sharing), is_auto);
        if self.insecure_over_http {
            settings = settings.over_http();
        }
        if !sharing.holds_cookie {
            // It is the browser's alone.
            settings = settings.without_date();
        }
        Records {
            sharing: sharing.clone(),
            deadline: self.deadline(),
            sweeper: Sweeper::new(self.sweep_every()),
            rolling: self.rolling.unwrap_or(sharing.rolling),
            settings,
            generator: self.generator.clone(),
        }
    }

    /// Node's `maxAge`, in milliseconds.
    fn node_max_age(&self, sharing: &Sharing) -> Option<u64> {
        let max_age = self.attributes().max_age.map(|s| s.saturating_mul(1000));
        let idle = self.idle.or(self.declaration.idle);
        match idle {
            Some(limit) => limit.milliseconds(),
            None => max_age.or(sharing.max_age),
        }
    }

    /// Settings that mean nothing here, or cannot work.
    pub(super) fn problems_with_node(
        &self,
        sharing: &Sharing,
        rule: &mut impl FnMut(bool, &'static str, &'static str),
    ) {
        if let Some((setting, problem)) = sharing.system.problem() {
            rule(true, setting, problem);
        }
        rule(
            self.format != sharing.format(),
            "format",
            "is chosen by whose records they are: leave it out",
        );
        rule(
            self.attributes().priority.is_some() && sharing.holds_cookie,
            "priority",
            "records of @fastify/session have no place for it: leave it out",
        );
        self.limits_with_node(sharing, rule);
        rule(
            sharing.secure_as_request && !self.attributes().secure && !self.insecure_over_http,
            "secure",
            "contradicts `secure_auto`: leave one of them out",
        );
        rule(
            self.declaration.version != 1,
            "version",
            "records of Node carry no version",
        );
        rule(
            sharing.secure_as_request && self.is_prefixed(),
            "secure_auto",
            "a name with a prefix is for https alone: give the cookie a name without",
        );
        rule(
            !sharing.holds_cookie && self.generator.is_some(),
            "id_generator",
            "ids of @hattip/session are UUIDs: leave it out",
        );
    }

    fn limits_with_node(
        &self,
        sharing: &Sharing,
        rule: &mut impl FnMut(bool, &'static str, &'static str),
    ) {
        let idle = self
            .idle
            .or(self.declaration.idle)
            .and_then(Limit::milliseconds);
        let max_age = self.attributes().max_age.map(|s| s.saturating_mul(1000));
        let differ = idle
            .zip(max_age)
            .is_some_and(|(idle, max_age)| idle != max_age);
        rule(
            differ && sharing.holds_cookie,
            "idle, max_age",
            "are one and the same in the records of Node: give one of them",
        );
        let given = self.idle.or(self.declaration.idle);
        rule(
            given.is_some() && idle.is_none() && max_age.is_some() && sharing.holds_cookie,
            "idle, max_age",
            "are one and the same in the records of Node: without a limit there is no `max_age`",
        );
        rule(
            idle == Some(0) || max_age == Some(0),
            "idle, max_age",
            "a limit of 0 ends every session at once",
        );
        rule(
            given.is_some() && idle.is_none() && !sharing.holds_cookie,
            "idle",
            "records of @hattip/session always end: give it a limit",
        );
        let is_timed = sharing.holds_cookie && self.node_max_age(sharing).is_some();
        let rolling = self.rolling.unwrap_or(sharing.rolling);
        rule(
            ![Rolling::OFF, Rolling::ALWAYS].contains(&rolling) && !is_timed,
            "rolling",
            "nothing tells when such a record was saved: take `Rolling::ALWAYS` or `Rolling::OFF`, \
             or with @fastify/session give `idle`",
        );
        rule(
            self.absolute.or(self.declaration.absolute).is_some(),
            "absolute",
            "records of Node do not carry the time of creation: use `idle`",
        );
    }

    fn is_prefixed(&self) -> bool {
        !self.prefix.is_empty() && !self.insecure_over_http
    }
}
