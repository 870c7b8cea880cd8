//! Why a request does not reach what is for those who are signed in.

use std::{error::Error, fmt};

use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::StatusCode;

use super::challenge::Challenge;
use crate::SessionRejection;

/// Why [`Authenticated`](crate::Authenticated), [`require_authenticated`](crate::require_authenticated)
/// or [`require_fresh`](crate::require_fresh) let a request go no further.
///
/// As a response, with an empty body and `Cache-Control: no-store`:
///
/// | who asks | with a page configured | without |
/// |---|---|---|
/// | a browser for a page, with GET or HEAD | 303 to the page, and the way back in `next` | 401 |
/// | a browser that posts a form | 303 to the page, without a way back | 401 |
/// | htmx (`HX-Request`) | 401 with `HX-Redirect`; the way back is `HX-Current-URL`, of this host | 401 |
/// | a script, a socket, a program | 401 | 401 |
///
/// A browser asks for a page if it says `Sec-Fetch-Mode: navigate`, or does not say and accepts
/// `text/html`. A script is not redirected: it would take the sign-in page for its answer. A page that
/// is itself behind what it is configured for is answered 401.
///
/// The page is that of [`Config::sign_in_at`](crate::Config::sign_in_at), or of
/// [`Config::reauthenticate_at`](crate::Config::reauthenticate_at). A 401 has the challenge
/// `WWW-Authenticate: Session`, for which no browser asks for a password; where the sign-in is too old,
/// with `error="insufficient_user_authentication"` and `max_age`, as
/// [RFC 9470](https://www.rfc-editor.org/rfc/rfc9470) names them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AuthenticationRejection {
    /// Nobody is signed in.
    SignInRequired(Challenge),
    /// Whoever is signed in proved too long ago who he is.
    ReauthenticationRequired(Challenge),
    /// The session's format does not carry when somebody signed in: a 500.
    FreshnessUnknown {
        /// The session's name.
        session: &'static str,
    },
    /// The session could not be extracted.
    NotExtracted(SessionRejection),
}

impl From<SessionRejection> for AuthenticationRejection {
    fn from(rejection: SessionRejection) -> Self {
        Self::NotExtracted(rejection)
    }
}

impl IntoResponse for AuthenticationRejection {
    fn into_response(self) -> Response {
        match self {
            Self::SignInRequired(challenge) | Self::ReauthenticationRequired(challenge) => {
                challenge.into_response()
            }
            Self::FreshnessUnknown { .. } => {
                #[cfg(feature = "tracing")]
                tracing::error!(target: "session", "{self}");
                let body = if cfg!(debug_assertions) {
                    Body::from(self.to_string())
                } else {
                    Body::empty()
                };
                (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
            }
            Self::NotExtracted(rejection) => rejection.into_response(),
        }
    }
}

impl fmt::Display for AuthenticationRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignInRequired(_) => f.write_str("nobody is signed in"),
            Self::ReauthenticationRequired(_) => f.write_str("the sign-in is too old"),
            Self::FreshnessUnknown { session } => write!(
                f,
                "session `{session}`: its format does not carry when somebody signed in; seal it or \
                 keep it in a store (`Config::stored`), or keep the time in a field of your own"
            ),
            Self::NotExtracted(rejection) => rejection.fmt(f),
        }
    }
}

impl Error for AuthenticationRejection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotExtracted(rejection) => Some(rejection),
            _ => None,
        }
    }
}
