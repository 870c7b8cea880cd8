//! axum's extractors.

use std::future::Future;

use axum_core::{
    body::Body,
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::RETRY_AFTER, request::Parts};

use super::{RequestSession, SessionRejection};
use crate::{SecureSession, Session, app_state::AvailableIn};

impl IntoResponse for SessionRejection {
    fn into_response(self) -> Response {
        #[cfg(feature = "tracing")]
        tracing::error!(target: "session", "{self}");
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
