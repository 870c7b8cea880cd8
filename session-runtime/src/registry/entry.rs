//! One registered session: its configuration, checked and made ready for requests.

use std::{
    any::TypeId,
    fmt,
    sync::{Arc, atomic::AtomicBool},
};

use arc_swap::Guard;

#[cfg(feature = "inspector")]
use super::looking::Look;
use super::{
    config::{Draft, Home as Configured, RenewOn},
    draft::{SHARED_KEY, warn_of_length},
    home::{Home, Keys},
    procedures::AnyProcedures,
    settings::{Hook, LateWrite, Settings},
    take_over::TakeOver,
    validator::Validator,
};
use crate::{
    ClearSiteData, Clock, CookieKeys, Deviation, FastifyPolicy, Format, Random, SecureSession,
    authenticated::Pages,
    cache::Cache,
    cookie::SetCookie,
    cookie_keys::Kind,
    error::ConfigError,
    expiry::Expiry,
    format::{
        self,
        fastify::Signing,
        sealed::{CsrfKey, Purpose},
    },
    node::Records,
    payload::Rules,
    revocation::Revocation,
    store::Sweep,
    stored::{Identity, LONGEST_REQUEST, Stored, TOKEN_LENGTH},
};

/// What all sessions of a registry share.
pub(crate) struct Shared {
    application: String,
    clock: Clock,
    random: Random,
    late_write: LateWrite,
    pub(super) hook: Option<Hook>,
}

impl Shared {
    pub(super) fn new(settings: Settings) -> Self {
        let Settings {
            application,
            clock,
            random,
            late_write,
            hook,
            #[cfg(feature = "inspector")]
            inspector,
        } = settings;
        #[cfg(feature = "inspector")]
        let hook = match inspector {
            Some(inspector) => Some(inspector.listening(clock.clone(), hook)),
            None => hook,
        };
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
    pub(crate) pages: Pages,
    pub(crate) clear_site_data: ClearSiteData,
    pub(super) insecure_over_http: bool,
    pub(super) renew_on: RenewOn,
    allows_shared_key: bool,
    validators: Vec<Validator>,
    pub(super) take_over: Option<Box<TakeOver>>,
    home: Home,
    pub(super) procedures: Option<AnyProcedures>,
    identity: Identity,
    pub(super) told_of_http: AtomicBool,
    pub(super) shared: Arc<Shared>,
    #[cfg(feature = "inspector")]
    pub(crate) look: Look,
    #[cfg(feature = "inspector")]
    pub(crate) store_type: Option<&'static str>,
}

impl Entry {
    pub(super) fn build(draft: &Draft, shared: &Arc<Shared>) -> Result<Self, ConfigError> {
        let name = draft.declaration.name;
        let mut problems = draft.problems();
        let entry = Self {
            type_id: draft.type_id,
            name,
            set_cookie: SetCookie::new(draft.effective_cookie_name(), draft.attributes()),
            expiry: draft.expiry(),
            rules: draft.rules(),
            policy: draft.policy,
            signing: draft.signing.clone(),
            discard_on_server_error: draft.discard_on_server_error,
            pages: draft.pages.clone(),
            clear_site_data: draft.clear_site_data,
            insecure_over_http: draft.insecure_over_http,
            renew_on: draft.renew_on,
            allows_shared_key: draft.allows_shared_key(),
            validators: draft.validators.clone(),
            take_over: TakeOver::of(draft),
            home: Home::new(draft),
            procedures: draft.procedures.clone(),
            identity: Identity::new(&shared.application, name),
            told_of_http: AtomicBool::new(false),
            shared: Arc::clone(shared),
            #[cfg(feature = "inspector")]
            look: draft.look,
            #[cfg(feature = "inspector")]
            store_type: draft.store_type,
        };
        if let Configured::Cookie(keys) = &draft.home
            && let Err(error) = entry.swap_keyring(keys)
        {
            problems.push(error.within(format_args!("session `{name}`")));
        }
        problems.extend(draft.old_cookie_problems(entry.now()));
        ConfigError::check(problems)?;
        draft.warn();
        entry.warn_of_take_over();
        Ok(entry)
    }

    /// From the next request on, `new` seals and opens.
    pub(super) fn swap_keyring(&self, new: &CookieKeys) -> Result<(), ConfigError> {
        if let Home::Node(records) = &self.home {
            let swapped = records.sharing.system.swap_keys(new);
            return swapped.map_err(|error| error.within(format_args!("session `{}`", self.name)));
        }
        let Home::Cookie { keys, cached, .. } = &self.home else {
            let place = format_args!("session `{}`: key", self.name);
            return Err(ConfigError::new(
                place,
                "a session kept in a store has none",
            ));
        };
        let purpose = Purpose {
            application: &self.shared.application,
            session: self.name,
            cookie_name: self.set_cookie.name(),
        };
        let signing = self.signing.clone();
        let codec = format::codec(self.format(), new, &purpose, self.policy, signing)?;
        #[allow(
            clippy::match_wildcard_for_single_variants,
            reason = "with other features there are more"
        )]
        let csrf = match &new.0 {
            Kind::Keyring(keyring) if self.format() == Format::Sealed => {
                let keys = keyring.keys();
                keys.map(|key| CsrfKey::derive(key, &purpose)).collect()
            }
            _ => Vec::new(),
        };
        keys.store(Arc::new(Keys {
            given: new.clone(),
            csrf,
            codec,
            known: Cache::new(*cached),
        }));
        warn_of_length(self.name, new);
        Ok(())
    }

    /// Whether the application takes these data for a session's.
    pub(crate) fn accepts<T: SecureSession>(&self, data: &T) -> bool {
        self.validators.iter().all(|it| it.accepts(data))
    }

    /// The keys as they are now, without a lock. `None`: the session is kept in a store.
    pub(super) fn keys(&self) -> Option<Guard<Arc<Keys>>> {
        match &self.home {
            Home::Cookie { keys, .. } => Some(keys.load()),
            Home::Store(_) | Home::Node(_) => None,
        }
    }

    pub(crate) const fn stored(&self) -> Option<&Stored> {
        match &self.home {
            Home::Cookie { .. } | Home::Node(_) => None,
            Home::Store(stored) => Some(stored),
        }
    }

    /// Where the session is kept, if it is shared with Node.
    pub(crate) const fn records(&self) -> Option<&Records> {
        match &self.home {
            Home::Node(records) => Some(records),
            Home::Cookie { .. } | Home::Store(_) => None,
        }
    }

    pub(crate) const fn revocation(&self) -> Option<&Revocation> {
        match &self.home {
            Home::Cookie { revocation, .. } => revocation.as_ref(),
            Home::Store(_) | Home::Node(_) => None,
        }
    }

    /// What removes expired records, where the engine does not.
    pub(crate) fn sweep(&self) -> Option<&dyn Sweep> {
        match &self.home {
            Home::Cookie { revocation, .. } => revocation.as_ref()?.store().sweeper(),
            Home::Store(stored) => stored.store.sweeper(),
            Home::Node(records) => records.sharing.store.sweeper(),
        }
    }

    pub(crate) const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Whether `later` must not have the keys `new`, because of this session's.
    pub(super) fn clash_of_keys(&self, later: &Self, new: &CookieKeys) -> Option<ConfigError> {
        let unbound = self.format() != Format::Sealed && later.format() != Format::Sealed;
        let allowed = self.allows_shared_key || later.allows_shared_key;
        let keys = self.keys()?;
        (unbound && !allowed && keys.given.shares_key(new)).then(|| {
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

    #[cfg(feature = "inspector")]
    pub(crate) fn application(&self) -> &str {
        &self.shared.application
    }

    pub(crate) fn now(&self) -> u64 {
        self.shared.clock.now_ms()
    }

    pub(crate) fn random(&self) -> &Random {
        &self.shared.random
    }

    /// Bytes of name and value for a plaintext of this length.
    pub(crate) fn cookie_size(&self, plaintext: usize) -> usize {
        let value = match &self.home {
            Home::Cookie { keys, .. } => keys.load().codec.sealed_len(plaintext),
            Home::Store(_) => TOKEN_LENGTH,
            Home::Node(records) => records.cookie_len(),
        };
        self.set_cookie.name().len() + value
    }

    /// The first moment at which a session that is used `now` lives no more, if it is not used
    /// again.
    pub(crate) fn end(&self, created: Option<u64>, now: u64) -> u64 {
        // Stores keep it as a signed number.
        let latest = u64::MAX >> 1;
        self.expiry
            .end(created, Some(now))
            .unwrap_or(latest)
            .min(latest)
    }

    /// Until when a session that is revoked now could come back: its remaining life, or that of the
    /// old cookie it was taken over from, the skew of clocks, a response under way, and what another
    /// process seals until it learns of it.
    pub(crate) fn revoked_until(&self) -> u64 {
        let now = self.now();
        let lag = self.revocation().map_or(0, Revocation::lag);
        let most = LONGEST_REQUEST
            .saturating_add(self.expiry.skew)
            .saturating_add(lag);
        self.end(Some(now), now)
            .max(self.takes_over_until())
            .saturating_add(most)
            .min(u64::MAX >> 1)
    }

    pub(crate) fn renews_on_any_request(&self) -> bool {
        self.renew_on == RenewOn::AnyRequest || self.follows_node(Deviation::ResealOnNavigation)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("session", &self.name)
            .finish_non_exhaustive()
    }
}
