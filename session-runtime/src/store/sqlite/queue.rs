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
    answers::Answers,
    job::Job,
    reader,
    watch::{After, WATCH},
    writer::Writer,
};

/// So many jobs of a line may wait or be under way. Who comes after them waits outside, where he can
/// leave.
const PLACES: usize = 1024;

/// After so many jobs of somebody who was the only one to ask, it is worth to watch for the answer to
/// the next: those of two requests, which load and save.
const ALONE: u8 = 4;

pub(super) struct Queue {
    state: Mutex<State>,
    places: [Arc<Semaphore>; 2],
    /// How many jobs have come, for the thread that watches.
    arrivals: AtomicUsize,
    /// How many wait for an answer. The places do not tell: one is free a moment after its answer.
    asking: AtomicUsize,
    /// How soon they get it.
    answers: [Answers; 2],
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
    /// How many jobs in turn were of somebody who was the only one to ask.
    alone: u8,
    is_closed: bool,
}

/// A job and its place, which others get when it has been answered.
pub(super) struct Queued {
    pub(super) job: Box<dyn Job>,
    /// When it came, if it and the last ones were of somebody who was the only one to ask.
    alone: Option<Instant>,
    _place: OwnedSemaphorePermit,
}

impl Queue {
    pub(super) fn new(writer: Writer, readers: Vec<Connection>) -> Self {
        Self {
            places: [(); 2].map(|()| Arc::new(Semaphore::new(PLACES))),
            arrivals: AtomicUsize::new(0),
            asking: AtomicUsize::new(0),
            answers: [const { Answers::new() }; 2],
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
                alone: 0,
                is_closed: false,
            }),
        }
    }

    /// As many as there are connections can be busy at once.
    pub(super) const fn threads(&self) -> usize {
        self.readers + 1
    }

    /// Counts somebody who asks, as long as he keeps what is returned.
    pub(super) fn enter(&self) -> Asker<'_> {
        let others = self.asking.fetch_add(1, Ordering::Relaxed);
        Asker {
            queue: self,
            is_alone: others == 0,
        }
    }

    pub(super) fn has_one_asker(&self) -> bool {
        self.asking.load(Ordering::Relaxed) == 1
    }

    /// Puts a job in line as soon as there is a place. Returns whether it is worth to watch for the
    /// answer.
    pub(super) async fn push(
        &self,
        asker: &Asker<'_>,
        line: Line,
        job: Box<dyn Job>,
    ) -> Result<bool, AcquireError> {
        let places = Arc::clone(line.of(&self.places));
        let place = places.acquire_owned().await?;
        let mut state = self.state();
        let is_alone = state.comes_alone(asker.is_alone) && self.can_watch;
        let queued = Queued {
            job,
            alone: is_alone.then(Instant::now),
            _place: place,
        };
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
        Ok(is_alone && line.of(&self.answers).come_soon())
    }

    /// Does jobs until the queue is closed. A thread's whole life.
    pub(super) fn serve(&self) {
        let (mut batch, mut done) = (Vec::new(), None);
        while let Some(mut hand) = self.next(done.take(), &mut batch) {
            let alone = batch.first().and_then(|queued| queued.alone);
            match &mut hand {
                Hand::Reader(connection) => reader::answer_all(connection, &mut batch),
                Hand::Writer(writer) => writer.write_all(&mut batch),
            }
            if let Some(since) = alone {
                hand.line().of(&self.answers).note(since);
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

/// Somebody who waits for an answer, and is counted as long.
pub(super) struct Asker<'a> {
    queue: &'a Queue,
    /// Nobody else did when he came.
    is_alone: bool,
}

impl Drop for Asker<'_> {
    fn drop(&mut self) {
        self.queue.asking.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Line {
    /// Its own of two: that of reads, and that of writes.
    const fn of<T>(self, [reads, writes]: &[T; 2]) -> &T {
        match self {
            Self::Reads => reads,
            Self::Writes => writes,
        }
    }
}

impl Hand {
    const fn line(&self) -> Line {
        match self {
            Self::Reader(_) => Line::Reads,
            Self::Writer(_) => Line::Writes,
        }
    }
}

impl State {
    /// Returns what was done with it.
    fn give_back(&mut self, hand: Option<Hand>) -> Option<Line> {
        let hand = hand?;
        let line = hand.line();
        match hand {
            Hand::Reader(connection) => self.readers.push(connection),
            Hand::Writer(writer) => self.writer = Some(writer),
        }
        Some(line)
    }

    /// A job comes, of somebody who is the only one to ask or not. Whether the last ones were too: the
    /// first of many clients is that for a moment, on a thread that the others need.
    const fn comes_alone(&mut self, is_alone: bool) -> bool {
        self.alone = if is_alone {
            self.alone.saturating_add(1)
        } else {
            0
        };
        self.alone > ALONE
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
mod tests;
