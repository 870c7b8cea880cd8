//! The response, until its head is ready.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum_core::response::{IntoResponse, Response};
use pin_project_lite::pin_project;

use super::request::RequestSessions;

pin_project! {
    /// The response of a [`SessionService`](crate::SessionService).
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        // `None`: an outer layer of the same registry commits, or this one has.
        sessions: Option<Arc<RequestSessions>>,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) const fn new(inner: F, sessions: Option<Arc<RequestSessions>>) -> Self {
        Self { inner, sessions }
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<R, E>>,
    R: IntoResponse,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.inner.poll(cx)).map(IntoResponse::into_response);
        if let Some(sessions) = this.sessions.take() {
            match &mut response {
                Ok(response) => sessions.commit(response),
                Err(_) => sessions.close(),
            }
        }
        Poll::Ready(response)
    }
}

impl<F> std::fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
