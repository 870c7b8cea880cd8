//! Sessions outside HTTP that a server knows of: issued, loaded, listed and ended.

use std::{fmt, sync::Arc};

use super::{
    Contains, Sessions,
    detached::{DetachedSession, SaveError},
    principal_sessions::PrincipalSessions,
};
use crate::{
    SecureSession, SessionId,
    event::SendCause,
    handle::State,
    payload::{Envelope, Unknown},
    reason::Reason,
    revocation::Marks,
    store::StoreError,
    stored::{Failure, Work},
};

impl<R> Sessions<R> {
    /// The session `id`, for a socket, a stream or a job; `None` if it does not live. Session in a
    /// store only.
    ///
    /// # Errors
    ///
    /// If the store is out of reach.
    ///
    /// # Panics
    ///
    /// If `T` is not registered, which only a `Sessions<()>` can be asked.
    pub async fn load<T: SecureSession>(
        &self,
        id: &SessionId,
    ) -> Result<Option<DetachedSession<T>>, StoreError>
    where
        R: Contains<T>,
    {
        DetachedSession::load(self.entry::<T>(), id).await
    }

    /// The sessions of `principal`: `sessions.of::<Auth>(&7).end_all().await?`.
    /// [`PrincipalSessions`] has an example.
    ///
    /// # Panics
    ///
    /// If `T` is not registered, which only a `Sessions<()>` can be asked.
    pub fn of<T: SecureSession>(&self, principal: &T::Principal) -> PrincipalSessions<T>
    where
        R: Contains<T>,
        T::Principal: fmt::Display,
    {
        PrincipalSessions::new(self.entry::<T>(), principal)
    }

    /// Ends the session `id`, whosever it is: for an administrator. `false`: it does not live (any
    /// more); of a session in its cookie that is not known.
    ///
    /// # Errors
    ///
    /// If the store is out of reach, or there is neither a store nor a list of
    /// [revocations](crate::Config::revocations).
    ///
    /// # Panics
    ///
    /// If `T` is not registered, which only a `Sessions<()>` can be asked.
    pub async fn end<T: SecureSession>(&self, id: &SessionId) -> Result<bool, StoreError>
    where
        R: Contains<T>,
    {
        self.entry::<T>().end_by_id::<T>(id).await
    }

    /// Makes a session with `data`, as a sign-in in a handler would, and returns the value of the
    /// cookie that carries it: for a client that is not a browser, and for tests. In its cookie or
    /// in a store.
    ///
    /// # Errors
    ///
    /// [`SaveError`], as a response would fail.
    ///
    /// # Panics
    ///
    /// If `T` is not registered, which only a `Sessions<()>` can be asked.
    ///
    /// # Security
    ///
    /// Whoever has the value is signed in.
    pub async fn issue<T: SecureSession>(&self, data: T) -> Result<String, SaveError>
    where
        R: Contains<T>,
    {
        let entry = self.entry::<T>();
        if let Some(records) = entry.records() {
            let mut state = State::fresh(Reason::Absent);
            state.data = Arc::new(data);
            state.dirty = !0;
            state.node = Some(Box::new(records.fresh()));
            let mut session = self.session(state);
            let mut record = session.record().ok_or(SaveError::Ended)?;
            record.save().await?;
            let id = record.id().map_err(SaveError::Invalid)?;
            return Ok(records.sharing.system.cookie_value(&id));
        }
        let (mut envelope, mut unknown) = (Envelope::default(), Unknown::default());
        if entry.stored().is_some() {
            let work = Work {
                entry: Arc::clone(entry),
                data: Arc::new(data),
                envelope,
                unknown,
                dirty: !0,
                rotation: None,
                token: None,
                origin: None,
                superseded: false,
                options: None,
                asked: false,
                is_navigation: false,
            };
            return Ok(work.issue().await?);
        }
        if let Some(revocation) = entry.revocation() {
            let epoch = match entry.principal_of(&data) {
                None => 0,
                Some(principal) => revocation.epoch(&principal).await.map_err(|error| {
                    entry.store_failed(&error);
                    Failure::Store(error.kind())
                })?,
            };
            let (format, random) = (entry.format(), entry.random());
            Marks::write(epoch, &mut envelope, &mut unknown, format, random)
                .map_err(SaveError::Invalid)?;
        }
        let mut state = State::new(Arc::new(data), envelope, unknown, Some(Reason::Absent));
        state.dirty = !0;
        let sealed = entry.seal(&mut state, SendCause::Changed);
        sealed.map_err(SaveError::Invalid)
    }
}
