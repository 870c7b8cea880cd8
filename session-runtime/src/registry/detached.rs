//! A stored session that belongs to no request: for sockets, streams and jobs.

use std::{
    error::Error,
    fmt,
    future::Future,
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use tokio::sync::broadcast::error::RecvError;

use super::Entry;
use crate::{
    SealError, SecureSession, Session, SessionId,
    handle::{Slot, State},
    meta::Meta,
    reason::Reason,
    store::{StoreError, StoreErrorKind},
    stored::{Failure, Stored, Work},
};

/// A session loaded from its store by its [id](SessionId), apart from any request.
///
/// Derefs to the accessors of its fields, as [`Session`] does. Changes stay here until
/// [`save`](Self::save); what others change meanwhile is seen after [`save`](Self::save) or
/// [`refresh`](Self::refresh). It follows the session through `regenerate_keep` and timed renewal,
/// and ends with it.
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{
///     Config, SecureSession, SessionId, SessionRegistry, Sessions, store::MemoryStore,
/// };
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     #[session(principal)]
///     user_id: Option<u64>,
///     #[session(merge = "add")]
///     messages: u64,
/// }
///
/// #[derive(SessionRegistry)]
/// pub struct AppSessions {
///     pub auth: Config<Auth>,
/// }
///
/// // A socket: `id` is `session.meta().id()` of the request that opened it.
/// pub async fn serve(sessions: Sessions, id: SessionId) -> Result<(), Box<dyn std::error::Error>> {
///     let Some(mut session) = sessions.load::<Auth>(&id).await? else { return Ok(()) };
///     session.update_messages(|messages| *messages += 1);
///     session.save().await?;
///     // … until somebody signs out:
///     session.ended().await;
///     Ok(())
/// }
/// # }
/// ```
pub struct DetachedSession<T: SecureSession> {
    session: Session<T>,
    entry: Arc<Entry>,
    id: SessionId,
}

/// Why a session could not be kept outside a request: [`DetachedSession::save`],
/// [`Sessions::issue`](crate::Sessions::issue).
///
/// ```
/// # mod example {
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     user_id: Option<u64>,
/// #     email: Option<String>,
/// # }
/// use session_runtime::{DetachedSession, SaveError, SecureSession};
///
/// /// Whether a socket goes on.
/// pub async fn keep(session: &mut DetachedSession<Auth>) -> bool {
///     match session.save().await {
///         Ok(()) => true,
///         Err(SaveError::Ended) => false, // signed out: close the socket
///         Err(SaveError::Store(_)) => true, // what was changed is still here: save again later
///         Err(_) => false,
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum SaveError {
    /// The session has ended: nothing was written, and it does not come back.
    Ended,
    /// Its data cannot be kept.
    Invalid(SealError),
    /// The store did not do as it was asked; whether the session was saved is not known.
    Store(StoreErrorKind),
    /// Its principal has as many sessions as he may have ([`Config::limit`](crate::Config::limit)):
    /// it was not issued.
    LimitReached,
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended => f.write_str("the session has ended"),
            Self::Invalid(error) => error.fmt(f),
            Self::Store(_) => f.write_str("the session's store is out of reach"),
            Self::LimitReached => f.write_str("the principal has too many sessions"),
        }
    }
}

impl Error for SaveError {}

impl From<Failure> for SaveError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Seal(error) => Self::Invalid(error),
            Failure::Store(kind) => Self::Store(kind),
            Failure::Refused => Self::LimitReached,
        }
    }
}

/// How often a store is asked whether a session has ended, in case another process ended it.
const WATCH: Duration = Duration::from_secs(10);

impl<T: SecureSession> DetachedSession<T> {
    /// The session `id`, if it lives.
    pub(super) async fn load(
        entry: &Arc<Entry>,
        id: &SessionId,
    ) -> Result<Option<Self>, StoreError> {
        let session = load(entry, stored(entry)?, id).await?;
        Ok(session.map(|session| Self {
            session,
            entry: Arc::clone(entry),
            id: *id,
        }))
    }

    /// Which session it is.
    pub const fn id(&self) -> SessionId {
        self.id
    }

    /// All fields, by reference.
    pub fn data(&self) -> &T {
        self.session.data()
    }

    /// All fields as they are now.
    pub fn snapshot(&self) -> Arc<T> {
        self.session.snapshot()
    }

    /// What one only looks at.
    pub const fn meta(&self) -> Meta<'_, T> {
        self.session.meta()
    }

    /// Saves what was changed, on top of what others have saved, and sees the result. The idle
    /// limit starts anew.
    ///
    /// # Errors
    ///
    /// [`SaveError`]; the changes stay here, to be saved again unless the session has ended.
    pub async fn save(&mut self) -> Result<(), SaveError> {
        let is_unchanged = self.session.slot().lock().dirty == 0;
        if is_unchanged {
            // A touch does not tell whether the session is this one still, nor what is in it.
            let refreshed = self.refresh().await;
            if !refreshed.map_err(|error| SaveError::Store(error.kind()))? {
                return Err(SaveError::Ended);
            }
        }
        let work = {
            let state = self.session.slot().lock();
            Work {
                entry: Arc::clone(&self.entry),
                data: Arc::clone(&state.data),
                envelope: state.envelope.clone(),
                unknown: state.unknown.clone(),
                dirty: state.dirty,
                rotation: None,
                token: None,
                origin: state.origin.clone(),
                superseded: false,
                options: None,
                asked: false,
                is_navigation: false,
            }
        };
        // Until it is done nothing changes here: a save that is given up can be made again.
        let saved = work.save_detached().await.map_err(SaveError::from)?;
        self.session = session(&self.entry, saved.ok_or(SaveError::Ended)?);
        Ok(())
    }

    /// Sees what others have saved. What was changed here and not saved is lost. `false`: the
    /// session has ended.
    ///
    /// # Errors
    ///
    /// If the store is out of reach.
    pub async fn refresh(&mut self) -> Result<bool, StoreError> {
        let loaded = load(&self.entry, stored(&self.entry)?, &self.id).await?;
        let lives = loaded.is_some();
        if let Some(session) = loaded {
            self.session = session;
        }
        Ok(lives)
    }

    /// Waits until the session has ended: deleted, replaced by a sign-in, ended with its
    /// principal's others, or expired.
    ///
    /// At once if this process ended it, within 10 seconds if another did. As long as the store is
    /// out of reach it has not ended. Cancel-safe: use it beside a socket's messages in
    /// `tokio::select!`.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + 'static {
        let (entry, id) = (Arc::clone(&self.entry), self.id);
        async move {
            let Ok(stored) = stored(&entry) else { return };
            let mut endings = stored.endings.listen();
            loop {
                if let Ok(None) = load::<T>(&entry, stored, &id).await {
                    return;
                }
                let told = async {
                    loop {
                        match endings.recv().await {
                            Ok(key) if key == id.key => return,
                            Ok(_) => {}
                            // Perhaps it was among those: the store knows.
                            Err(RecvError::Lagged(_) | RecvError::Closed) => return,
                        }
                    }
                };
                // Told or not, the store is asked.
                let _ = tokio::time::timeout(WATCH, told).await;
            }
        }
    }
}

fn stored(entry: &Entry) -> Result<&Stored, StoreError> {
    entry.stored().ok_or_else(|| {
        let message = "the session is not kept in a store";
        StoreError::new(StoreErrorKind::Unsupported, message)
    })
}

async fn load<T: SecureSession>(
    entry: &Arc<Entry>,
    stored: &Stored,
    id: &SessionId,
) -> Result<Option<Session<T>>, StoreError> {
    let loaded = match stored.load(&id.key).await {
        Ok(Some(record)) => entry.read_detached::<T>(id.key, record, entry.now()),
        Ok(None) => return Ok(None),
        Err(error) if error.kind() == StoreErrorKind::Corrupt => Err(Reason::Corrupt),
        Err(error) => {
            entry.store_failed(&error);
            return Err(error);
        }
    };
    let Ok(loaded) = loaded else { return Ok(None) };
    if loaded.origin.lineage != id.lineage {
        return Ok(None);
    }
    Ok(Some(session(entry, loaded.into_state())))
}

fn session<T: SecureSession>(entry: &Arc<Entry>, state: State<T>) -> Session<T> {
    Session::from_slot(Arc::new(Slot::new(state, Some(Arc::clone(entry)))))
}

impl<T: SecureSession> Deref for DetachedSession<T> {
    type Target = T::Fields;

    fn deref(&self) -> &T::Fields {
        &self.session
    }
}

impl<T: SecureSession> DerefMut for DetachedSession<T> {
    fn deref_mut(&mut self) -> &mut T::Fields {
        &mut self.session
    }
}

impl<T: SecureSession> fmt::Debug for DetachedSession<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetachedSession")
            .field("name", &T::DECLARATION.name)
            .finish_non_exhaustive()
    }
}
