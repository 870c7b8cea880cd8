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
        this.storing.0 = Some(Box::new(Commit {
            rest: Box::pin(commit.finish(response)),
            runtime: None,
        }));
        this.storing.poll(cx).map(Ok)
    }
}

/// The response, while stores are asked.
///
/// A client that goes away must not leave a commit half done: what is left of one whose response
/// is dropped is done by a task of its own. As long as somebody waits, it needs none.
///
/// In a box, for it is a part of the future of every response, and most have none.
struct Storing(Option<Box<Commit>>);

struct Commit {
    rest: Pin<Box<dyn Future<Output = Response> + Send>>,
    /// Where it waits for its stores; `None` until it does, and where there is no runtime.
    runtime: Option<Handle>,
}

impl Storing {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Response> {
        // Taken out meanwhile: a store that panics does so here, as a handler would, and nobody goes
        // on with it.
        let Some(mut commit) = self.0.take() else {
            return Poll::Pending;
        };
        let response = commit.rest.as_mut().poll(cx);
        if response.is_pending() {
            let runtime = &mut commit.runtime;
            *runtime = runtime.take().or_else(|| Handle::try_current().ok());
            self.0 = Some(commit);
        }
        response
    }
}

impl Drop for Storing {
    fn drop(&mut self) {
        if let Some(commit) = self.0.take()
            && let Commit {
                rest,
                runtime: Some(runtime),
            } = *commit
        {
            runtime.spawn(rest);
        }
    }
}

impl<F> std::fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::poll_fn,
        panic::{AssertUnwindSafe, catch_unwind},
        sync::mpsc,
        task::Waker,
        thread,
    };

    use super::*;

    fn storing(rest: impl Future<Output = Response> + Send + 'static) -> Storing {
        Storing(Some(Box::new(Commit {
            rest: Box::pin(rest),
            runtime: None,
        })))
    }

    /// Waits once, and goes on at once.
    async fn wait() {
        let mut has_waited = false;
        poll_fn(|cx| {
            if has_waited {
                return Poll::Ready(());
            }
            has_waited = true;
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    #[test]
    fn d29_a_commit_dropped_outside_its_runtime_ends_within_it() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let (sender, receiver) = mpsc::channel();
        let mut storing = storing(async move {
            wait().await;
            sender.send(()).unwrap();
            Response::default()
        });
        runtime.block_on(async {
            let first = poll_fn(|cx| Poll::Ready(storing.poll(cx))).await;
            assert!(first.is_pending());
        });
        thread::spawn(move || drop(storing)).join().unwrap();
        receiver
            .recv_timeout(std::time::Duration::from_secs(30))
            .unwrap();
    }

    #[test]
    fn a_store_that_panics_is_not_asked_again() {
        let mut storing = storing(async {
            wait().await;
            panic!("the store's own fault");
        });
        let mut cx = Context::from_waker(Waker::noop());
        assert!(storing.poll(&mut cx).is_pending());
        catch_unwind(AssertUnwindSafe(|| storing.poll(&mut cx))).unwrap_err();
        assert!(storing.0.is_none());
    }
}
