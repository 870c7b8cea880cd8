//! Whether who asks watches for the answer: where it came at once the last time. To sleep and to be
//! woken takes several times as long as to read a row.

use std::{
    future::{Future, poll_fn},
    hint,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

use tokio::{
    sync::oneshot::{
        Receiver,
        error::{RecvError, TryRecvError},
    },
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
/// watches cannot be seen by it. An answer that comes while they have it wakes who asked, on whichever
/// thread is free.
pub(super) async fn watch<V>(
    answered: &mut Receiver<V>,
    is_alone: impl Fn() -> bool,
) -> Result<V, TryRecvError> {
    if let Some(answer) = answered_before_turn(answered).await {
        return answer.map_err(|_dropped| TryRecvError::Closed);
    }
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

/// The answer, if it comes while other tasks have their turn. After that it wakes nobody.
async fn answered_before_turn<V>(answered: &mut Receiver<V>) -> Option<Result<V, RecvError>> {
    let mut turn = pin!(task::yield_now());
    let mut bell: Option<Arc<Bell>> = None;
    let answer = poll_fn(|cx| {
        let task = cx.waker();
        let bell = bell.get_or_insert_with(|| Arc::new(Bell::of(task)));
        let waker = Waker::from(Arc::clone(bell));
        if let Poll::Ready(answer) = Pin::new(&mut *answered).poll(&mut Context::from_waker(&waker))
        {
            return Poll::Ready(Some(answer));
        }
        turn.as_mut().poll(cx).map(|()| None)
    });
    let answer = answer.await;
    if let Some(bell) = bell {
        bell.is_on.store(false, Relaxed);
    }
    answer
}

/// Wakes a task until it is switched off: one that watches finds its answer, and would be woken once
/// more for nothing.
struct Bell {
    task: Waker,
    is_on: AtomicBool,
}

impl Bell {
    fn of(task: &Waker) -> Self {
        Self {
            task: task.clone(),
            is_on: AtomicBool::new(true),
        }
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.is_on.load(Relaxed) {
            self.task.wake_by_ref();
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::{
        cell::{Cell, RefCell},
        sync::atomic::AtomicUsize,
    };

    use tokio::sync::oneshot;

    use super::*;

    /// How often somebody was woken.
    #[derive(Default)]
    pub(in crate::store::sqlite) struct Woken(pub(in crate::store::sqlite) AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Relaxed);
        }
    }

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

    /// One of them may go on for long, and another thread have nothing to do.
    #[test]
    fn an_answer_that_comes_while_others_have_their_turn_wakes_who_asked() {
        let (sender, mut answered) = oneshot::channel();
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut watching = pin!(watch(&mut answered, || true));
        let mut poll = || watching.as_mut().poll(&mut Context::from_waker(&waker));
        assert!(poll().is_pending());
        let before = woken.0.load(Relaxed);
        sender.send(7).unwrap();
        assert_eq!(woken.0.load(Relaxed), before + 1);
        assert_eq!(poll(), Poll::Ready(Ok(7)));
    }

    #[test]
    fn an_answer_that_is_watched_for_wakes_nobody() {
        let (sender, mut answered) = oneshot::channel();
        let sender = RefCell::new(Some(sender));
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut watching = pin!(watch(&mut answered, || {
            sender.take().unwrap().send(7).unwrap();
            true
        }));
        let mut poll = || watching.as_mut().poll(&mut Context::from_waker(&waker));
        assert!(poll().is_pending());
        let before = woken.0.load(Relaxed);
        assert_eq!(poll(), Poll::Ready(Ok(7)));
        assert_eq!(woken.0.load(Relaxed), before);
    }
}
