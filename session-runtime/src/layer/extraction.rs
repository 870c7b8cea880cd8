//! A session that is being extracted.

use std::{
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

/// A value that is there, unless a store has to be waited for.
///
/// An `async fn` would keep all that it might wait with in the future of every handler, which is
/// moved several times with each request.
pub(crate) enum Extraction<'a, V> {
    Done(V),
    Waiting(Pin<Box<dyn Future<Output = V> + Send + 'a>>),
    Taken,
}

/// Nothing in it is pinned in its place: a value is handed out, and what waits has a box.
impl<V> Unpin for Extraction<'_, V> {}

impl<V> Future for Extraction<'_, V> {
    type Output = V;

    /// # Panics
    ///
    /// If it has been ready before.
    #[expect(
        clippy::panic,
        reason = "as a future that is polled once too often does"
    )]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<V> {
        let this = self.get_mut();
        if let Self::Waiting(waiting) = this {
            return waiting.as_mut().poll(cx);
        }
        match mem::replace(this, Self::Taken) {
            Self::Done(value) => Poll::Ready(value),
            _ => panic!("polled after it was ready"),
        }
    }
}
