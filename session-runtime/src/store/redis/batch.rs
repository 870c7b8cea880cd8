//! Commands of requests that run at once, sent together.
//!
//! The client writes a command as soon as it has one, and must: it cannot know whether another
//! will follow. Under load that is a system call and a packet for each, and a server that reads and
//! answers each by itself. Here the first command goes out at once, and those that come while it
//! is under way wait until the tasks that are ready in their thread have run: what has gathered by
//! then is one write. No timer is involved, and who is alone does not wait.

use std::{
    future::{Future, poll_fn},
    io, mem,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use ::redis::{Arg, Cmd, RedisError, RedisResult, Value};
use tokio::{runtime::Handle, sync::oneshot};

/// Commands in one batch: more of them save little more, and while a server runs through a long
/// one those who wait for it have nothing to do.
const MOST: usize = 16;

/// Bytes of a command that can be part of a batch. A larger one is work enough by itself, and the
/// others would wait for it.
const LARGE: usize = 4096;

/// What commands go out over.
pub(super) trait Wire: Clone + Send + Sync + 'static {
    fn one(&self, command: &Cmd) -> impl Future<Output = RedisResult<Value>> + Send;

    /// In one write. The answers are in the order of the commands, and may be errors of the server.
    fn all(
        &self,
        commands: impl IntoIterator<Item = Cmd> + Send,
    ) -> impl Future<Output = RedisResult<Vec<Value>>> + Send;
}

/// The commands of one connection.
#[derive(Default)]
pub(super) struct Batches {
    under_way: AtomicUsize,
    gathered: Mutex<Vec<Call>>,
}

struct Call {
    command: Cmd,
    answer: Answer,
}

type Answer = oneshot::Sender<RedisResult<Value>>;

impl Batches {
    pub(super) async fn send(
        self: &Arc<Self>,
        wire: &impl Wire,
        command: &Cmd,
    ) -> RedisResult<Value> {
        let call = UnderWay::begin(self);
        if call.is_alone || length(command) > LARGE {
            return wire.one(command).await;
        }
        match self.join(wire, command) {
            Some(answer) => answer.await.unwrap_or_else(|_| Err(lost())),
            None => wire.one(command).await,
        }
    }

    /// Puts it to what is gathered. `None`: there is no runtime to send it.
    fn join(
        self: &Arc<Self>,
        wire: &impl Wire,
        command: &Cmd,
    ) -> Option<oneshot::Receiver<RedisResult<Value>>> {
        let runtime = Handle::try_current().ok()?;
        let (answer, receiver) = oneshot::channel();
        let call = Call {
            command: command.clone(),
            answer,
        };
        let mut gathered = lock(&self.gathered);
        gathered.push(call);
        let count = gathered.len();
        let full = (count >= MOST).then(|| mem::take(&mut *gathered));
        drop(gathered);
        // In tasks of their own: whoever came first may be gone before the answers are here.
        if let Some(calls) = full {
            runtime.spawn(send(wire.clone(), calls));
        } else if count == 1 {
            let batch = Batch(Some(Arc::clone(self)));
            runtime.spawn(batch.go(wire.clone()));
        }
        Some(receiver)
    }

    fn take(&self) -> Vec<Call> {
        mem::take(&mut *lock(&self.gathered))
    }
}

/// One command among those that have no answer yet.
struct UnderWay<'a> {
    batches: &'a Batches,
    is_alone: bool,
}

impl<'a> UnderWay<'a> {
    fn begin(batches: &'a Batches) -> Self {
        // A count, which orders nothing: whoever is wrong about being alone is only slower.
        let others = batches.under_way.fetch_add(1, Ordering::Relaxed);
        Self {
            batches,
            is_alone: others == 0,
        }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.batches.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What is gathered, until it is sent. If the runtime ends before that, those who wait are told,
/// and the next command begins another batch.
struct Batch(Option<Arc<Batches>>);

impl Batch {
    async fn go(mut self, wire: impl Wire) {
        everybody_else().await;
        let calls = self.0.take().map(|it| it.take()).unwrap_or_default();
        // None: what was gathered is full, and sent.
        if !calls.is_empty() {
            send(wire, calls).await;
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if let Some(batches) = self.0.take() {
            drop(batches.take());
        }
    }
}

async fn send(wire: impl Wire, calls: Vec<Call>) {
    // Whose caller has gone is not sent, as the client does it.
    let is_awaited = |call: &Call| !call.answer.is_closed();
    let (commands, mut answers): (Vec<_>, Vec<_>) = calls
        .into_iter()
        .filter(is_awaited)
        .map(|call| (call.command, call.answer))
        .unzip();
    if commands.is_empty() {
        return;
    }
    let call = wire.all(commands);
    let result = unless(everyone_left(&mut answers), call).await;
    // Nobody may be left to hear of it.
    let tell = |answer: Answer, result| drop(answer.send(result));
    match result {
        Some(Ok(values)) => {
            for (answer, value) in answers.into_iter().zip(values) {
                tell(answer, Ok(value));
            }
        }
        Some(Err(error)) => {
            for answer in answers {
                tell(answer, Err(error.clone()));
            }
        }
        None => {}
    }
}

/// Until each task that was ready in this thread has run. Not what `tokio` offers for it: that looks for news of
/// the network first, which is a system call of its own.
fn everybody_else() -> impl Future<Output = ()> {
    let mut has_waited = false;
    poll_fn(move |context| {
        if mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Until no caller is left. A server that hangs must not collect batches that nobody waits for.
async fn everyone_left(answers: &mut [Answer]) {
    for answer in answers {
        answer.closed().await;
    }
}

/// What `call` comes to, if it does before `end`.
async fn unless<T>(end: impl Future, call: impl Future<Output = T>) -> Option<T> {
    let (mut end, mut call) = (pin!(end), pin!(call));
    poll_fn(|context| match call.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => end.as_mut().poll(context).map(|_| None),
    })
    .await
}

fn length(command: &Cmd) -> usize {
    let arguments = command.args_iter();
    arguments
        .map(|argument| match argument {
            Arg::Simple(bytes) => bytes.len(),
            _ => 0,
        })
        .sum()
}

/// The runtime that sent it has ended.
fn lost() -> RedisError {
    io::Error::from(io::ErrorKind::ConnectionAborted).into()
}

fn lock(gathered: &Mutex<Vec<Call>>) -> MutexGuard<'_, Vec<Call>> {
    // Nothing that can panic runs while it is held.
    gathered.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
