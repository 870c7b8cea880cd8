//! Why a request is refused.

use std::{error::Error, fmt};

use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::CACHE_CONTROL};

use crate::{SealError, SessionRejection};

/// Why a token could not be made, or a request was refused.
///
/// As a response: 403 for a forged request, or one that cannot be told from it; 413 and 400 for a form
/// that was not read; 500 for what is the server's fault. The body is empty; debug builds put the
/// message into it, which says what to do. Logged either way, a 500 as an error.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CsrfRejection {
    /// The browser says that another site sent the request.
    CrossSite,
    /// There is no token in it.
    TokenMissing,
    /// There is one that is not of this session: of one that has ended, or made up.
    TokenMismatch,
    /// The form is larger than [`CsrfLayer::form_limit`](crate::CsrfLayer::form_limit).
    FormTooLarge,
    /// The form could not be read to its end.
    FormUnreadable,
    /// The session can carry no token: it is in a cookie of Node without `preserve_unknown`, or belongs
    /// to no cookie.
    Unsupported {
        /// The session's name.
        session: &'static str,
    },
    /// The operating system gave no random bytes, or the session no id.
    NoRandomness,
    /// The session could not be extracted.
    NotExtracted(SessionRejection),
}

impl CsrfRejection {
    const fn status(&self) -> StatusCode {
        match self {
            Self::CrossSite | Self::TokenMissing | Self::TokenMismatch => StatusCode::FORBIDDEN,
            Self::FormTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::FormUnreadable => StatusCode::BAD_REQUEST,
            Self::Unsupported { .. } | Self::NoRandomness | Self::NotExtracted(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }
}

impl From<SessionRejection> for CsrfRejection {
    fn from(rejection: SessionRejection) -> Self {
        Self::NotExtracted(rejection)
    }
}

impl From<SealError> for CsrfRejection {
    fn from(_: SealError) -> Self {
        Self::NoRandomness
    }
}

impl IntoResponse for CsrfRejection {
    fn into_response(self) -> Response {
        if let Self::NotExtracted(rejection) = self {
            return rejection.into_response();
        }
        let status = self.status();
        #[cfg(feature = "tracing")]
        if status.is_server_error() {
            tracing::error!(target: "session", "{self}");
        } else {
            tracing::warn!(target: "session", "request refused: {self}");
        }
        let body = if cfg!(debug_assertions) {
            Body::from(self.to_string())
        } else {
            Body::empty()
        };
        let no_store = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        (status, no_store, body).into_response()
    }
}

impl fmt::Display for CsrfRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CrossSite => f.write_str(
                "another site sent the request (Sec-Fetch-Site, Origin): if that is meant, \
                 `CsrfLayer::trust_origin` or `exempt`",
            ),
            Self::TokenMissing => f.write_str(
                "no token against forged requests: put `CsrfToken::input` into the form, or the token \
                 into the header `x-csrf-token`",
            ),
            Self::TokenMismatch => f.write_str(
                "the token against forged requests is of another session: the page is older than the \
                 last sign-in, or the cookie did not come with the request",
            ),
            Self::FormTooLarge => {
                f.write_str("the form is too large to look for its token: `CsrfLayer::form_limit`")
            }
            Self::FormUnreadable => f.write_str("the form could not be read to its end"),
            Self::Unsupported { session } => write!(
                f,
                "session `{session}` can carry no token against forged requests: in a cookie of Node \
                 it needs `preserve_unknown`, and outside a request there is none"
            ),
            Self::NoRandomness => f.write_str("no random bytes for a token"),
            Self::NotExtracted(rejection) => rejection.fmt(f),
        }
    }
}

impl Error for CsrfRejection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotExtracted(rejection) => Some(rejection),
            _ => None,
        }
    }
}
