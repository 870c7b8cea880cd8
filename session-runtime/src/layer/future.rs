//! The response, until its head is ready and its sessions are kept.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum_core::response::{IntoResponse, Response};
use pin_project_lite::pin_project;
use tokio::runtime::Handle;

use super::request::RequestSessions;

pin_project! {
    /// The response of a [`SessionService`](crate::SessionService).
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        // `None`: an outer layer of the same registry commits, or this one has.
        sessions: Option<Arc<RequestSessions>>,
        storing: Storing,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) const fn new(inner: F, sessions: Option<Arc<RequestSessions>>) -> Self {
        Self {
            inner,
            sessions,
            storing: Storing(None),
        }
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
        if this.storing.0.is_some() {
            return this.storing.poll(cx).map(Ok);
        }
        let response = ready!(this.inner.poll(cx)).map(IntoResponse::into_response);
        let Some(sessions) = this.sessions.take() else {
            return Poll::Ready(response);
        };
        let mut response = match response {
            Ok(response) => response,
            Err(error) => {
                sessions.close();
                return Poll::Ready(Err(error));
            }
        };
        let Some(commit) = sessions.commit(&mut response) else {
            return Poll::Ready(Ok(response));
        };
        this.storing.0 = Some(Box::pin(commit.finish(response)));
        this.storing.poll(cx).map(Ok)
    }
}

/// The response, while stores are asked.
///
/// A client that goes away must not leave a commit half done: what is left of one whose response
/// is dropped is done by a task of its own. As long as somebody waits, it needs none.
struct Storing(Option<Pin<Box<dyn Future<Output = Response> + Send>>>);

impl Storing {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Response> {
        // Taken out meanwhile: if it panics, nobody goes on with it.
        let Some(mut commit) = self.0.take() else {
            return Poll::Pending;
        };
        let response = commit.as_mut().poll(cx);
        if response.is_pending() {
            self.0 = Some(commit);
        }
        response
    }
}

impl Drop for Storing {
    fn drop(&mut self) {
        // Where there is no runtime, no store answers any more.
        if let (Some(rest), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(rest);
        }
    }
}

impl<F> std::fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
