//! Calls to a store, each with a deadline.

use std::{future::poll_fn, task::Poll, time::Duration};

use super::Stored;
use crate::store::{
    Admitted, Created, Record, Revision, Saved, SessionKey, StoreError, StoreErrorKind, StoreFuture,
};

/// The answer of a store, or that it did not come in time.
pub(crate) async fn within<V>(
    deadline: Duration,
    mut call: StoreFuture<'_, V>,
) -> Result<V, StoreError> {
    // A store in memory answers at once, and needs neither timer nor runtime.
    let mut timer = None;
    poll_fn(|context| {
        if let Poll::Ready(answer) = call.as_mut().poll(context) {
            return Poll::Ready(answer);
        }
        let timer = timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(deadline)));
        timer.as_mut().poll(context).map(|()| {
            let message = format!("the store did not answer within {deadline:?}");
            Err(StoreError::new(StoreErrorKind::Deadline, message))
        })
    })
    .await
}

impl Stored {
    pub(crate) async fn load(&self, key: &SessionKey) -> Result<Option<Record>, StoreError> {
        match self.store.at_once() {
            Some(store) => store.load_at_once(key),
            None => within(self.deadline, self.store.load(key)).await,
        }
    }

    pub(super) async fn touch(
        &self,
        key: &SessionKey,
        touched: u64,
        expires: u64,
    ) -> Result<bool, StoreError> {
        within(self.deadline, self.store.touch(key, touched, expires)).await
    }

    pub(crate) async fn delete(
        &self,
        key: &SessionKey,
        expected: Option<Revision>,
    ) -> Result<Saved, StoreError> {
        within(self.deadline, self.store.delete(key, expected)).await
    }

    /// Creates (`expected` is `None`) or saves. `is_sign_in`: the record's principal is new to it,
    /// so that a limit counts.
    pub(super) async fn put(
        &self,
        key: &SessionKey,
        expected: Option<Revision>,
        record: &Record,
        is_sign_in: bool,
    ) -> Result<Admitted, StoreError> {
        if let (true, Some(limit), Some(principals)) =
            (is_sign_in, self.limit, self.store.principals())
        {
            let admit = principals.admit(key, expected, record, limit);
            return within(self.deadline, admit).await;
        }
        let done = Admitted::Done { ended: Vec::new() };
        let Some(expected) = expected else {
            let created = within(self.deadline, self.store.create(key, record)).await?;
            return Ok(match created {
                Created::Done => done,
                Created::Exists => Admitted::Exists,
            });
        };
        let saved = within(self.deadline, self.store.save(key, expected, record)).await?;
        Ok(match saved {
            Saved::Done => done,
            Saved::Conflict => Admitted::Conflict,
            Saved::Gone => Admitted::Gone,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn d29_a_call_that_hangs_ends_at_its_deadline() {
        let started = tokio::time::Instant::now();
        let answer = within::<()>(Duration::from_secs(3), Box::pin(pending())).await;
        assert_eq!(answer.unwrap_err().kind(), StoreErrorKind::Deadline);
        assert_eq!(started.elapsed(), Duration::from_secs(3));
    }

    #[test]
    fn an_answer_at_once_needs_no_runtime() {
        let mut call = Box::pin(within(Duration::ZERO, Box::pin(ready(Ok(7)))));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(matches!(
            call.as_mut().poll(&mut context),
            Poll::Ready(Ok(7))
        ));
    }
}
