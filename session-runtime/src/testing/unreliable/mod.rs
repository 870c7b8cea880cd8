//! A store that fails as a test tells it to.

mod pass;
mod script;

use std::{
    fmt,
    future::{Future, pending, poll_fn},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
};

pub use script::{Faults, Operation};

use self::script::{Fault, Script};
use crate::store::{SessionStore, StoreError, StoreErrorKind};

/// Any store, made to fail, hang, be late or lose its answer when a test says so.
///
/// What an application does while its store is out of reach is tested with it. Clones are the same
/// store, so that the test keeps one and gives the other away. The traits beside [`SessionStore`]
/// are offered if the store inside offers them, and fail in the same way.
///
/// ```
/// use session_runtime::{
///     store::{MemoryStore, Record, Revision, SessionKey, SessionStore, StoreErrorKind},
///     testing::{Operation, UnreliableStore},
/// };
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let store = UnreliableStore::new(MemoryStore::new());
/// let key = SessionKey::from_bytes([7; 32]);
/// let record = Record::new(Revision::from_i64(1), b"{}".to_vec(), None, 0, 1);
///
/// store.fail_next(1);
/// let failed = store.load(&key).await.unwrap_err();
/// assert_eq!(failed.kind(), StoreErrorKind::Unavailable);
///
/// // It is kept, and nobody is told so.
/// store.on(Operation::Create).lose_answer_next(1);
/// assert!(store.create(&key, &record).await.is_err());
/// assert_eq!(store.load(&key).await?, Some(record));
/// assert_eq!(store.calls(Operation::Load), 2);
/// # Ok::<(), session_runtime::store::StoreError>(())
/// # })?;
/// # Ok(())
/// # }
/// ```
pub struct UnreliableStore<S> {
    inner: Arc<S>,
    script: Arc<Mutex<Script>>,
}

impl<S: SessionStore> UnreliableStore<S> {
    /// Does what `inner` does, until it is told otherwise.
    pub fn new(inner: S) -> Self {
        Self {
            inner: Arc::new(inner),
            script: Arc::default(),
        }
    }

    /// The store inside, which never fails.
    pub fn inner(&self) -> &S {
        &self.inner
    }

    /// Every call fails from now on, whatever else was said of it, as
    /// [`Unavailable`](StoreErrorKind::Unavailable).
    pub fn down(&self) {
        self.script().is_down = true;
    }

    /// Calls reach the store again.
    pub fn up(&self) {
        self.script().is_down = false;
    }

    /// What happens to the next calls of `operation` alone. It comes before what was said of calls
    /// of any.
    pub fn on(&self, operation: Operation) -> Faults<'_> {
        Faults::new(&self.script, Some(operation))
    }

    fn on_any(&self) -> Faults<'_> {
        Faults::new(&self.script, None)
    }

    /// The next `calls` fail as [`Unavailable`](StoreErrorKind::Unavailable) and do nothing.
    pub fn fail_next(&self, calls: usize) {
        self.on_any().fail_next(calls);
    }

    /// The next `calls` fail as `kind` and do nothing.
    pub fn fail_next_as(&self, calls: usize, kind: StoreErrorKind) {
        self.on_any().fail_next_as(calls, kind);
    }

    /// The next `calls` do nothing and never answer.
    pub fn hang_next(&self, calls: usize) {
        self.on_any().hang_next(calls);
    }

    /// The next `calls` do what they should and never answer.
    pub fn hang_after_next(&self, calls: usize) {
        self.on_any().hang_after_next(calls);
    }

    /// The next `calls` do what they should and fail.
    pub fn lose_answer_next(&self, calls: usize) {
        self.on_any().lose_answer_next(calls);
    }

    /// The next `calls` are begun only when they have been polled `polls` times.
    pub fn delay_next(&self, calls: usize, polls: usize) {
        self.on_any().delay_next(calls, polls);
    }

    /// How many calls of `operation` there were, those that failed among them.
    pub fn calls(&self, operation: Operation) -> usize {
        self.script().calls(operation)
    }

    /// How many calls there were of any.
    pub fn all_calls(&self) -> usize {
        self.script().all_calls()
    }

    /// Counts from 0 again.
    pub fn forget_calls(&self) {
        self.script().forget_calls();
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        lock(&self.script)
    }

    /// Carries out `call`, or what happens instead. It counts from its first poll.
    async fn carry_out<T>(
        &self,
        operation: Operation,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let fault = self.script().begin(operation);
        match fault {
            None => call.await,
            Some(Fault::Fail(kind)) => Err(told_to(kind)),
            Some(Fault::Hang) => pending().await,
            Some(Fault::HangAfter) => {
                call.await?;
                pending().await
            }
            Some(Fault::LoseAnswer) => {
                call.await?;
                Err(told_to(StoreErrorKind::Unavailable))
            }
            Some(Fault::Delay(polls)) => {
                pass(polls).await;
                call.await
            }
        }
    }
}

fn told_to(kind: StoreErrorKind) -> StoreError {
    StoreError::new(kind, "unreliable: a test told it to fail")
}

/// Is polled so many times.
async fn pass(mut polls: usize) {
    poll_fn(|context| {
        if polls == 0 {
            return Poll::Ready(());
        }
        polls -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

// A panic elsewhere leaves a count and a queue as they are.
fn lock(script: &Mutex<Script>) -> MutexGuard<'_, Script> {
    script.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<S> Clone for UnreliableStore<S> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            script: Arc::clone(&self.script),
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for UnreliableStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnreliableStore").field(&self.inner).finish()
    }
}
