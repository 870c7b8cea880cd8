//! The configuration of sessions that are shared with Node.

use super::{
    Config,
    config::{Draft, Home},
};
use crate::{
    NewId, SecureSession, SharedRecords,
    declaration::Limit,
    node::{CookieSettings, Generator, Records, Sharing},
    payload,
    stored::Sweeper,
};

impl<T: SecureSession> Config<T> {
    /// Keeps the session in records that a Node application reads and writes too: those of
    /// @fastify/session (`fastify_session::FastifySession`) or of @hattip/session
    /// (`hattip::HattipStore`), which choose the format.
    ///
    /// Handlers do not change. Which of the other settings hold: the cookie's name and attributes;
    /// [`idle`](Self::idle), or `max_age`, is Node's `maxAge`, that is how long the session lives
    /// after it was saved; [`rolling`](Self::rolling); [`validate`](Self::validate);
    /// [`store_deadline`](Self::store_deadline). There are neither principals nor revocations, as
    /// Node knows of none.
    pub fn shared_with_node(records: impl Into<SharedRecords>) -> Self {
        let SharedRecords(sharing) = records.into();
        let format = sharing.format();
        let mut config = Self::at_home(Home::Node(sharing));
        config.draft.format = format;
        if let Some(name) = payload::reserved_field(format)
            && payload::has_field::<T>(name)
        {
            config.draft.found.push((
                "fields",
                "the records hold a key `cookie` of their own: give the field another name with \
                 `#[serde(rename = \"…\")]`",
            ));
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
            .extend(problem.map(|problem| ("id_generator", problem)));
        self.draft.generator = Some(generator);
        self
    }
}

impl Draft {
    pub(super) fn records(&self, sharing: &Sharing) -> Records {
        let attributes = self.attributes();
        let is_auto = sharing.secure_as_request;
        let settings = CookieSettings::new(&attributes, self.node_max_age(sharing), is_auto);
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
        for (setting, problem) in &self.found {
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
        rule(
            idle == Some(0),
            "idle",
            "a limit of 0 ends every session at once",
        );
        rule(
            idle.is_none()
                && !sharing.holds_cookie
                && self.idle.or(self.declaration.idle).is_some(),
            "idle",
            "records of @hattip/session always end: give it a limit",
        );
        rule(
            self.absolute.or(self.declaration.absolute).is_some(),
            "absolute",
            "records of Node do not carry the time of creation: use `idle`",
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

    fn is_prefixed(&self) -> bool {
        !self.prefix.is_empty() && !self.insecure_over_http
    }
}
