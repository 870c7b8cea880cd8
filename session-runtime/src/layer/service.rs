//! The service around the routes.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use axum_core::response::{IntoResponse, Response};
use http::Request;
use tower_service::Service;

use super::{future::ResponseFuture, request::RequestSessions};
use crate::registry::Registry;

/// Gives each request its sessions. Made by [`SessionLayer`](crate::SessionLayer).
#[derive(Clone)]
pub struct SessionService<S> {
    inner: S,
    registry: Arc<Registry>,
}

impl<S> SessionService<S> {
    pub(super) const fn new(inner: S, registry: Arc<Registry>) -> Self {
        Self { inner, registry }
    }
}

/// The response body becomes axum's, which costs nothing where it is that already: a session that
/// cannot be sent is answered with an empty one, whatever the bodies of the layers inside are.
impl<S, Body> Service<Request<Body>> for SessionService<S>
where
    S: Service<Request<Body>>,
    S::Response: IntoResponse,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let sessions = RequestSessions::enter(&self.registry, &mut request);
        ResponseFuture::new(self.inner.call(request), sessions)
    }
}

impl<S: fmt::Debug> fmt::Debug for SessionService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
