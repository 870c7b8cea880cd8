//! One registered session: its configuration, checked and made ready for requests.

use std::{any::TypeId, fmt, sync::Arc};

use arc_swap::{ArcSwap, Guard};

use super::{
    config::{Draft, RenewOn},
    draft::{SHARED_KEY, shares_key, warn_of_length},
    settings::{Hook, LateWrite, Settings},
};
use crate::{
    Clock, Deviation, Event, EventKind, FastifyPolicy, Format, Keyring, Random,
    cookie::SetCookie,
    error::ConfigError,
    expiry::Expiry,
    format::{self, CookieFormat, fastify::Signing, sealed::Purpose},
    payload::Rules,
};

/// What all sessions of a registry share.
pub(crate) struct Shared {
    application: String,
    clock: Clock,
    random: Random,
    late_write: LateWrite,
    hook: Option<Hook>,
}

impl Shared {
    pub(super) fn new(settings: Settings) -> Self {
        let Settings {
            application,
            clock,
            random,
            late_write,
            hook,
        } = settings;
        Self {
            application,
            clock,
            random,
            late_write,
            hook,
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("application", &self.application)
            .finish_non_exhaustive()
    }
}

/// The keys of a session, and the format made ready with them.
pub(super) struct Keys {
    keyring: Keyring,
    pub(super) codec: Box<dyn CookieFormat>,
}

/// A registered session.
pub(crate) struct Entry {
    type_id: TypeId,
    name: &'static str,
    set_cookie: SetCookie,
    expiry: Expiry,
    rules: Rules,
    policy: FastifyPolicy,
    signing: Signing,
    pub(crate) discard_on_server_error: bool,
    pub(super) insecure_over_http: bool,
    pub(super) renew_on: RenewOn,
    allows_shared_key: bool,
    keys: ArcSwap<Keys>,
    shared: Arc<Shared>,
}

impl Entry {
    pub(super) fn build(draft: &Draft, shared: &Arc<Shared>) -> Result<Self, ConfigError> {
        let name = draft.declaration.name;
        let mut problems = draft.problems();
        let keys = Keys {
            keyring: draft.keyring.clone(),
            codec: Box::new(Unusable),
        };
        let entry = Self {
            type_id: draft.type_id,
            name,
            set_cookie: SetCookie::new(draft.effective_cookie_name(), draft.attributes()),
            expiry: draft.expiry(),
            rules: draft.rules(),
            policy: draft.policy,
            signing: draft.signing.clone(),
            discard_on_server_error: draft.discard_on_server_error,
            insecure_over_http: draft.insecure_over_http,
            renew_on: draft.renew_on,
            allows_shared_key: draft.allows_shared_key(),
            keys: ArcSwap::from_pointee(keys),
            shared: Arc::clone(shared),
        };
        if let Err(error) = entry.swap_keyring(&draft.keyring) {
            problems.push(error.within(format_args!("session `{name}`")));
        }
        ConfigError::check(problems)?;
        draft.warn();
        Ok(entry)
    }

    /// From the next request on, `keyring` seals and opens.
    pub(super) fn swap_keyring(&self, keyring: &Keyring) -> Result<(), ConfigError> {
        let purpose = Purpose {
            application: &self.shared.application,
            session: self.name,
            cookie_name: self.set_cookie.name(),
        };
        let signing = self.signing.clone();
        let codec = format::codec(self.format(), keyring, &purpose, self.policy, signing)?;
        self.keys.store(Arc::new(Keys {
            keyring: keyring.clone(),
            codec,
        }));
        warn_of_length(self.name, keyring);
        Ok(())
    }

    /// The keys as they are now, without a lock.
    pub(super) fn keys(&self) -> Guard<Arc<Keys>> {
        self.keys.load()
    }

    /// Whether `later` must not have `keyring`, because of this session's.
    pub(super) fn clash_of_keys(&self, later: &Self, keyring: &Keyring) -> Option<ConfigError> {
        let unbound = self.format() == Format::Fastify && later.format() == Format::Fastify;
        let allowed = self.allows_shared_key || later.allows_shared_key;
        (unbound && !allowed && shares_key(&self.keys().keyring, keyring)).then(|| {
            let place = format_args!("sessions `{}` and `{}`: key", self.name, later.name);
            ConfigError::new(place, SHARED_KEY)
        })
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) const fn type_id(&self) -> TypeId {
        self.type_id
    }

    pub(crate) const fn set_cookie(&self) -> &SetCookie {
        &self.set_cookie
    }

    pub(crate) const fn expiry(&self) -> &Expiry {
        &self.expiry
    }

    pub(crate) const fn rules(&self) -> Rules {
        self.rules
    }

    pub(crate) const fn format(&self) -> Format {
        self.rules.format
    }

    pub(crate) fn follows_node(&self, deviation: Deviation) -> bool {
        self.rules.format == Format::Fastify && self.policy.follows_node(deviation)
    }

    pub(crate) fn ignores_write_after_delete(&self) -> bool {
        self.follows_node(Deviation::WriteAfterDelete)
    }

    pub(crate) fn late_write_panics(&self) -> bool {
        self.shared.late_write == LateWrite::Panic
    }

    pub(crate) fn now(&self) -> u64 {
        self.shared.clock.now_ms()
    }

    pub(crate) fn random(&self) -> &Random {
        &self.shared.random
    }

    /// Bytes of name and value for a plaintext of this length.
    pub(crate) fn cookie_size(&self, plaintext: usize) -> usize {
        self.set_cookie.name().len() + self.keys().codec.sealed_len(plaintext)
    }

    pub(crate) fn emit(&self, kind: EventKind) {
        kind.trace(self.name);
        if let Some(hook) = &self.shared.hook {
            hook(&Event {
                session: self.name,
                kind,
            });
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("session", &self.name)
            .finish_non_exhaustive()
    }
}

/// Stands in until the keys have been checked.
struct Unusable;

impl CookieFormat for Unusable {
    fn open(&self, _: &[u8]) -> Result<format::Opened, crate::Reason> {
        Err(crate::Reason::UnknownKey)
    }

    fn seal(&self, _: &[u8], _: &Random) -> Result<String, crate::SealError> {
        Err(crate::SealError::NoRandomness)
    }

    fn sealed_len(&self, _: usize) -> usize {
        0
    }

    fn removal_value(&self) -> String {
        String::new()
    }
}
