//! The response, until its head is ready and its sessions are kept.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use pin_project_lite::pin_project;
use tokio::task::JoinHandle;

use super::request::RequestSessions;

pin_project! {
    /// The response of a [`SessionService`](crate::SessionService).
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        // `None`: an outer layer of the same registry commits, or this one has.
        sessions: Option<Arc<RequestSessions>>,
        // The response, while stores are asked. A task of its own: a client that goes away must
        // not leave a commit half done.
        storing: Option<JoinHandle<Response>>,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) const fn new(inner: F, sessions: Option<Arc<RequestSessions>>) -> Self {
        Self {
            inner,
            sessions,
            storing: None,
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
        if let Some(storing) = this.storing {
            return Pin::new(storing)
                .poll(cx)
                .map(|done| Ok(done.unwrap_or_else(|_| failed())));
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
        let mut storing = Box::pin(commit.finish(response));
        // A store in memory has finished at once, and needs no task.
        match storing.as_mut().poll(cx) {
            Poll::Ready(response) => Poll::Ready(Ok(response)),
            Poll::Pending => {
                let storing = this.storing.insert(tokio::spawn(storing));
                Pin::new(storing)
                    .poll(cx)
                    .map(|done| Ok(done.unwrap_or_else(|_| failed())))
            }
        }
    }
}

/// The answer when a store panicked: what has been kept is not known.
fn failed() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

impl<F> std::fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
