//! What a configuration comes to, and what of it cannot work.

use super::config::{Draft, Home};
use crate::{
    CookieKeys, Deviation, FastifyPolicy, Format,
    cookie::{Attributes, Overrides, name_problem, prefix_of, unprefixed},
    declaration::Limit,
    error::ConfigError,
    expiry::{Expiry, Rolling, milliseconds},
    format::fastify::Signing,
    payload::Rules,
};

/// Default limits in milliseconds. Fastify's idle limit is that of its package.
const SEALED_IDLE: u64 = 86_400_000;
const SEALED_ABSOLUTE: u64 = 14 * SEALED_IDLE;
const FASTIFY_IDLE: u64 = 86_401_000;
const HATTIP_IDLE: u64 = 300_000;

pub(super) const SHARED_KEY: &str = "no format but the sealed one binds a cookie to its session: give each its own key, or allow it \
     with `insecure_shared_key()`";

impl Draft {
    pub(super) fn effective_cookie_name(&self) -> String {
        if self.insecure_over_http {
            unprefixed(&self.cookie_name).to_owned()
        } else {
            self.cookie_name.clone().into_owned()
        }
    }

    pub(super) fn attributes(&self) -> Attributes {
        let as_node = self.policy.follows_node(Deviation::PathAndSecure);
        let attributes = Attributes::defaults(self.format, as_node)
            .with(Overrides::declared(&self.declaration))
            .with(self.overrides.clone());
        if self.insecure_over_http {
            attributes.over_http()
        } else {
            attributes
        }
    }

    pub(super) fn rules(&self) -> Rules {
        let shared_with_node = self.format != Format::Sealed;
        Rules {
            format: self.format,
            preserve_unknown: self
                .preserve_unknown
                .or(self.declaration.preserve_unknown)
                .unwrap_or(shared_with_node),
            policy: self.policy,
        }
    }

    pub(super) fn expiry(&self) -> Expiry {
        let sealed = self.format == Format::Sealed;
        let (idle, absolute) = match self.format {
            Format::Sealed => (SEALED_IDLE, Some(SEALED_ABSOLUTE)),
            Format::Fastify => (FASTIFY_IDLE, None),
            Format::HattipSigned | Format::HattipEncrypted => (HATTIP_IDLE, None),
            Format::InsecureUnsigned | Format::FastifySession | Format::HattipRecord => {
                return Expiry::NONE;
            }
        };
        Expiry {
            idle: self
                .idle
                .or(self.declaration.idle)
                .map_or(Some(idle), Limit::milliseconds),
            absolute: self
                .absolute
                .or(self.declaration.absolute)
                .map_or(absolute, Limit::milliseconds),
            skew: milliseconds(self.skew),
            rolling: self.rolling.unwrap_or(if sealed {
                Rolling::at_most(10)
            } else {
                Rolling::OFF
            }),
            // A hattip cookie says when it ends, and not when it was written.
            accepts_future: match self.format {
                Format::Sealed => false,
                Format::Fastify => self.policy.follows_node(Deviation::FutureTimestamp),
                _ => true,
            },
        }
    }

    /// What cannot work, in this session alone.
    pub(super) fn problems(&self) -> Vec<ConfigError> {
        let mut problems = Vec::new();
        self.name_problems(&mut problems);
        self.limit_problems(&mut problems);
        self.format_problems(&mut problems);
        self.server_side_problems(&mut problems);
        self.page_problems(&mut problems);
        self.cache_problems(&mut problems);
        let name = self.effective_cookie_name();
        for (attribute, problem) in self.attributes().problems(&name) {
            problems.push(self.problem(attribute, problem));
        }
        problems
    }

    fn name_problems(&self, problems: &mut Vec<ConfigError>) {
        let name = &*self.cookie_name;
        problems.extend(name_problem(name).map(|problem| self.problem("cookie_name", problem)));
        let prefix = prefix_of(name);
        if name.starts_with(prefix) && prefix != self.prefix {
            let derived = if self.prefix.is_empty() {
                "none"
            } else {
                self.prefix
            };
            problems.push(self.problem(
                "cookie_name",
                format!(
                    "`{name}` has another prefix than the struct was derived with ({derived}): \
                     keep the prefix, or set `cookie_name` in `#[session(…)]`"
                ),
            ));
        }
    }

    fn limit_problems(&self, problems: &mut Vec<ConfigError>) {
        if self.format == Format::InsecureUnsigned {
            let declared = &self.declaration;
            let limits = [self.idle, self.absolute, declared.idle, declared.absolute];
            if limits.iter().any(Option::is_some) {
                problems.push(self.problem(
                    "idle, absolute",
                    "whoever writes his cookie himself is not bound by them: leave them out",
                ));
            }
            return;
        }
        if matches!(self.home, Home::Node(_)) {
            return;
        }
        let expiry = self.expiry();
        let expires_at_once = self.policy.follows_node(Deviation::ExpiredAtOnce);
        let as_node = self.policy == FastifyPolicy::AS_NODE;
        if expiry.idle == Some(0) && !expires_at_once || expiry.absolute == Some(0) {
            problems
                .push(self.problem("idle, absolute", "a limit of 0 ends every session at once"));
        }
        if let (Some(idle), Some(absolute)) = (expiry.idle, expiry.absolute)
            && idle > absolute
        {
            problems.push(self.problem(
                "idle",
                "is longer than the absolute limit (14 days unless given), so that it never takes \
                 effect: set `absolute` too",
            ));
        }
        if expiry.idle.is_none() && expiry.absolute.is_none() && !as_node {
            problems.push(self.problem("idle, absolute", "one limit is needed: set either"));
        }
    }

    fn format_problems(&self, problems: &mut Vec<ConfigError>) {
        if self.format != Format::Sealed && !matches!(self.home, Home::Node(_)) {
            let name = match self.format {
                Format::Fastify => "fastify",
                _ => "hattip",
            };
            if self.expiry().absolute.is_some() {
                let problem = format_args!(
                    "the {name} format does not carry the time of creation: use `idle`"
                );
                problems.push(self.problem("absolute", problem));
            }
            if self.declaration.version != 1 {
                let problem = format_args!("the {name} format carries no version");
                problems.push(self.problem("version", problem));
            }
        }
        if self.format == Format::Fastify {
            return;
        }
        if self.policy != FastifyPolicy::STRICT {
            problems.push(self.problem("as_node", "is for the fastify format"));
        }
        if !matches!(self.signing, Signing::Off) {
            problems.push(self.problem("signed", "is for the fastify format: sealed is enough"));
        }
    }

    pub(super) fn problem(&self, setting: &str, problem: impl std::fmt::Display) -> ConfigError {
        ConfigError::new(
            format_args!("session `{}`: {setting}", self.declaration.name),
            problem,
        )
    }

    /// What cannot work between this session and a `later` one.
    pub(super) fn clashes_with(&self, later: &Self) -> Vec<ConfigError> {
        let (a, b) = (self.declaration.name, later.declaration.name);
        let mut problems = Vec::new();
        let mut rule = |broken: bool, setting: &str, problem: &str| {
            if broken {
                problems.push(ConfigError::new(
                    format_args!("sessions `{a}` and `{b}`: {setting}"),
                    problem,
                ));
            }
        };
        rule(
            self.type_id == later.type_id,
            "type",
            "one session is registered twice",
        );
        rule(
            a == b,
            "name",
            "two sessions need two names: set `name` in `#[session(…)]`",
        );
        rule(
            self.effective_cookie_name() == later.effective_cookie_name(),
            "cookie_name",
            "both use one cookie: give one of them another `cookie_name`",
        );
        let unbound = self.format != Format::Sealed && later.format != Format::Sealed;
        let allowed = self.allows_shared_key() || later.allows_shared_key();
        let shared = self.shares_key_with(later);
        rule(unbound && !allowed && shared, "key", SHARED_KEY);
        rule(
            !allowed && self.shares_records_with(later),
            "key_prefix",
            "the keys of their records cannot be told apart, so that a browser can show the id of \
             one session as that of the other: give each another `FastifySession::key_prefix`, or \
             allow it with `insecure_shared_key()` if their stores are not one",
        );
        if let Some(problem) = self.clash_of_old_cookies(later) {
            let setting = format_args!("sessions `{a}` and `{b}`: also_open_jar");
            problems.push(ConfigError::new(setting, problem));
        }
        problems
    }

    /// Whether one id is the key of a record of both.
    fn shares_records_with(&self, later: &Self) -> bool {
        match (&self.home, &later.home) {
            (Home::Node(one), Home::Node(other)) => one.system.key("") == other.system.key(""),
            _ => false,
        }
    }

    fn shares_key_with(&self, later: &Self) -> bool {
        match (&self.home, &later.home) {
            (Home::Cookie(one), Home::Cookie(other)) => one.shares_key(other),
            _ => false,
        }
    }

    pub(super) fn allows_shared_key(&self) -> bool {
        self.insecure_shared_key || self.policy.follows_node(Deviation::SharedKey)
    }

    /// Says in the log what works and is not meant for production.
    #[cfg(feature = "tracing")]
    pub(super) fn warn(&self) {
        let (session, attributes) = (self.declaration.name, self.attributes());
        if self.insecure_over_http {
            tracing::warn!(
                target: "session", session,
                "insecure_over_http: the cookie goes over plain http, where anybody can read it"
            );
        } else if !attributes.secure {
            tracing::warn!(target: "session", session, "the cookie is not Secure");
        }
        if self.insecure_shared_key {
            tracing::warn!(target: "session", session, "insecure_shared_key is set");
        }
        if self.format == Format::InsecureUnsigned {
            tracing::warn!(
                target: "session", session,
                "insecure_unsigned: everybody can read this session, and write what he likes"
            );
        }
    }

    #[cfg(not(feature = "tracing"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    pub(super) const fn warn(&self) {}
}

#[cfg(feature = "tracing")]
pub(super) fn warn_of_length(session: &'static str, keys: &CookieKeys) {
    if keys.is_long() {
        tracing::warn!(target: "session", session, "more than three keys: remove the oldest");
    }
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn warn_of_length(_session: &'static str, _keys: &CookieKeys) {}
