//! What the application's state says of its sessions, at compile time.

use crate::registry::{Contains, SessionRegistry, Sessions};

/// Implemented by the state of a `Router`: names its registry.
///
/// Sessions marked `#[session(checked)]` are extracted only where the state's registry has them,
/// so that a session that was not registered, or a layer that was forgotten, does not compile.
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{Config, SecureSession, SessionRegistry, SessionState, Sessions};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// #[session(name = "auth", checked)]
/// pub struct Auth {
///     user_id: Option<u64>,
/// }
///
/// #[derive(SessionRegistry)]
/// pub struct AppSessions {
///     pub auth: Config<Auth>,
/// }
///
/// #[derive(Clone)]
/// pub struct App {
///     sessions: Sessions<AppSessions>, // exists only inside `Unmounted::mount`
/// }
///
/// impl SessionState for App {
///     type Registry = AppSessions;
///
///     fn sessions(&self) -> &Sessions<AppSessions> {
///         &self.sessions
///     }
/// }
/// # }
/// ```
///
/// [`Sessions`] itself is such a state, for an app that needs no other.
pub trait SessionState {
    /// The struct with `#[derive(SessionRegistry)]`.
    type Registry: SessionRegistry;

    /// The mounted registry.
    fn sessions(&self) -> &Sessions<Self::Registry>;
}

impl<R: SessionRegistry> SessionState for Sessions<R> {
    type Registry = R;

    fn sessions(&self) -> &Self {
        self
    }
}

/// A state whose registry has the session `T`: the bound for a router that works with any such
/// state.
///
/// ```
/// # mod example {
/// # use serde::{Deserialize, Serialize};
/// use axum::{Router, routing::get};
/// use session_runtime::{HasSession, SecureSession, Session};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// #[session(name = "auth", checked)]
/// pub struct Auth {
///     user_id: Option<u64>,
/// }
///
/// async fn me(session: Session<Auth>) -> String {
///     format!("{:?}", session.user_id())
/// }
///
/// /// For every application whose registry has the session; for no other.
/// pub fn account<S: HasSession<Auth> + Clone + Send + Sync + 'static>() -> Router<S> {
///     Router::new().route("/me", get(me))
/// }
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "session `{T}` is not registered for routers with the state `{Self}`",
    label = "session `{T}` is not registered here",
    note = "add a field of type `Config<{T}>` to the `#[derive(SessionRegistry)]` struct of the state, and `impl SessionState for {Self}` if it has none"
)]
pub trait HasSession<T> {}

#[diagnostic::do_not_recommend]
impl<S: SessionState, T> HasSession<T> for S where S::Registry: Contains<T> {}

/// `Router<()>` and `middleware::from_fn` know nothing of a registry: there the answer is given
/// at run time.
#[diagnostic::do_not_recommend]
impl<T> HasSession<T> for () {}

/// What the extractor asks of a session and a state. Implemented by the derive: for every state,
/// and with `#[session(checked)]` for those that [have](HasSession) the session.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session",
    label = "not a session",
    note = "add `#[derive(SecureSession, Serialize, Deserialize, Default)]` to `{Self}`"
)]
pub trait AvailableIn<S> {}
