//! Every session of an application: configured, checked at start, shared by all requests.

mod as_node;
mod cached;
mod config;
mod cookie_attributes;
mod detached;
mod draft;
mod entry;
mod home;
#[cfg(feature = "inspector")]
mod looking;
mod mount;
mod on_server;
mod opening;
mod pages;
mod principal_sessions;
mod procedures;
mod sealing;
mod server_side;
mod sessions;
mod settings;
mod shared_with_node;
mod take_over;
mod telling;
mod validator;

use std::sync::Arc;

pub(crate) use cached::Shareable;
pub use config::Config;
pub(crate) use config::Draft;
pub use detached::{DetachedSession, SaveError};
pub(crate) use entry::Entry;
use entry::Shared;
#[cfg(feature = "inspector")]
pub(crate) use looking::{OpenedBy, Seen, is_looking};
#[cfg(feature = "axum")]
pub use mount::Mount;
pub use mount::Unmounted;
pub(crate) use opening::is_navigation;
pub use principal_sessions::{ListedSession, PrincipalSessions};
pub(crate) use server_side::RevocationList;
pub use sessions::Sessions;
#[cfg(feature = "inspector")]
pub(crate) use settings::Hook;
pub use settings::{LateWrite, Settings};

#[cfg(feature = "inspector")]
use crate::inspector::SessionInspector;
use crate::{CookieKeys, SecureSession, error::ConfigError};

/// A struct that lists the sessions of an application, one [`Config`] each. Implemented by
/// `#[derive(SessionRegistry)]`.
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{Config, SecureSession, SessionRegistry};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     user_id: Option<u64>,
/// }
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Prefs {
///     theme: String,
/// }
///
/// #[derive(SessionRegistry)]
/// pub struct AppSessions {
///     pub auth: Config<Auth>,
///     pub prefs: Config<Prefs>,
/// }
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session registry",
    label = "not a session registry",
    note = "add `#[derive(SessionRegistry)]` to the struct whose fields are `Config<…>`"
)]
pub trait SessionRegistry: 'static {
    #[doc(hidden)]
    fn __register(self, entries: &mut Entries);
}

/// A registry that has the session `T`.
#[diagnostic::on_unimplemented(
    message = "session `{T}` is not part of the registry `{Self}`",
    label = "`{T}` is not registered",
    note = "add a field of type `Config<{T}>` to `{Self}`"
)]
pub trait Contains<T> {}

/// The registry that nothing is known of at compile time.
#[diagnostic::do_not_recommend]
impl<T> Contains<T> for () {}

/// The session of a field of a registry.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the configuration of a session",
    label = "expected `Config<…>`"
)]
pub trait ConfigOf {
    /// The session.
    type Session: SecureSession;
}

impl<T: SecureSession> ConfigOf for Config<T> {
    type Session = T;
}

/// What a registry's fields are collected into.
#[derive(Debug, Default)]
pub struct Entries {
    drafts: Vec<Draft>,
}

impl Entries {
    /// Adds one session.
    pub fn add<T: SecureSession>(&mut self, config: Config<T>) {
        self.drafts.push(config.into_draft());
    }
}

/// The sessions of an application, as requests see them.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) entries: Vec<Arc<Entry>>,
    /// Whether a session depends on more of a request than its headers.
    pub(crate) notes_head: bool,
}

impl Registry {
    fn build(drafts: &[Draft], settings: Settings) -> Result<Arc<Self>, ConfigError> {
        let mut problems = between_sessions(drafts);
        #[cfg(feature = "inspector")]
        let inspector = settings.inspector.clone();
        #[cfg(feature = "inspector")]
        problems.extend(inspector.iter().filter_map(SessionInspector::problem));
        let shared = Arc::new(Shared::new(settings));
        let mut entries = Vec::with_capacity(drafts.len());
        for draft in drafts {
            match Entry::build(draft, &shared) {
                Ok(entry) => entries.push(Arc::new(entry)),
                Err(error) => problems.push(error),
            }
        }
        ConfigError::check(problems)?;
        let mut records = entries.iter().filter_map(|entry| entry.records());
        let notes_head = records.any(|records| records.sharing.holds_cookie);
        let registry = Arc::new(Self {
            entries,
            notes_head,
        });
        #[cfg(feature = "inspector")]
        if let Some(inspector) = inspector {
            inspector.look_into(&registry)?;
        }
        Ok(registry)
    }

    pub(crate) fn index_of<T: SecureSession>(&self) -> Option<usize> {
        let wanted = std::any::TypeId::of::<T>();
        self.entries
            .iter()
            .position(|entry| entry.type_id() == wanted)
    }

    pub(crate) fn entry<T: SecureSession>(&self) -> Option<&Arc<Entry>> {
        self.index_of::<T>()
            .and_then(|index| self.entries.get(index))
    }
}

impl Registry {
    /// Whether `keys` may become those of `entry`, beside the keys of the others.
    fn check_shared_keys(&self, entry: &Entry, keys: &CookieKeys) -> Result<(), ConfigError> {
        let problems = self
            .entries
            .iter()
            .filter(|other| other.type_id() != entry.type_id());
        let problems = problems
            .filter_map(|other| other.clash_of_keys(entry, keys))
            .collect();
        ConfigError::check(problems)
    }
}

/// What two sessions of one registry must not share.
fn between_sessions(drafts: &[Draft]) -> Vec<ConfigError> {
    let mut problems = Vec::new();
    for (n, later) in drafts.iter().enumerate() {
        for earlier in drafts.iter().take(n) {
            problems.extend(earlier.clashes_with(later));
        }
    }
    problems
}

/// Whether two texts are equal, for checks at compile time.
pub const fn same(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) {
        if *x != *y {
            return false;
        }
        (a, b) = (rest_a, rest_b);
    }
    a.is_empty() && b.is_empty()
}
