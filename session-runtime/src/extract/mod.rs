//! Sessions as arguments of handlers and middleware.

mod axum;

use std::{error::Error, fmt, future::Future};

use http::{Extensions, HeaderMap, Request, request::Parts};

use crate::{
    Authenticated, AuthenticationRejection, HasPrincipal, SecureSession, Session, authenticated,
    layer::{Extraction, RequestSessions},
};

/// Why a session could not be extracted. Never because of what the client sent.
///
/// As a response it is a 500, or a 503 with Retry-After where a store is out of reach, with an
/// empty body; debug builds put the message into it. The client keeps its cookie. Take
/// `Result<Session<T>, SessionRejection>` to answer otherwise.
///
/// It is logged where the session is asked for (target `session`), whatever becomes of it.
///
/// ```
/// # mod example {
/// use session_runtime::{SecureSession, Session, SessionRejection};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     user_id: Option<u64>,
/// #     email: Option<String>,
/// # }
///
/// /// A page that is shown in any case.
/// pub async fn home(session: Result<Session<Auth>, SessionRejection>) -> String {
///     match session {
///         Ok(session) => format!("hello {}", session.email().unwrap_or("stranger")),
///         Err(SessionRejection::StoreUnavailable { .. }) => "hello".to_owned(),
///         Err(other) => format!("this server is not set up: {other}"),
///     }
/// }
/// # }
/// ```
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
    /// The store of the session, or its list of revocations, is out of reach: whether the client
    /// has a session is not known. Logged with what the store said, when it was asked.
    StoreUnavailable {
        /// The session's name.
        session: &'static str,
    },
}

impl SessionRejection {
    /// Seconds after which a client may ask again when a store was out of reach.
    pub(crate) const RETRY_AFTER: &'static str = "5";

    /// Says so in the log: of what the developer did. What a store did is said where its error is at
    /// hand.
    #[cold]
    pub(crate) fn told(self) -> Self {
        #[cfg(feature = "tracing")]
        tracing::error!(target: "session", "{self}");
        self
    }
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
            Self::StoreUnavailable { session } => {
                write!(f, "session `{session}`: its store is out of reach")
            }
        }
    }
}

impl Error for SessionRejection {}

pub(crate) fn session<'a, T: SecureSession>(
    extensions: &'a Extensions,
    headers: &'a HeaderMap,
) -> Extraction<'a, Result<Session<T>, SessionRejection>> {
    if let Some(sessions) = RequestSessions::of(extensions) {
        return sessions.session(headers, extensions);
    }
    let session = T::DECLARATION.name;
    Extraction::Done(Err(SessionRejection::LayerMissing { session }.told()))
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
/// pub async fn is_signed_in<B>(request: &http::Request<B>) -> Result<bool, SessionRejection> {
///     Ok(request.session::<Auth>().await?.user_id().is_some())
/// }
/// # }
/// ```
pub trait RequestSession {
    /// The session of the request, fresh if none came with it.
    ///
    /// # Errors
    ///
    /// If no layer is around this place, its registry does not have the session, or a store is
    /// out of reach.
    fn session<T: SecureSession>(
        &self,
    ) -> impl Future<Output = Result<Session<T>, SessionRejection>> + Send;

    /// The session of the request, if somebody is signed in.
    ///
    /// # Errors
    ///
    /// [`AuthenticationRejection`], as [`Authenticated`] is rejected in a handler.
    fn authenticated<T: HasPrincipal>(
        &self,
    ) -> impl Future<Output = Result<Authenticated<T>, AuthenticationRejection>> + Send;
}

impl RequestSession for Parts {
    fn session<T: SecureSession>(
        &self,
    ) -> impl Future<Output = Result<Session<T>, SessionRejection>> + Send {
        session(&self.extensions, &self.headers)
    }

    fn authenticated<T: HasPrincipal>(
        &self,
    ) -> impl Future<Output = Result<Authenticated<T>, AuthenticationRejection>> + Send {
        authenticated::of_parts(self, None)
    }
}

impl<B> RequestSession for Request<B> {
    fn session<T: SecureSession>(
        &self,
    ) -> impl Future<Output = Result<Session<T>, SessionRejection>> + Send {
        session(self.extensions(), self.headers())
    }

    fn authenticated<T: HasPrincipal>(
        &self,
    ) -> impl Future<Output = Result<Authenticated<T>, AuthenticationRejection>> + Send {
        authenticated::of_request(self)
    }
}
