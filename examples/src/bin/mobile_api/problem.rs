//! What goes wrong, as problem details (RFC 9457): `application/problem+json`.

use axum::{
    Json,
    extract::rejection::JsonRejection,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;
use session_runtime::{SessionRejection, store::StoreError};

/// A problem without a type of its own: the status says what it is (RFC 9457, section 4.2.1).
#[derive(Serialize)]
pub(crate) struct Problem {
    title: &'static str,
    status: u16,
    detail: &'static str,
}

impl Problem {
    const fn new(status: StatusCode, title: &'static str, detail: &'static str) -> Self {
        Self {
            title,
            status: status.as_u16(),
            detail,
        }
    }

    /// One answer, whatever the reason is: `session.meta().reason()` is for the log.
    pub(crate) const fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized", "sign in first")
    }

    pub(crate) const fn no_such_device() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found", "no such device")
    }

    /// Not a sign-out: the app keeps its cookie and asks again.
    const fn unavailable() -> Self {
        let title = "Service Unavailable";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, title, "try again")
    }
}

impl From<SessionRejection> for Problem {
    fn from(rejection: SessionRejection) -> Self {
        match rejection {
            SessionRejection::StoreUnavailable { .. } => Self::unavailable(),
            // The layer is missing, say: a mistake of this program.
            mistake => {
                tracing::error!("{mistake}");
                let title = "Internal Server Error";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, title, "a mistake here")
            }
        }
    }
}

/// The library has logged what the store said.
impl From<StoreError> for Problem {
    fn from(_: StoreError) -> Self {
        Self::unavailable()
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let status = rejection.status();
        let title = status.canonical_reason().unwrap_or("Bad Request");
        Self::new(status, title, "the body is not the JSON that is expected")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status);
        let mut response = (
            status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Json(&self),
        )
            .into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(CONTENT_TYPE, json);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}
