//! Sessions as arguments of handlers and middleware.

mod axum;

use std::{error::Error, fmt};

use http::{Extensions, HeaderMap, Request, request::Parts};

use crate::{SecureSession, Session, layer::RequestSessions};

/// Why a session could not be extracted. Never because of what the client sent.
///
/// As a response it is a 500 with an empty body; debug builds put the message into it. It is
/// logged either way. Take `Result<Session<T>, SessionRejection>` to answer otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionRejection {
    /// No [`SessionLayer`](crate::SessionLayer) is around the handler or middleware.
    LayerMissing {
        /// The session's name.
        session: &'static str,
    },
    /// The layer's registry does not have the session.
    NotRegistered {
        /// The session's name.
        session: &'static str,
    },
}

impl fmt::Display for SessionRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LayerMissing { session } => write!(
                f,
                "session `{session}`: no session layer around this handler or middleware; build \
                 the router inside `Unmounted::mount`, or add `.layer(layer)` after (outside) \
                 everything that extracts sessions"
            ),
            Self::NotRegistered { session } => write!(
                f,
                "session `{session}` is not registered; add a `Config` field for it to the struct \
                 with `#[derive(SessionRegistry)]`"
            ),
        }
    }
}

impl Error for SessionRejection {}

fn session<T: SecureSession>(
    extensions: &Extensions,
    headers: &HeaderMap,
) -> Result<Session<T>, SessionRejection> {
    let session = T::DECLARATION.name;
    let sessions =
        RequestSessions::of(extensions).ok_or(SessionRejection::LayerMissing { session })?;
    let slot = sessions
        .slot::<T>(headers)
        .ok_or(SessionRejection::NotRegistered { session })?;
    Ok(Session::from_slot(slot))
}

/// Sessions of a request outside axum's extractors: in a tower service of one's own.
///
/// ```
/// # mod example {
/// # use serde::{Deserialize, Serialize};
/// # use session_runtime::SecureSession;
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth { user_id: Option<u64> }
/// use session_runtime::{RequestSession, SessionRejection};
///
/// pub fn is_signed_in<B>(request: &http::Request<B>) -> Result<bool, SessionRejection> {
///     Ok(request.session::<Auth>()?.user_id().is_some())
/// }
/// # }
/// ```
pub trait RequestSession {
    /// The session of the request, fresh if none came with it.
    ///
    /// # Errors
    ///
    /// If no layer is around this place, or its registry does not have the session.
    fn session<T: SecureSession>(&self) -> Result<Session<T>, SessionRejection>;
}

impl RequestSession for Parts {
    fn session<T: SecureSession>(&self) -> Result<Session<T>, SessionRejection> {
        session(&self.extensions, &self.headers)
    }
}

impl<B> RequestSession for Request<B> {
    fn session<T: SecureSession>(&self) -> Result<Session<T>, SessionRejection> {
        session(self.extensions(), self.headers())
    }
}
