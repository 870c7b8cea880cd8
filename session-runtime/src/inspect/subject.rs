//! What kind of cookie is looked at.

use std::{fmt, time::Duration};

use super::Inspector;
use crate::{
    Clock, CookieKeys, Deviation, FastifyPolicy, Format, Keyring, Random, Rolling,
    cookie::{Attributes, SetCookie, name_problem},
    error::ConfigError,
    expiry::{Expiry, milliseconds},
    format::{self, fastify::Signing, sealed::Purpose},
    payload::Rules,
};

/// The kind of cookie that an [`Inspector`] looks at: what the session's attributes and its
/// [`Config`](crate::Config) say, as far as a cookie depends on it.
///
/// There are no limits unless given: a tool does not know the application's.
#[derive(Clone)]
#[must_use = "a subject does nothing until it is given keys"]
pub struct Subject {
    format: Format,
    session: String,
    cookie_name: String,
    application: String,
    version: u32,
    idle: Option<Duration>,
    absolute: Option<Duration>,
    skew: Duration,
    policy: FastifyPolicy,
    signing: Signing,
    clock: Clock,
    random: Random,
}

impl Subject {
    /// The cookie `__Host-<session>` of the session with this name, in the sealed format.
    pub fn sealed(session: impl Into<String>) -> Self {
        let session = session.into();
        let cookie_name = format!("__Host-{session}");
        Self::new(Format::Sealed, session, cookie_name)
    }

    /// A cookie in the format of @fastify/secure-session.
    pub fn fastify(cookie_name: impl Into<String>) -> Self {
        let cookie_name = cookie_name.into();
        Self::new(Format::Fastify, cookie_name.clone(), cookie_name)
    }

    fn new(format: Format, session: String, cookie_name: String) -> Self {
        Self {
            format,
            session,
            cookie_name,
            application: String::new(),
            version: 1,
            idle: None,
            absolute: None,
            skew: Duration::from_secs(60),
            policy: FastifyPolicy::STRICT,
            signing: Signing::Off,
            clock: Clock::default(),
            random: Random::default(),
        }
    }

    /// The cookie's name.
    pub fn cookie_name(mut self, name: impl Into<String>) -> Self {
        self.cookie_name = name.into();
        self
    }

    /// Sealed format: the name given with [`Settings::application`](crate::Settings::application).
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.application = name.into();
        self
    }

    /// Sealed format: the `version` that [`Inspector::seal`] writes. Every version is opened.
    pub const fn version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// Ends when unused for so long.
    pub const fn idle(mut self, limit: Duration) -> Self {
        self.idle = Some(limit);
        self
    }

    /// Sealed format: ends at this age, used or not.
    pub const fn absolute(mut self, limit: Duration) -> Self {
        self.absolute = Some(limit);
        self
    }

    /// How far ahead the clock of another server may be. Default: 60 s.
    pub const fn clock_skew(mut self, skew: Duration) -> Self {
        self.skew = skew;
        self
    }

    /// Fastify format: which deviations from Node are given up.
    pub const fn policy(mut self, policy: FastifyPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Fastify format: signed, with the secret that is derived from the keys.
    #[cfg(feature = "signed")]
    pub fn signed(mut self) -> Self {
        self.signing = Signing::WithKeys;
        self
    }

    /// Fastify format: signed with `secret`.
    #[cfg(feature = "signed")]
    pub fn signed_with(mut self, secret: impl Into<Vec<u8>>) -> Self {
        self.signing = Signing::WithSecrets(vec![zeroize::Zeroizing::new(secret.into())]);
        self
    }

    /// Where the time comes from: the system, unless a test holds it.
    pub fn clock(mut self, clock: impl Into<Clock>) -> Self {
        self.clock = clock.into();
        self
    }

    /// Where randomness comes from: the operating system, unless a test scripts it.
    pub fn random(mut self, random: impl Into<Random>) -> Self {
        self.random = random.into();
        self
    }

    /// Checks everything and makes it ready.
    ///
    /// # Errors
    ///
    /// Every setting that cannot work, by the rules that hold for an application's sessions.
    pub fn with_keys(self, keyring: impl Into<Keyring>) -> Result<Inspector, ConfigError> {
        let attributes = self.attributes();
        let mut problems = self.problems(&attributes);
        let (rules, expiry) = (self.rules(), self.expiry());
        let purpose = Purpose {
            application: &self.application,
            session: &self.session,
            cookie_name: &self.cookie_name,
        };
        let keys = CookieKeys::from(keyring.into());
        let codec = format::codec(self.format, &keys, &purpose, self.policy, self.signing);
        problems.extend(codec.as_ref().err().cloned());
        ConfigError::check(problems)?;
        Ok(Inspector {
            codec: codec?,
            rules,
            expiry,
            set_cookie: SetCookie::new(self.cookie_name, attributes),
            version: self.version,
            clock: self.clock,
            random: self.random,
        })
    }

    fn attributes(&self) -> Attributes {
        let as_node = self.policy.follows_node(Deviation::PathAndSecure);
        Attributes::defaults(self.format, as_node)
    }

    const fn rules(&self) -> Rules {
        Rules {
            format: self.format,
            preserve_unknown: true,
            policy: self.policy,
        }
    }

    fn expiry(&self) -> Expiry {
        let fastify = self.format == Format::Fastify;
        Expiry {
            idle: self.idle.map(milliseconds),
            absolute: self.absolute.map(milliseconds),
            skew: milliseconds(self.skew),
            rolling: Rolling::OFF,
            accepts_future: fastify && self.policy.follows_node(Deviation::FutureTimestamp),
        }
    }

    fn problems(&self, attributes: &Attributes) -> Vec<ConfigError> {
        let mut problems = Vec::new();
        let mut problem =
            |setting: &str, text: &str| problems.push(ConfigError::new(setting, text));
        if let Some(text) = name_problem(&self.cookie_name) {
            problem("cookie_name", &text);
        }
        for (attribute, text) in attributes.problems(&self.cookie_name) {
            problem(attribute, &text);
        }
        if [self.idle, self.absolute].contains(&Some(Duration::ZERO)) {
            problem("idle, absolute", "a limit of 0 ends every session at once");
        }
        if self.format == Format::Fastify && self.absolute.is_some() {
            problem("absolute", NO_CREATION);
        }
        problems
    }
}

const NO_CREATION: &str = "the fastify format does not carry the time of creation: use `idle`";

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("format", &self.format)
            .field("session", &self.session)
            .field("cookie_name", &self.cookie_name)
            .finish_non_exhaustive()
    }
}
