//! axum's extractors.

use std::future::Future;

use axum_core::{
    body::Body,
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::RETRY_AFTER, request::Parts};

use super::{RequestSession, SessionRejection};
use crate::{
    SecureSession, Session,
    app_state::AvailableIn,
    store::{StoreError, StoreErrorKind},
};

impl IntoResponse for SessionRejection {
    fn into_response(self) -> Response {
        let body = if cfg!(debug_assertions) {
            Body::from(self.to_string())
        } else {
            Body::empty()
        };
        match self {
            Self::LayerMissing { .. } | Self::NotRegistered { .. } => {
                (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
            }
            Self::StoreUnavailable { .. } => {
                let retry_after = [(RETRY_AFTER, Self::RETRY_AFTER)];
                (StatusCode::SERVICE_UNAVAILABLE, retry_after, body).into_response()
            }
        }
    }
}

/// What a store could not do, as a handler's error: `Result<_, StoreError>` and `?` are enough.
///
/// A 503 with Retry-After if asking again may help, else a 500, with an empty body; debug builds put
/// the message into it. The library has logged it where it happened.
impl IntoResponse for StoreError {
    fn into_response(self) -> Response {
        let body = if cfg!(debug_assertions) {
            Body::from(self.to_string())
        } else {
            Body::empty()
        };
        match self.kind() {
            StoreErrorKind::Unavailable | StoreErrorKind::Deadline | StoreErrorKind::Full => {
                let retry_after = [(RETRY_AFTER, SessionRejection::RETRY_AFTER)];
                (StatusCode::SERVICE_UNAVAILABLE, retry_after, body).into_response()
            }
            StoreErrorKind::Corrupt | StoreErrorKind::Unsupported => {
                (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
            }
        }
    }
}

/// The session of the request, fresh if none came with it.
impl<S, T> FromRequestParts<S> for Session<T>
where
    S: Send + Sync,
    T: SecureSession + AvailableIn<S>,
{
    type Rejection = SessionRejection;

    fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> impl Future<Output = Result<Self, SessionRejection>> + Send {
        parts.session()
    }
}

/// `None` without a valid session; `Some` also when another handle of the request has written to
/// a fresh one.
impl<S, T> OptionalFromRequestParts<S> for Session<T>
where
    S: Send + Sync,
    T: SecureSession + AvailableIn<S>,
{
    type Rejection = SessionRejection;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> Result<Option<Self>, SessionRejection> {
        let session = parts.session::<T>().await?;
        let exists = !session.meta().is_new() || session.meta().is_changed();
        Ok(Some(session).filter(|session| exists && !session.meta().is_deleted()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d27_a_store_that_cannot_be_asked_is_a_503_and_one_that_cannot_answer_a_500() {
        for (kind, status) in [
            (StoreErrorKind::Unavailable, 503),
            (StoreErrorKind::Deadline, 503),
            (StoreErrorKind::Full, 503),
            (StoreErrorKind::Corrupt, 500),
            (StoreErrorKind::Unsupported, 500),
        ] {
            let response = StoreError::new(kind, "it is so").into_response();
            assert_eq!(response.status(), status, "{kind:?}");
            let retries = response.headers().contains_key(RETRY_AFTER);
            assert_eq!(retries, status == 503, "{kind:?}");
        }
    }
}
