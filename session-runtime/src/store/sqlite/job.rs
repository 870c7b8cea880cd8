//! One operation on its way to a thread and back.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;
use tokio::sync::oneshot::{self, error::TryRecvError};

use super::{
    answers,
    problem::{Outcome, Problem},
    queue::{Line, Queue},
};
use crate::store::StoreError;

/// What a thread does for somebody who waits for the answer.
pub(super) trait Job: Send {
    /// Whether nobody waits for it any more.
    fn is_abandoned(&self) -> bool;

    /// Does it and keeps the answer. It may be done again after its transaction was rolled back.
    fn run(&mut self, connection: &Connection) -> Outcome<()>;

    /// Gives the answer: what was done stays.
    fn acknowledge(self: Box<Self>);

    /// Gives an error in place of the answer.
    fn fail(self: Box<Self>, problem: Problem);
}

/// Has `work` done by a thread of `queue`. `what` completes «sqlite: cannot …».
pub(super) async fn ask<V, W>(
    queue: &Queue,
    line: Line,
    what: &'static str,
    work: W,
) -> Result<V, StoreError>
where
    V: Send + 'static,
    W: FnMut(&Connection) -> Outcome<V> + Send + 'static,
{
    let (answer, mut answered) = oneshot::channel();
    let task = Task {
        work,
        what,
        value: None,
        answer,
    };
    let stopped = || Problem::Stopped.into_error(what);
    let asker = queue.enter();
    let comes_soon = queue
        .push(&asker, line, Box::new(task))
        .await
        .map_err(|_closed| stopped())?;
    if comes_soon {
        match answers::watch(&mut answered, || queue.has_one_asker()).await {
            Ok(answer) => return answer,
            Err(TryRecvError::Closed) => return Err(stopped()),
            Err(TryRecvError::Empty) => {}
        }
    }
    answered.await.unwrap_or_else(|_dropped| Err(stopped()))
}

struct Task<V, W> {
    work: W,
    what: &'static str,
    value: Option<V>,
    answer: oneshot::Sender<Result<V, StoreError>>,
}

impl<V, W> Job for Task<V, W>
where
    V: Send,
    W: FnMut(&Connection) -> Outcome<V> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run(&mut self, connection: &Connection) -> Outcome<()> {
        // A panic fails this job and not the thread. The work holds nothing but its arguments, and
        // what it did to the database is rolled back.
        let work = AssertUnwindSafe(|| (self.work)(connection));
        self.value = Some(catch_unwind(work).unwrap_or(Err(Problem::Panicked))?);
        Ok(())
    }

    fn acknowledge(self: Box<Self>) {
        let answer = self
            .value
            .ok_or_else(|| Problem::Stopped.into_error(self.what));
        // Who has left in the meantime does not need it.
        let _ = self.answer.send(answer);
    }

    fn fail(self: Box<Self>, problem: Problem) {
        let _ = self.answer.send(Err(problem.into_error(self.what)));
    }
}
