//! The layer that gives a request its sessions and commits them when the response is ready.
//!
//! 1. A request gets one empty slot for each registered session. Nothing is decoded.
//! 2. A handler or middleware that extracts a session fills its slot; all share it.
//! 3. When the response head is ready, each filled slot is decided upon ([`commit`]):
//!    a deleted session sends the removal of its cookie, always; a changed one its new cookie,
//!    unless a panic or a timeout left it half-changed; one that was only read nothing, unless its
//!    key was rotated or its idle limit is to start anew.
//!    Of a session in a store, that is done there, to its end even if the client has gone.
//! 4. From then on a write to any handle is too late, and says so.
//!
//! A response for which a session was extracted says that it varies with cookies.

mod commit;
mod extraction;
mod future;
mod headers;
mod old_cookie;
mod place;
mod plain_http;
mod request;
mod revoking;
mod service;

use std::{fmt, sync::Arc};

pub(crate) use commit::{Asking, Commit, Outcome, in_store, revoking, with_node};
pub(crate) use extraction::Extraction;
pub(crate) use request::{AnySlot, RequestSessions};
pub use service::SessionService;

use crate::registry::Registry;

/// The layer, from [`Unmounted::into_parts`](crate::Unmounted::into_parts) or
/// [`Sessions::layer`](crate::Sessions::layer).
///
/// Put it around the routes that extract sessions: in a `ServiceBuilder` on either side of
/// trace, compression, timeout and catch-panic layers. A timeout inside it answers 408 or 504,
/// which drops the changes; a timeout outside drops the response with them. A panic that is
/// caught drops the changes of the sessions it unwound.
///
/// The same registry may be layered twice (a nested router inside a layered one): the outer layer
/// commits. Two registries may be nested too.
///
/// Its responses have axum's body, whatever body the layers inside it have.
///
/// ```
/// # mod example {
/// use axum::{Router, routing::get};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     user_id: Option<u64>,
/// #     email: Option<String>,
/// # }
/// use session_runtime::{Config, Key, SecureSession, Session, SessionRegistry, Unmounted};
/// # #[derive(SessionRegistry)]
/// # pub struct AppSessions { pub auth: Config<Auth> }
///
/// async fn me(session: Session<Auth>) -> String {
///     format!("{:?}", session.user_id())
/// }
///
/// pub fn app(key: Key) -> Result<Router, session_runtime::ConfigError> {
///     let (_sessions, layer) = Unmounted::new(AppSessions { auth: Config::new(key) })?.into_parts();
///     Ok(Router::new().route("/me", get(me)).layer(layer))
/// }
/// # pub fn main() { app(Key::generate().unwrap()).unwrap(); }
/// # }
/// # example::main();
/// ```
#[derive(Clone)]
#[must_use = "without its layer no session can be extracted or sent"]
pub struct SessionLayer {
    registry: Arc<Registry>,
}

impl SessionLayer {
    pub(crate) const fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }
}

impl<S> tower_layer::Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> SessionService<S> {
        SessionService::new(inner, Arc::clone(&self.registry))
    }
}

impl fmt::Debug for SessionLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayer").finish_non_exhaustive()
    }
}
