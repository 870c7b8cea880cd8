//! The session as a handler holds it.
//!
//! ```text
//! Session<Auth> ─▶ AuthFields (generated) ─▶ Handle<Auth> ─┐
//! Session<Auth> ─▶ AuthFields (generated) ─▶ Handle<Auth> ─┴▶ Slot<Auth>: one a request
//! ```

mod data_mut;
mod edit;
mod slot;
mod snapshots;
mod state;

use std::{
    fmt, mem,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use data_mut::DataMut;
pub use edit::Edit;
use slot::Change;
pub(crate) use slot::Slot;
use snapshots::Snapshots;
pub(crate) use state::{OldCookieCame, Renewal, State};

use crate::{
    Field, HasPrincipal, IntoField, IntoFieldSet, SecureSession,
    cookie::CookieOptions,
    field::Writable,
    meta::Meta,
    node::NodeRecord,
    payload::{Envelope, Unknown},
    reason::Reason,
};

/// The typed session of a request.
///
/// Take it as an argument of a handler or middleware. It derefs to the accessors that
/// `#[derive(SecureSession)]` generated, and those to the plain struct with its own methods.
/// Getters return references; setters take `&mut self` and mark what changed. The
/// [layer](crate::SessionLayer) sends the cookie when the response is ready, and only if
/// something changed.
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{SecureSession, Session};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     user_id: Option<u64>,
///     email: Option<String>,
///     roles: Vec<String>,
/// }
///
/// pub async fn login(mut session: Session<Auth>) -> String {
///     session.regenerate();
///     session.set_user_id(7).set_email("ada@example.org").update_roles(|r| r.push("user".into()));
///     format!("hello {:?}", session.email())
/// }
/// # }
/// ```
///
/// # Several handles
///
/// All handles of one request share one session: a middleware that holds one across
/// `next.run(request)` sees what the handler wrote. [`Clone`] gives one more handle.
///
/// # What is sent
///
/// Changes survive an error response, even a 500 (see
/// [`Config::discard_on_server_error`](crate::Config::discard_on_server_error)), but not a 408 or
/// a 504, where a timeout dropped the handler half-way, and not a panic that unwinds through a
/// handle. [`delete`](Self::delete) always counts.
///
/// # Panics
///
/// A write that can no longer reach the client (the response has been sent, or the session was
/// deleted before) panics in debug builds and is an error in the log in release builds; see
/// [`LateWrite`](crate::LateWrite). Using a session inside its own `update` closure panics.
pub struct Session<T: SecureSession> {
    fields: T::Fields,
}

impl<T: SecureSession> Session<T> {
    /// A session that belongs to no request: to unit-test a handler without HTTP.
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
    /// async fn logout(mut session: Session<Auth>) {
    ///     session.delete();
    /// }
    ///
    /// # pub fn main() {
    /// let session = Session::detached(Auth { user_id: Some(7) });
    /// # let mut logout = std::pin::pin!(logout(session.clone()));
    /// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// # assert!(logout.as_mut().poll(&mut context).is_ready());
    /// // … after `logout(session.clone()).await`:
    /// assert!(session.meta().is_deleted());
    /// # }
    /// # }
    /// # example::main();
    /// ```
    pub fn detached(data: T) -> Self {
        let (envelope, unknown) = (Envelope::default(), Unknown::default());
        let state = State::new(Arc::new(data), envelope, unknown, Some(Reason::Absent));
        Self::from_slot(Arc::new(Slot::new(state, None)))
    }

    pub(crate) fn from_slot(slot: Arc<Slot<T>>) -> Self {
        Self {
            fields: T::__fields(Handle {
                slot,
                snapshots: Snapshots::new(),
            }),
        }
    }

    pub(crate) fn slot(&self) -> &Arc<Slot<T>> {
        &self.handle().slot
    }

    fn handle(&self) -> &Handle<T> {
        T::__handle(&self.fields)
    }

    fn handle_mut(&mut self) -> &mut Handle<T> {
        T::__handle_mut(&mut self.fields)
    }

    /// One field, by its token. For code that serves several sessions; else use the getter.
    pub fn get<V, A>(&self, field: Field<T, V, A>) -> &V {
        field.of(self.data())
    }

    /// Sets one field, by its token. For code that serves several sessions; else use the setter.
    pub fn set<V>(&mut self, field: Field<T, V, Writable>, value: impl IntoField<V>) -> &mut Self {
        let value = value.into_field();
        self.handle_mut().set(field, value);
        self
    }

    /// All fields, by reference.
    pub fn data(&self) -> &T {
        self.handle().read()
    }

    /// All fields as they are now, apart from the request: for sockets, streams and tasks.
    pub fn snapshot(&self) -> Arc<T> {
        self.slot().read().1
    }

    /// Sends the cookie again although nothing changed, so that the idle limit starts anew. Of a
    /// session in a store its record is told, and the cookie is sent only if it has a `Max-Age` or
    /// `Expires` to lengthen; of one that is shared with Node the record is saved and the cookie sent.
    pub fn touch(&mut self) -> &mut Self {
        self.handle_mut().change(0).asked = true;
        self
    }

    /// Starts a new session: a new id, a new time of creation, every field at its default.
    ///
    /// # Security
    ///
    /// Call it when somebody signs in, before setting who it is: whatever was planted into the
    /// browser before (session fixation) never meets the signed-in session.
    pub fn regenerate(&mut self) -> &mut Self {
        self.handle_mut().change(!0).regenerate(0);
        self
    }

    /// Starts a new session that takes over the fields `keep`, and the time of creation with
    /// them, so that the absolute limit stands.
    ///
    /// # Security
    ///
    /// Call it when the rights of somebody who stays the same change. Where he has proved again who he
    /// is, as for "sudo", call [`reauthenticate`](Self::reauthenticate).
    pub fn regenerate_keep(&mut self, keep: impl IntoFieldSet<T>) -> &mut Self {
        let keep = keep.into_field_set().bits();
        self.handle_mut().change(!0).regenerate(keep);
        self
    }

    /// Notes that whoever is signed in has proved again who he is, as by his password before a
    /// dangerous page («sudo»): [`Meta::authenticated_at`](crate::Meta::authenticated_at) is now. The
    /// session goes on with all of its fields, its age and its end, under a new id.
    ///
    /// It starts no session: where nobody is signed in, nobody is afterwards. In formats of Node,
    /// which have no place for that time, it gives a new id alone.
    pub fn reauthenticate(&mut self) -> &mut Self
    where
        T: HasPrincipal,
    {
        if self.meta().principal().is_none() {
            return self;
        }
        let now = self.slot().now();
        self.handle_mut().change(0).reauthenticate(now);
        self
    }

    /// Ends the session: the response removes the cookie, whatever else the request does.
    ///
    /// # Security
    ///
    /// A session that lives in its cookie alone ends in this browser only: a copy made before
    /// opens until it expires.
    pub fn delete(&mut self) {
        self.handle_mut().change(!0).delete();
    }

    /// Cookie attributes for this response, of which the session keeps how long the browser is to keep
    /// the cookie: see [`CookieOptions`]. Replaces an earlier call, and does not by itself send a
    /// cookie; where none is sent nothing is kept either.
    pub fn options(&mut self, options: CookieOptions<T::Prefix>) -> &mut Self {
        self.slot().lock().options = Some(Box::new(options.into_overrides()));
        self
    }

    /// The record behind a session that is shared with Node; `None` for any other, and when the
    /// response has been sent.
    pub fn record(&mut self) -> Option<NodeRecord<'_, T>> {
        NodeRecord::of(self)
    }

    /// What one only looks at: whether it is new, why, what changed, its age and expiry.
    pub const fn meta(&self) -> Meta<'_, T> {
        Meta::new(self)
    }
}

impl<T: SecureSession> Deref for Session<T> {
    type Target = T::Fields;

    fn deref(&self) -> &T::Fields {
        &self.fields
    }
}

impl<T: SecureSession> DerefMut for Session<T> {
    fn deref_mut(&mut self) -> &mut T::Fields {
        &mut self.fields
    }
}

impl<T: SecureSession> Clone for Session<T> {
    fn clone(&self) -> Self {
        Self::from_slot(Arc::clone(self.slot()))
    }
}

/// Names the session and nothing of what is in it.
impl<T: SecureSession> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("name", &T::DECLARATION.name)
            .finish_non_exhaustive()
    }
}

/// What generated accessors read and write through.
pub struct Handle<T: SecureSession> {
    slot: Arc<Slot<T>>,
    snapshots: Snapshots<T>,
}

#[expect(missing_docs, reason = "hidden: used by generated code alone")]
impl<T: SecureSession> Handle<T> {
    #[inline]
    pub fn read(&self) -> &T {
        self.snapshots
            .read(self.slot.version(), || self.slot.read())
    }

    #[inline]
    pub fn set<V>(&mut self, field: Field<T, V>, value: V) {
        *field.of_mut(&mut self.data_mut(field.bits())) = value;
    }

    #[inline]
    pub fn update_field<V, R>(
        &mut self,
        field: Field<T, V>,
        change: impl FnOnce(&mut V) -> R,
    ) -> R {
        change(field.of_mut(&mut self.data_mut(field.bits())))
    }

    #[inline]
    pub fn replace<V>(&mut self, field: Field<T, V>, value: V) -> V {
        mem::replace(field.of_mut(&mut self.data_mut(field.bits())), value)
    }

    /// The default is copied, not moved out: `T` may implement `Drop`.
    #[inline]
    pub fn take<V>(&mut self, field: Field<T, V>, duplicate: fn(&V) -> V) -> V {
        let value = duplicate(field.of(&T::default()));
        self.replace(field, value)
    }

    #[inline]
    pub fn clear<V>(&mut self, field: Field<T, V>) {
        let mut default = T::default();
        let old = &mut self.data_mut(field.bits());
        mem::swap(field.of_mut(old), field.of_mut(&mut default));
    }

    pub fn update<R>(&mut self, change: impl FnOnce(&mut T) -> R) -> R {
        change(&mut self.data_mut(!0))
    }

    pub fn edit(&mut self) -> Edit<'_, T> {
        Edit::new(self)
    }

    #[inline]
    fn data_mut(&mut self, bits: u64) -> DataMut<'_, T> {
        DataMut(self.change(bits))
    }

    fn change(&mut self, bits: u64) -> Change<'_, T> {
        // Given up first, so that the data are unique and need no copy.
        self.snapshots = Snapshots::new();
        self.slot.write(bits)
    }
}

impl<T: SecureSession> Drop for Handle<T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.slot.mark_unwound();
        }
    }
}

impl<T: SecureSession> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("session", &T::DECLARATION.name)
            .finish_non_exhaustive()
    }
}
