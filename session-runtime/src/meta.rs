//! What one only looks at.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{
    FieldSet, HasPrincipal, SecureSession, Session, SessionId,
    declaration::Format,
    error::SealError,
    expiry::milliseconds,
    handle::{Renewal, State},
    payload::{self, Envelope},
    reason::Reason,
    revocation::Marks,
    stored::Rotation,
};

/// The state of a session, from [`Session::meta`].
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{SecureSession, Session};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     user_id: Option<u64>,
/// }
///
/// pub async fn me(session: Session<Auth>) -> String {
///     match session.meta().reason() {
///         Some(reason) => format!("you are not signed in ({reason})"),
///         None => format!("signed in for {} s", session.meta().age().as_secs()),
///     }
/// }
/// # }
/// ```
pub struct Meta<'a, T: SecureSession> {
    session: &'a Session<T>,
}

impl<'a, T: SecureSession> Meta<'a, T> {
    pub(crate) const fn new(session: &'a Session<T>) -> Self {
        Self { session }
    }

    fn look<R>(self, at: impl FnOnce(&State<T>) -> R) -> R {
        at(&self.session.slot().lock())
    }

    fn now(self) -> u64 {
        self.session.slot().now()
    }

    /// Whether the request came without a valid session.
    pub fn is_new(&self) -> bool {
        self.reason().is_some()
    }

    /// Why the session is new; `None` if it came with the request.
    pub fn reason(&self) -> Option<Reason> {
        self.look(|state| state.reason)
    }

    /// Whether a handler wrote to it, touched, regenerated or deleted it.
    pub fn is_changed(&self) -> bool {
        self.look(|state| state.changed)
    }

    /// The fields that may have changed: set, or within reach of an `update` or `edit`.
    pub fn changed_fields(&self) -> FieldSet<T> {
        let known = T::FIELDS
            .iter()
            .fold(0, |bits, field| bits | 1 << field.bit());
        FieldSet::from_bits(self.look(|state| state.dirty) & known)
    }

    /// Whether it has been deleted in this request.
    pub fn is_deleted(&self) -> bool {
        self.look(|state| state.deleted)
    }

    /// How long ago it was created, by [`regenerate`](Session::regenerate) or the first write;
    /// zero for a new one. In the fastify format, and in the records of @fastify/session with a
    /// life of their own, which do not carry that time, how long ago it was last written; in other
    /// records of Node zero.
    pub fn age(&self) -> Duration {
        let since = self.look(|state| {
            if let Some(node) = &state.node {
                return node.last_saved();
            }
            match (state.envelope.created, state.envelope.touched) {
                (Some(created), _) => Some(created),
                (None, touched) => touched.filter(|_| state.envelope.node.is_some()),
            }
        });
        let now = self.now();
        Duration::from_millis(now.saturating_sub(since.unwrap_or(now)))
    }

    /// Who is signed in; `None`: nobody.
    pub fn principal(&self) -> Option<&'a T::Principal>
    where
        T: HasPrincipal,
    {
        self.session.data().__who()
    }

    /// When whoever is signed in proved last who he is: at sign-in, that is when the session got its
    /// principal, or at [`reauthenticate`](Session::reauthenticate). The claim `auth_time` of `OpenID`
    /// Connect.
    ///
    /// It stays through `regenerate_keep`, renewals and restarts. `None` if nobody is signed in, in a
    /// session that was taken over from another library's cookie, of which nobody knows it, and in the
    /// formats of Node, which have no place for it.
    pub fn authenticated_at(&self) -> Option<SystemTime>
    where
        T: HasPrincipal,
    {
        let at = self.authenticated_ms()?;
        UNIX_EPOCH.checked_add(Duration::from_millis(at))
    }

    /// Whether somebody is signed in and proved who he is less than `max_age` ago.
    ///
    /// To guard a route, [`require_fresh`](crate::require_fresh) is the shorter way.
    pub fn is_fresh(&self, max_age: Duration) -> bool
    where
        T: HasPrincipal,
    {
        let age = |at| self.now().saturating_sub(at);
        self.authenticated_ms()
            .is_some_and(|at| age(at) < milliseconds(max_age))
    }

    fn authenticated_ms(self) -> Option<u64>
    where
        T: HasPrincipal,
    {
        let slot = self.session.slot();
        let has_time = slot.entry().is_none_or(|e| e.format() == Format::Sealed);
        self.look(|state| {
            state.data.__who().filter(|_| has_time)?;
            let Envelope {
                authenticated,
                created,
                ..
            } = state.envelope;
            let at = authenticated.or(created).unwrap_or_else(|| self.now());
            (at != Envelope::LONG_AGO).then_some(at)
        })
    }

    /// Which session it is, for lists, sockets and jobs; see [`SessionId`].
    ///
    /// `None` for one that did not come with the request, or is another since
    /// [`regenerate`](Session::regenerate); for a [detached](Session::detached) one; and for one in
    /// a fastify cookie without [`Config::revocations`](crate::Config::revocations).
    pub fn id(&self) -> Option<SessionId> {
        let entry = self.session.slot().entry()?;
        self.look(|state| {
            if state.rotation == Some(Rotation::Anew) {
                return None;
            }
            if let Some(origin) = &state.origin {
                return Some(origin.id());
            }
            let marks = Marks::read(&state.envelope, &state.unknown, entry.format());
            if let Some(listed) = &state.listed {
                let lineage = marks.id.unwrap_or_default();
                return Some(SessionId {
                    key: listed.key,
                    lineage,
                });
            }
            let lineage = marks.id.filter(|_| state.reason.is_none())?;
            let key = entry.identity().cookie(&lineage);
            Some(SessionId { key, lineage })
        })
    }

    /// When it ends if it is not used again: the earlier of its idle and absolute limits. `None`
    /// without a limit, and for a [detached](Session::detached) session.
    pub fn expires(&self) -> Option<SystemTime> {
        let entry = self.session.slot().entry()?;
        let now = entry.now();
        if entry.records().is_some() {
            return self.look(|state| {
                let is_to_be_saved = state.changed || state.renewal == Some(Renewal::Rolling);
                let node = state.node.as_ref()?;
                node.expires(state.options.as_deref(), now, is_to_be_saved)
            });
        }
        let (created, touched) = self.look(|state| {
            let touched = if state.changed {
                None
            } else {
                state.envelope.touched
            };
            (
                state.envelope.created.unwrap_or(now),
                touched.unwrap_or(now),
            )
        });
        let end = entry.expiry().end(Some(created), Some(touched))?;
        UNIX_EPOCH.checked_add(Duration::from_millis(end))
    }

    /// Bytes of the cookie's name and value as they would be sent now; browsers keep 4096. In the
    /// fastify format, whose escaping depends on chance, the size to be expected. For a
    /// [detached](Session::detached) session, the bytes of its data.
    ///
    /// # Errors
    ///
    /// [`SealError::Unserializable`] if the data cannot be written as JSON.
    pub fn size(&self) -> Result<usize, SealError> {
        let entry = self.session.slot().entry();
        let format = entry.map_or(Format::Sealed, |entry| entry.format());
        let json = self.look(|state| {
            let mut envelope = state.envelope.clone();
            let now = envelope.touched.unwrap_or(u64::MAX >> 24);
            envelope.created.get_or_insert(now);
            envelope.touched = Some(now);
            payload::encode(&*state.data, &envelope, &state.unknown, format)
        })?;
        Ok(entry.map_or(json.len(), |entry| entry.cookie_size(json.len())))
    }
}

impl<T: SecureSession> Clone for Meta<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: SecureSession> Copy for Meta<'_, T> {}

impl<T: SecureSession> fmt::Debug for Meta<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meta")
            .field("session", &T::DECLARATION.name)
            .field("reason", &self.reason())
            .field("changed_fields", &self.changed_fields())
            .field("is_deleted", &self.is_deleted())
            .finish()
    }
}
