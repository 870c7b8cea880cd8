use std::{pin::pin, sync::mpsc, task::Context, task::Waker, time::Duration};

use ::redis::cmd;
use tokio::{runtime, sync::Semaphore, task::JoinSet, time::timeout};

use super::*;

const ENOUGH: usize = 99;

/// Answers each command with its own name, once it has leave to.
#[derive(Clone)]
struct Echo {
    writes: mpsc::Sender<Vec<String>>,
    leave: Arc<Semaphore>,
}

impl Echo {
    /// One that may not answer yet, and what is written to it.
    fn silent() -> (Self, mpsc::Receiver<Vec<String>>) {
        let (writes, written) = mpsc::channel();
        let leave = Arc::new(Semaphore::new(0));
        (Self { writes, leave }, written)
    }

    async fn answered(&self, names: Vec<String>) -> Vec<Value> {
        let values = names.iter().cloned().map(Value::SimpleString).collect();
        self.writes.send(names).unwrap();
        self.leave.acquire().await.unwrap().forget();
        values
    }
}

impl Wire for Echo {
    async fn one(&self, command: &Cmd) -> RedisResult<Value> {
        Ok(self.answered(vec![name(command)]).await.remove(0))
    }

    async fn all(&self, commands: impl IntoIterator<Item = Cmd> + Send) -> RedisResult<Vec<Value>> {
        let names = commands.into_iter().map(|command| name(&command)).collect();
        Ok(self.answered(names).await)
    }
}

/// The first letters of what a command is called.
fn name(command: &Cmd) -> String {
    let Some(Arg::Simple(bytes)) = command.args_iter().next() else {
        panic!("a command has a name")
    };
    String::from_utf8_lossy(bytes).chars().take(3).collect()
}

async fn asked(batches: Arc<Batches>, wire: Echo, name: String) -> bool {
    let answer = batches.send(&wire, &cmd(&name)).await;
    let own = name.chars().take(3).collect();
    answer.unwrap() == Value::SimpleString(own)
}

fn names(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| number.to_string()).collect()
}

fn sizes(writes: &mpsc::Receiver<Vec<String>>) -> Vec<usize> {
    writes.try_iter().map(|names| names.len()).collect()
}

async fn until(mut holds: impl FnMut() -> bool) {
    let waits = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(60), waits).await.unwrap();
}

/// So many at once, of which each gets its own answer.
async fn all_at_once(wire: &Echo, names: Vec<String>) {
    let batches = Arc::<Batches>::default();
    let mut calls = JoinSet::new();
    for name in names {
        calls.spawn(asked(Arc::clone(&batches), wire.clone(), name));
    }
    // The first is under way when the others come.
    tokio::task::yield_now().await;
    wire.leave.add_permits(ENOUGH);
    let own = timeout(Duration::from_secs(60), calls.join_all()).await;
    assert!(own.unwrap().into_iter().all(|is_own| is_own));
    assert_eq!(batches.under_way.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn the_first_goes_at_once_and_the_rest_together() {
    let (wire, writes) = Echo::silent();
    all_at_once(&wire, names(0..8)).await;
    assert_eq!(sizes(&writes), [1, 7]);
}

#[tokio::test]
async fn who_is_alone_is_no_batch() {
    let (wire, writes) = Echo::silent();
    wire.leave.add_permits(ENOUGH);
    let batches = Arc::<Batches>::default();
    for name in names(0..4) {
        assert!(asked(Arc::clone(&batches), wire.clone(), name).await);
    }
    assert_eq!(sizes(&writes), [1, 1, 1, 1]);
}

#[tokio::test]
async fn a_full_batch_goes_and_the_next_begins() {
    let (wire, writes) = Echo::silent();
    all_at_once(&wire, names(0..2 + 2 * MOST)).await;
    assert_eq!(sizes(&writes), [1, MOST, MOST, 1]);
}

#[tokio::test]
async fn a_large_command_goes_by_itself() {
    let (wire, writes) = Echo::silent();
    let mut names = names(0..4);
    names.push("x".repeat(LARGE + 1));
    all_at_once(&wire, names).await;
    let written: Vec<_> = writes.try_iter().collect();
    assert!(written.contains(&vec!["xxx".to_owned()]), "{written:?}");
    assert_eq!(written.len(), 3);
}

#[tokio::test]
async fn who_has_gone_is_not_sent_and_takes_nobody_along() {
    let (wire, writes) = Echo::silent();
    let batches = Arc::<Batches>::default();
    let commands = ["a", "b", "c", "d"].map(cmd);
    let mut calls: Vec<_> = commands
        .iter()
        .map(|command| Box::pin(batches.send(&wire, command)))
        .collect();
    let mut context = Context::from_waker(Waker::noop());
    for call in &mut calls {
        assert!(call.as_mut().poll(&mut context).is_pending());
    }
    // It is the one that began the batch.
    drop(calls.remove(1));
    wire.leave.add_permits(ENOUGH);
    for (call, name) in calls.into_iter().zip(["a", "c", "d"]) {
        let answer = timeout(Duration::from_secs(60), call).await.unwrap();
        assert_eq!(answer.unwrap(), Value::SimpleString(name.to_owned()));
    }
    let written: Vec<_> = writes.try_iter().collect();
    assert_eq!(written, [vec!["a"], vec!["c", "d"]]);
}

#[tokio::test]
async fn d29_a_batch_ends_with_its_last_caller_though_no_answer_comes() {
    let (wire, writes) = Echo::silent();
    let batches = Arc::<Batches>::default();
    let mut calls = JoinSet::new();
    for name in names(0..8) {
        calls.spawn(asked(Arc::clone(&batches), wire.clone(), name));
    }
    let tasks = || Handle::current().metrics().num_alive_tasks();
    until(|| writes.try_iter().any(|names| names.len() == 7)).await;
    assert_eq!(tasks(), 8 + 1);
    calls.shutdown().await;
    until(|| tasks() == 0).await;
}

#[test]
fn a_batch_whose_runtime_ended_is_in_nobodys_way() {
    let runtime = || runtime::Builder::new_current_thread().enable_all().build();
    let (wire, _writes) = Echo::silent();
    let batches = Arc::<Batches>::default();
    let commands = ["a", "b"].map(cmd);
    let mut alone = pin!(batches.send(&wire, &commands[0]));
    let mut gathered = pin!(batches.send(&wire, &commands[1]));
    {
        let runtime = runtime().unwrap();
        let _within = runtime.enter();
        let mut context = Context::from_waker(Waker::noop());
        assert!(alone.as_mut().poll(&mut context).is_pending());
        assert!(gathered.as_mut().poll(&mut context).is_pending());
    }
    runtime().unwrap().block_on(async {
        let answer = timeout(Duration::from_secs(60), gathered).await;
        answer.unwrap().unwrap_err();
        wire.leave.add_permits(ENOUGH);
        // One is under way, so that this is a batch.
        let next = timeout(
            Duration::from_secs(60),
            asked(Arc::clone(&batches), wire.clone(), "c".to_owned()),
        );
        assert!(next.await.unwrap());
        alone.await.unwrap();
    });
}
