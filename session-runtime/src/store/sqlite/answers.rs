//! Whether who asks watches for the answer: where it came at once the last time. To sleep and to be
//! woken takes several times as long as to read a row.

use std::{
    hint,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::{Duration, Instant},
};

use tokio::{
    sync::oneshot::{Receiver, error::TryRecvError},
    task,
};

/// How long who asks keeps the thread that serves him, of a runtime as a rule: no longer than a task may
/// go on there without a pause, and there is one before.
pub(super) const PATIENCE: Duration = Duration::from_micros(40);

/// How soon answers to jobs of one kind came.
///
/// Of those who were the only ones to ask: where several do, each would hold up the thread that the
/// others need, and nobody has slept for long.
pub(super) struct Answers {
    /// Whether the last one came within [`PATIENCE`].
    came_soon: AtomicBool,
}

impl Answers {
    pub(super) const fn new() -> Self {
        Self {
            came_soon: AtomicBool::new(true),
        }
    }

    /// Whether it is worth to watch for the next one.
    pub(super) fn come_soon(&self) -> bool {
        self.came_soon.load(Relaxed)
    }

    /// One has gone out, and all that belonged to it is done, to somebody who asked at `since`.
    pub(super) fn note(&self, since: Instant) {
        self.note_after(since.elapsed());
    }

    fn note_after(&self, time: Duration) {
        let came_soon = time < PATIENCE;
        if came_soon != self.come_soon() {
            self.came_soon.store(came_soon, Relaxed);
        }
    }
}

/// Watches for an answer for a moment, as long as nobody else asks.
///
/// Others that the same thread serves have their turn first, and ask: those that wait for a thread that
/// watches cannot be seen by it.
pub(super) async fn watch<V>(
    answered: &mut Receiver<V>,
    is_alone: impl Fn() -> bool,
) -> Result<V, TryRecvError> {
    task::yield_now().await;
    let since = Instant::now();
    loop {
        let answer = answered.try_recv();
        let is_late = || !is_alone() || since.elapsed() >= PATIENCE;
        if !matches!(answer, Err(TryRecvError::Empty)) || is_late() {
            return answer;
        }
        hint::spin_loop();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::Cell,
        future::Future,
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use tokio::sync::oneshot;

    use super::*;

    #[test]
    fn who_asks_watches_where_the_last_answer_came_soon() {
        let answers = Answers::new();
        assert!(answers.come_soon(), "at first");
        answers.note_after(PATIENCE);
        assert!(!answers.come_soon());
        answers.note_after(Duration::ZERO);
        assert!(answers.come_soon());
    }

    #[test]
    fn nobody_goes_on_watching_when_another_one_asks() {
        let (_sender, mut answered) = oneshot::channel::<()>();
        let asked = Cell::new(0);
        let mut watching = pin!(watch(&mut answered, || {
            asked.set(asked.get() + 1);
            false
        }));
        let mut poll = || {
            watching
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
        };
        assert!(poll().is_pending(), "others have their turn");
        assert_eq!(poll(), Poll::Ready(Err(TryRecvError::Empty)));
        assert_eq!(asked.get(), 1);
    }
}
