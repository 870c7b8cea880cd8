//! The lines in which jobs wait for a thread: bounded, first come, first served.
//!
//! ```text
//! writes ─▶ ┐                            ┌ the one connection that writes
//! reads  ─▶ ┴─▶ any thread that is idle ─┴ one of those that read
//! ```
//!
//! No thread is a reader's or the writer's for good: who takes jobs takes a connection with them, and
//! gives it back. So one client is served by one thread, which has been awake a moment ago, and not by
//! two that have to be woken in turns. Who has nothing left to do watches for a moment whether
//! something comes, where it did the last time: to sleep and to be woken takes several times as long as
//! to read a row.

use std::{
    collections::VecDeque,
    hint, mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, Thread},
    time::Instant,
};

use rusqlite::Connection;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use super::{
    job::Job,
    reader,
    watch::{After, WATCH},
    writer::Writer,
};

/// So many jobs of a line may wait or be under way. Who comes after them waits outside, where he can
/// leave.
const PLACES: usize = 1024;

pub(super) struct Queue {
    state: Mutex<State>,
    places: [Arc<Semaphore>; 2],
    /// How many jobs have come, for the thread that watches.
    arrivals: AtomicUsize,
    /// How many connections read.
    readers: usize,
    /// There is more than one processor: on one, nothing comes while a thread watches.
    can_watch: bool,
}

/// What a job needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Reads,
    Writes,
}

/// A connection that does jobs, while a thread has it.
pub(super) enum Hand {
    Reader(Connection),
    Writer(Box<Writer>),
}

struct State {
    reads: VecDeque<Queued>,
    writes: VecDeque<Queued>,
    readers: Vec<Connection>,
    writer: Option<Box<Writer>>,
    /// Threads that sleep, the last to have been awake at the end. To wake one is a system call,
    /// which a busy thread does not need.
    idle: Vec<Thread>,
    /// A thread is awake that looks out for jobs. One at a time.
    is_watched: bool,
    /// What followed upon reads, and upon writes.
    after: [After; 2],
    is_closed: bool,
}

/// A job and its place, which others get when it has been answered.
pub(super) struct Queued {
    pub(super) job: Box<dyn Job>,
    _place: OwnedSemaphorePermit,
}

impl Queue {
    pub(super) fn new(writer: Writer, readers: Vec<Connection>) -> Self {
        Self {
            places: [(); 2].map(|()| Arc::new(Semaphore::new(PLACES))),
            arrivals: AtomicUsize::new(0),
            readers: readers.len(),
            can_watch: thread::available_parallelism().is_ok_and(|count| count.get() > 1),
            state: Mutex::new(State {
                reads: VecDeque::new(),
                writes: VecDeque::new(),
                readers,
                writer: Some(Box::new(writer)),
                idle: Vec::new(),
                is_watched: false,
                after: [const { After::new() }; 2],
                is_closed: false,
            }),
        }
    }

    /// As many as there are connections can be busy at once.
    pub(super) const fn threads(&self) -> usize {
        self.readers + 1
    }

    /// Puts a job in line as soon as there is a place.
    pub(super) async fn push(&self, line: Line, job: Box<dyn Job>) -> Result<(), AcquireError> {
        let [reads, writes] = &self.places;
        let places = match line {
            Line::Reads => reads,
            Line::Writes => writes,
        };
        let place = Arc::clone(places).acquire_owned().await?;
        let queued = Queued { job, _place: place };
        let mut state = self.state();
        state.end_quiet();
        let can_be_done = match line {
            Line::Reads => {
                state.reads.push_back(queued);
                !state.readers.is_empty()
            }
            Line::Writes => {
                state.writes.push_back(queued);
                state.writer.is_some()
            }
        };
        // Otherwise whoever has the connection goes on with this one.
        let is_call_needed = can_be_done && !state.is_watched;
        let called = is_call_needed.then(|| state.idle.pop()).flatten();
        drop(state);
        self.arrivals.fetch_add(1, Ordering::Release);
        if let Some(thread) = called {
            thread.unpark();
        }
        Ok(())
    }

    /// Does jobs until the queue is closed. A thread's whole life.
    pub(super) fn serve(&self) {
        let (mut batch, mut done) = (Vec::new(), None);
        while let Some(mut hand) = self.next(done.take(), &mut batch) {
            match &mut hand {
                Hand::Reader(connection) => reader::answer_all(connection, &mut batch),
                Hand::Writer(writer) => writer.write_all(&mut batch),
            }
            done = Some(hand);
        }
    }

    /// Gives a connection back, sleeps until there are jobs, and moves them to `batch`. Returns the
    /// connection that does them; `None`: there will be none.
    fn next(&self, done: Option<Hand>, batch: &mut Vec<Queued>) -> Option<Hand> {
        let this = thread::current();
        let mut state = self.state();
        let mut after = state.give_back(done);
        while !state.is_closed {
            if let Some(hand) = state.take(batch, self.readers) {
                let called = state.left_over();
                drop(state);
                if let Some(thread) = called {
                    thread.unpark();
                }
                return Some(hand);
            }
            if let Some(line) = after.take()
                && self.can_watch
                && state.watches(line)
            {
                state.is_watched = true;
                let seen = self.arrivals.load(Ordering::Acquire);
                drop(state);
                self.watch(seen);
                state = self.state();
                state.is_watched = false;
                continue;
            }
            state.idle.push(this.clone());
            drop(state);
            thread::park();
            state = self.state();
            // It may have woken up by itself.
            state.idle.retain(|thread| thread.id() != this.id());
        }
        // Closing one may wait for the disk: here, and not where the store is dropped.
        let left = (mem::take(&mut state.readers), state.writer.take());
        drop(state);
        drop(left);
        None
    }

    /// Waits for another job than those that were `seen`, for a moment.
    fn watch(&self, seen: usize) {
        let since = Instant::now();
        while self.arrivals.load(Ordering::Acquire) == seen && since.elapsed() < WATCH {
            // Not to let others go first: on a busy machine that could take long.
            hint::spin_loop();
        }
    }

    /// Sends the threads home. What is in line still, nobody waits for.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        let idle = mem::take(&mut state.idle);
        let left = (mem::take(&mut state.reads), mem::take(&mut state.writes));
        drop(state);
        for thread in idle {
            thread.unpark();
        }
        drop(left);
    }

    #[cfg(test)]
    pub(super) fn len(&self, line: Line) -> usize {
        match line {
            Line::Reads => self.state().reads.len(),
            Line::Writes => self.state().writes.len(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics between two changes that belong together.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns what was done with it.
    fn give_back(&mut self, hand: Option<Hand>) -> Option<Line> {
        match hand? {
            Hand::Reader(connection) => {
                self.readers.push(connection);
                Some(Line::Reads)
            }
            Hand::Writer(writer) => {
                self.writer = Some(writer);
                Some(Line::Writes)
            }
        }
    }

    const fn after(&mut self, line: Line) -> &mut After {
        let [reads, writes] = &mut self.after;
        match line {
            Line::Reads => reads,
            Line::Writes => writes,
        }
    }

    /// A thread has done a job and finds no other. Whether it watches for one.
    fn watches(&mut self, line: Line) -> bool {
        self.after(line).begin_quiet() && !self.is_watched
    }

    fn end_quiet(&mut self) {
        self.after.iter_mut().for_each(After::end_quiet);
    }

    /// Jobs that wait, and a connection for them: all writes that make one transaction, or of the
    /// reads the share of one of so many `readers`.
    fn take(&mut self, batch: &mut Vec<Queued>, readers: usize) -> Option<Hand> {
        if !self.writes.is_empty()
            && let Some(writer) = self.writer.take()
        {
            let count = self.writes.len().min(Writer::BATCH);
            batch.extend(self.writes.drain(..count));
            return Some(Hand::Writer(writer));
        }
        if self.reads.is_empty() {
            return None;
        }
        let connection = self.readers.pop()?;
        let count = self.reads.len().div_ceil(readers).min(reader::BATCH);
        batch.extend(self.reads.drain(..count));
        Some(Hand::Reader(connection))
    }

    /// Who has to be woken, as reads wait still that could be done: the thread that was to do them
    /// may write now.
    fn left_over(&mut self) -> Option<Thread> {
        let waits = !self.reads.is_empty() && !self.readers.is_empty();
        waits.then(|| self.idle.pop()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
        time::Duration,
    };

    use super::*;
    use crate::store::sqlite::{checkpoint, problem::Problem};

    struct Nothing;

    impl Job for Nothing {
        fn is_abandoned(&self) -> bool {
            false
        }

        fn run(&mut self, _: &Connection) -> Result<(), Problem> {
            Ok(())
        }

        fn acknowledge(self: Box<Self>) {}

        fn fail(self: Box<Self>, _: Problem) {}
    }

    fn queue() -> Queue {
        let connection = || Connection::open_in_memory().unwrap();
        let (meter, _) = checkpoint::meter();
        let writer = Writer::new(connection(), Duration::ZERO, meter);
        Queue::new(writer, vec![connection()])
    }

    fn push(queue: &Queue, line: Line) {
        let mut pushed = pin!(queue.push(line, Box::new(Nothing)));
        let polled = pushed
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Ready(Ok(()))));
    }

    /// Nobody is called for a job that comes while a thread watches. If two come, it takes one.
    #[test]
    fn d29_a_read_that_came_together_with_a_write_does_not_wait_for_it() {
        let queue = queue();
        queue.state().is_watched = true;
        queue.state().idle.push(thread::current());
        push(&queue, Line::Writes);
        push(&queue, Line::Reads);
        assert_eq!(
            queue.state().idle.len(),
            1,
            "the one that watches takes both"
        );
        queue.state().is_watched = false;
        let taken = queue.next(None, &mut Vec::new());
        assert!(matches!(taken, Some(Hand::Writer(_))));
        assert_eq!(queue.len(Line::Reads), 1);
        assert!(
            queue.state().idle.is_empty(),
            "nobody was called for the read"
        );
    }

    #[test]
    fn what_follows_upon_a_write_says_nothing_of_reads() {
        let queue = queue();
        queue.state().watches(Line::Writes);
        queue.state().after(Line::Writes).age(WATCH);
        push(&queue, Line::Reads);
        let mut state = queue.state();
        assert!(!state.watches(Line::Writes));
        assert!(state.watches(Line::Reads));
    }

    #[test]
    fn what_a_connection_is_given_back_after_is_what_it_is_for() {
        let queue = queue();
        let mut state = queue.state();
        let reader = state.readers.pop().map(Hand::Reader);
        assert_eq!(state.give_back(reader), Some(Line::Reads));
        let writer = state.writer.take().map(Hand::Writer);
        assert_eq!(state.give_back(writer), Some(Line::Writes));
        assert_eq!(state.give_back(None), None);
    }

    #[test]
    fn one_thread_watches_at_a_time() {
        let queue = queue();
        queue.state().is_watched = true;
        assert!(!queue.state().watches(Line::Reads));
    }
}
