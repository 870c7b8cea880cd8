//! The sessions of one principal, as an application sees them.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::Entry;
use crate::{
    SecureSession, SessionId,
    event::EndCause,
    store::{
        PrincipalId, PrincipalIndex, Record, SessionKey, StoreError, StoreErrorKind, StoreFuture,
    },
    stored::{Origin, Stored, within},
};

/// The sessions of somebody, from [`Sessions::of`](crate::Sessions::of).
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{
///     Config, SecureSession, Session, SessionRegistry, Sessions, store::{MemoryStore, StoreError},
/// };
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     #[session(principal)]
///     user_id: Option<u64>,
///     device: String,
/// }
///
/// #[derive(SessionRegistry)]
/// pub struct AppSessions {
///     pub auth: Config<Auth>,
/// }
///
/// /// «Sign out everywhere else.»
/// pub async fn sign_out_others(
///     session: Session<Auth>,
///     sessions: &Sessions<AppSessions>,
/// ) -> Result<usize, StoreError> {
///     let (Some(user), Some(this)) = (session.user_id(), session.meta().id()) else { return Ok(0) };
///     sessions.of::<Auth>(&user).end_others(&this).await
/// }
/// # }
/// ```
///
/// What is ended is ended for the next request, and for one that is under way as soon as it writes.
pub struct PrincipalSessions<T> {
    entry: Arc<Entry>,
    principal: PrincipalId,
    session: std::marker::PhantomData<fn() -> T>,
}

/// One of somebody's sessions.
///
/// A label to show, such as the name of the device, is a field of the session like any.
///
/// ```
/// # mod example {
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     #[session(principal)]
/// #     user_id: Option<u64>,
/// #     device: String,
/// # }
/// # #[derive(SessionRegistry)]
/// # pub struct AppSessions { pub auth: Config<Auth> }
/// use session_runtime::{
///     Config, SecureSession, Session, SessionRegistry, Sessions, store::StoreError,
/// };
///
/// /// «Your devices.»
/// pub async fn devices(
///     session: Session<Auth>,
///     sessions: &Sessions<AppSessions>,
/// ) -> Result<Vec<String>, StoreError> {
///     let Some(user) = session.user_id() else { return Ok(Vec::new()) };
///     let listed = sessions.of::<Auth>(&user).list().await?;
///     let lines = listed.iter().map(|one| {
///         let this = if session.meta().id() == Some(one.id()) { " (this one)" } else { "" };
///         format!("{}{this}", one.data().device)
///     });
///     Ok(lines.collect())
/// }
/// # }
/// ```
pub struct ListedSession<T> {
    id: SessionId,
    data: Arc<T>,
    created: u64,
    last_seen: u64,
}

impl<T: SecureSession> PrincipalSessions<T> {
    pub(super) fn new(entry: &Arc<Entry>, principal: &T::Principal) -> Self
    where
        T::Principal: fmt::Display,
    {
        Self {
            entry: Arc::clone(entry),
            principal: entry.identity().principal(&principal.to_string()),
            session: std::marker::PhantomData,
        }
    }

    /// All that live, the one used last first. Session in a store only.
    ///
    /// # Errors
    ///
    /// If the store is out of reach, or [keeps no index](StoreErrorKind::Unsupported).
    pub async fn list(&self) -> Result<Vec<ListedSession<T>>, StoreError> {
        let (stored, index) = self.index()?;
        let records = self.call(stored, index.list(&self.principal)).await?;
        let now = self.entry.now();
        let mut sessions: Vec<_> = records
            .into_iter()
            .filter_map(|(key, record)| self.listed(key, record, now))
            .collect();
        sessions.sort_by_key(|session| std::cmp::Reverse(session.last_seen));
        Ok(sessions)
    }

    /// Whether he may sign in once more, with a limit that
    /// [refuses](crate::store::WhenFull::Refuse): to tell him before he does. Without such a limit
    /// always.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    pub async fn has_room(&self) -> Result<bool, StoreError> {
        let limit = self.entry.stored().and_then(|stored| stored.limit);
        match limit.filter(|limit| limit.refuses()) {
            None => Ok(true),
            Some(limit) => Ok(self.list().await?.len() < limit.max()),
        }
    }

    /// Ends one of them. `false`: he has no such session (any more).
    ///
    /// A session in its cookie is ended by its id, whosever it is: there is no index to ask.
    ///
    /// # Errors
    ///
    /// If the store is out of reach.
    pub async fn end(&self, id: &SessionId) -> Result<bool, StoreError> {
        let Some(stored) = self.entry.stored() else {
            return self.entry.revoke(id).await.map(|()| true);
        };
        let record = self.call(stored, stored.store.load(&id.key)).await?;
        let Some(record) = record.filter(|record| record.principal() == Some(&self.principal))
        else {
            return Ok(false);
        };
        self.entry.end_record::<T>(id, record).await
    }

    /// Ends all but `this`, usually the session of the request. Returns how many there were.
    /// Session in a store only: with [revocations](crate::Config::revocations), call
    /// [`end_all`](Self::end_all), and `regenerate_keep` on the one that is to stay.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list). Some may have ended then.
    pub async fn end_others(&self, this: &SessionId) -> Result<usize, StoreError> {
        self.end_except(Some(&this.key)).await
    }

    /// Ends all of them. Returns how many there were; of sessions in cookies, which nobody counts,
    /// 0.
    ///
    /// # Errors
    ///
    /// If the store is out of reach, or keeps neither an index nor revocations. Some may have
    /// ended then.
    pub async fn end_all(&self) -> Result<usize, StoreError> {
        let Some(revocation) = self.entry.revocation() else {
            return self.end_except(None).await;
        };
        let (now, until) = (self.entry.now(), self.entry.revoked_until());
        let ended = revocation.end_all(&self.principal, now, until).await;
        ended.inspect_err(|error| self.entry.store_failed(error))?;
        self.entry.emit(crate::EventKind::Ended(EndCause::Revoked));
        Ok(0)
    }

    async fn end_except(&self, except: Option<&SessionKey>) -> Result<usize, StoreError> {
        let (stored, index) = self.index()?;
        let ended = self
            .call(stored, index.delete_all(&self.principal, except))
            .await?;
        for key in &ended {
            self.entry.tell_key_ended(*key, EndCause::Revoked);
        }
        Ok(ended.len())
    }

    fn listed(&self, key: SessionKey, record: Record, now: u64) -> Option<ListedSession<T>> {
        // An index may be behind its records.
        if record.principal() != Some(&self.principal) {
            return None;
        }
        let loaded = self.entry.read_detached::<T>(key, record, now).ok()?;
        let envelope = loaded.decoded.envelope;
        Some(ListedSession {
            id: loaded.origin.id(),
            data: loaded.decoded.data,
            created: envelope.created.unwrap_or_default(),
            last_seen: envelope.touched.unwrap_or_default(),
        })
    }

    fn index(&self) -> Result<(&Stored, &dyn PrincipalIndex), StoreError> {
        let stored = self.entry.stored();
        let index = stored.and_then(|stored| Some((stored, stored.store.principals()?)));
        index.ok_or_else(|| unsupported("it needs a store with an index of principals"))
    }

    async fn call<V>(&self, stored: &Stored, call: StoreFuture<'_, V>) -> Result<V, StoreError> {
        let answer = within(stored.deadline, call).await;
        answer.inspect_err(|error| self.entry.store_failed(error))
    }
}

fn unsupported(message: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Unsupported, message)
}

impl Entry {
    /// Ends a session that lives in its cookie.
    async fn revoke(&self, id: &SessionId) -> Result<(), StoreError> {
        let Some(revocation) = self.revocation() else {
            return Err(unsupported(
                "it needs `Config::stored` or `Config::revocations`",
            ));
        };
        let revoked = revocation.revoke(id.key, self.revoked_until()).await;
        revoked.inspect_err(|error| self.store_failed(error))?;
        self.emit(crate::EventKind::Ended(EndCause::Revoked));
        Ok(())
    }

    async fn end_record<T: SecureSession>(
        &self,
        id: &SessionId,
        record: Record,
    ) -> Result<bool, StoreError> {
        let Ok(loaded) = self.read_detached::<T>(id.key, record, self.now()) else {
            return Ok(false);
        };
        let origin: &Origin = &loaded.origin;
        if origin.lineage != id.lineage {
            return Ok(false);
        }
        let ended = self.end_loaded::<T>(origin, EndCause::Revoked).await;
        ended
            .inspect_err(|error| self.store_failed(error))
            .map(|()| true)
    }

    /// Ends one session, whosever it is.
    pub(super) async fn end_by_id<T: SecureSession>(
        &self,
        id: &SessionId,
    ) -> Result<bool, StoreError> {
        let Some(stored) = self.stored() else {
            return self.revoke(id).await.map(|()| true);
        };
        let loaded = stored.load(&id.key).await;
        match loaded.inspect_err(|error| self.store_failed(error))? {
            None => Ok(false),
            Some(record) => self.end_record::<T>(id, record).await,
        }
    }
}

impl<T> ListedSession<T> {
    /// Which it is: equal to [`Meta::id`](crate::Meta::id) in the request of that session.
    pub const fn id(&self) -> SessionId {
        self.id
    }

    /// Its fields.
    pub fn data(&self) -> &T {
        &self.data
    }

    /// When it began.
    pub fn created(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.created)
    }

    /// When it was last used, to a part of the idle limit
    /// ([`Config::rolling`](crate::Config::rolling)).
    pub fn last_seen(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.last_seen)
    }
}

impl<T> fmt::Debug for ListedSession<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListedSession").finish_non_exhaustive()
    }
}

impl<T: SecureSession> fmt::Debug for PrincipalSessions<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrincipalSessions")
            .field("session", &self.entry.name())
            .finish_non_exhaustive()
    }
}
