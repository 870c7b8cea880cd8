//! The registry as an application holds it: sessions outside HTTP, keys swapped while running.

use std::{fmt, marker::PhantomData, sync::Arc};

use http::HeaderMap;

use super::{Contains, Entry, Registry};
use crate::{
    CookieOptions, EventKind, IntoCookieKeys, SecureSession, Session, SessionLayer,
    error::{ConfigError, OpenError, SealError},
    event::SendCause,
    handle::{Slot, State},
    node::Arrival,
    payload::Decoded,
    reason::Reason,
    store::StoreError,
};

/// The sessions of an application, configured and checked. Cheap to clone.
///
/// A `Sessions<AppSessions>` is handed out by [`Unmounted::mount`](crate::Unmounted::mount) alone,
/// so that a state which holds one is proof of a mounted layer. A `Sessions<()>`, from
/// [`Unmounted::codec`](crate::Unmounted::codec), proves nothing and serves code outside HTTP.
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{Config, Key, SecureSession, SessionRegistry, Unmounted};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     user_id: Option<u64>,
/// }
///
/// #[derive(SessionRegistry)]
/// pub struct AppSessions {
///     pub auth: Config<Auth>,
/// }
///
/// # pub fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let unmounted = Unmounted::new(AppSessions { auth: Config::new(Key::generate()?) })?;
/// let sessions = unmounted.codec();
///
/// let session = sessions.create(Auth { user_id: Some(7) });
/// let value = sessions.encode(&session)?;
/// assert_eq!(sessions.decode::<Auth>(&value)?.user_id(), Some(7));
/// # Ok(())
/// # }
/// # }
/// # example::main().unwrap();
/// ```
pub struct Sessions<R = ()> {
    registry: Arc<Registry>,
    _set: PhantomData<fn() -> R>,
}

impl<R> Sessions<R> {
    pub(crate) const fn new(registry: Arc<Registry>) -> Self {
        Self {
            registry,
            _set: PhantomData,
        }
    }

    pub(crate) const fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// The layer, for stacks that are not built by [`mount`](crate::Unmounted::mount).
    pub fn layer(&self) -> SessionLayer {
        SessionLayer::new(Arc::clone(&self.registry))
    }

    /// The session in the cookies of `headers`, fresh if there is none: what a handler would get,
    /// for code that has a request of its own kind, as the upgrade of a socket in another
    /// framework. `decryptSession` of @fastify/session.
    ///
    /// Nothing is sent, and nothing saved but by [`NodeRecord::save`](crate::NodeRecord::save) of a
    /// session that is shared with Node.
    ///
    /// # Errors
    ///
    /// If the store of the session, or its list of revocations, is out of reach.
    ///
    /// # Panics
    ///
    /// If `T` is not registered, which only a `Sessions<()>` can be asked.
    pub async fn open<T: SecureSession>(
        &self,
        headers: &HeaderMap,
    ) -> Result<Session<T>, StoreError>
    where
        R: Contains<T>,
    {
        let opened = self.entry::<T>().open(Arrival::of(headers)).await;
        opened.map(|state| self.session(state))
    }

    /// The same with cookie attributes of its own, over those that are configured: of a session
    /// that is shared with Node, a `max_age` is how long it lives unless its record says so.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    ///
    /// # Panics
    ///
    /// If `T` is not registered, which only a `Sessions<()>` can be asked.
    pub async fn open_with<T: SecureSession>(
        &self,
        headers: &HeaderMap,
        options: CookieOptions<T::Prefix>,
    ) -> Result<Session<T>, StoreError>
    where
        R: Contains<T>,
    {
        let options = options.into_overrides();
        let arrival = Arrival {
            options: Some(&options),
            ..Arrival::of(headers)
        };
        let opened = self.entry::<T>().open(arrival).await;
        opened.map(|state| self.session(state))
    }

    /// A new session that belongs to no request, as if a handler had set all of its fields.
    ///
    /// # Panics
    ///
    /// If `T` is not registered, which only a `Sessions<()>` can be asked.
    pub fn create<T: SecureSession>(&self, data: T) -> Session<T>
    where
        R: Contains<T>,
    {
        let mut state = State::fresh(Reason::Absent);
        state.data = Arc::new(data);
        state.changed = true;
        state.dirty = !0;
        let records = self.entry::<T>().records();
        state.node = records.map(|records| Box::new(records.fresh()));
        self.session(state)
    }

    /// The value of the cookie that carries `session`: the time of its last use is now.
    ///
    /// # Errors
    ///
    /// As a response would fail: [`SealError`]; [`SealError::KeptInStore`] of a session in a store,
    /// for which there is [`issue`](Self::issue).
    ///
    /// # Panics
    ///
    /// If `T` is not registered, which only a `Sessions<()>` can be asked.
    pub fn encode<T: SecureSession>(&self, session: &Session<T>) -> Result<String, SealError>
    where
        R: Contains<T>,
    {
        let entry = self.entry::<T>();
        entry.seal(&mut session.slot().lock(), SendCause::Changed)
    }

    /// The session in the value of a cookie.
    ///
    /// # Errors
    ///
    /// [`OpenError`] with the reason, for any value that gives no living session, and of a session
    /// in a store.
    ///
    /// # Panics
    ///
    /// If `T` is not registered, which only a `Sessions<()>` can be asked.
    pub fn decode<T: SecureSession>(&self, value: &str) -> Result<Session<T>, OpenError>
    where
        R: Contains<T>,
    {
        let entry = self.entry::<T>();
        let opened = entry
            .open_value::<T>(value.as_bytes(), entry.now())
            .map_err(OpenError::new)?;
        let Decoded {
            data,
            envelope,
            unknown,
        } = opened.decoded;
        Ok(self.session(State::new(data, envelope, unknown, None)))
    }

    /// Replaces the keys of the session `T`, from the next request on, in every clone of this
    /// registry.
    ///
    /// To rotate without signing anybody out, give the new key to every server under
    /// [`also_open`](crate::Keyring::also_open) first, and make it current when all have it.
    ///
    /// # Errors
    ///
    /// If the keys cannot work, as at start; the old ones stay.
    ///
    /// # Panics
    ///
    /// If `T` is not registered, which only a `Sessions<()>` can be asked.
    pub fn swap_keyring<T: SecureSession>(
        &self,
        keys: impl IntoCookieKeys,
    ) -> Result<(), ConfigError>
    where
        R: Contains<T>,
    {
        let (entry, keys) = (self.entry::<T>(), keys.into_cookie_keys());
        self.registry.check_shared_keys(entry, &keys)?;
        entry.swap_keyring(&keys)?;
        entry.emit(EventKind::KeyringSwapped);
        Ok(())
    }

    pub(crate) fn session<T: SecureSession>(&self, state: State<T>) -> Session<T> {
        let entry = Arc::clone(self.entry::<T>());
        Session::from_slot(Arc::new(Slot::new(state, Some(entry))))
    }

    #[expect(
        clippy::panic,
        reason = "documented: the caller's registry does not have T"
    )]
    pub(crate) fn entry<T: SecureSession>(&self) -> &Arc<Entry> {
        self.registry
            .entry::<T>()
            .unwrap_or_else(|| panic!("session `{}` is not registered", T::DECLARATION.name))
    }
}

impl<R> Clone for Sessions<R> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.registry))
    }
}

impl<R> fmt::Debug for Sessions<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.registry.entries.iter().map(|entry| entry.name()))
            .finish()
    }
}
