//! The line in which jobs wait for a thread: bounded, first come, first served.

use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use super::job::Job;

/// So many jobs may wait or be under way. Who comes after them waits outside, where he can leave.
const PLACES: usize = 1024;

pub(super) struct Queue {
    line: Mutex<Line>,
    arrived: Condvar,
    places: Arc<Semaphore>,
}

struct Line {
    jobs: VecDeque<Queued>,
    /// Threads that sleep. To wake one is a system call, which a busy thread does not need.
    idle: usize,
    /// How many of them were called, and have not woken up yet.
    called: usize,
    is_closed: bool,
}

/// A job and its place, which others get when it has been answered.
pub(super) struct Queued {
    pub(super) job: Box<dyn Job>,
    _place: OwnedSemaphorePermit,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self {
            line: Mutex::new(Line {
                jobs: VecDeque::new(),
                idle: 0,
                called: 0,
                is_closed: false,
            }),
            arrived: Condvar::new(),
            places: Arc::new(Semaphore::new(PLACES)),
        }
    }

    /// Puts a job in line as soon as there is a place.
    pub(super) async fn push(&self, job: Box<dyn Job>) -> Result<(), AcquireError> {
        let place = Arc::clone(&self.places).acquire_owned().await?;
        let mut line = self.line();
        line.jobs.push_back(Queued { job, _place: place });
        // Who was called takes this job too, or finds that another has.
        let wakes = line.idle > line.called;
        line.called += usize::from(wakes);
        drop(line);
        if wakes {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Moves jobs that wait to `batch`, as soon as there are any: at most `most`, and no more than
    /// the share of one of so many `threads`. `false`: there will be none.
    pub(super) fn next_batch(&self, batch: &mut Vec<Queued>, most: usize, threads: usize) -> bool {
        let Some(mut line) = self.wait() else {
            return false;
        };
        let count = line.jobs.len().div_ceil(threads).min(most);
        batch.extend(line.jobs.drain(..count));
        true
    }

    /// Sleeps until there is a job.
    fn wait(&self) -> Option<MutexGuard<'_, Line>> {
        let mut line = self.line();
        while line.jobs.is_empty() && !line.is_closed {
            line.idle += 1;
            line = self
                .arrived
                .wait(line)
                .unwrap_or_else(PoisonError::into_inner);
            line.idle -= 1;
            line.called = line.called.saturating_sub(1);
        }
        (!line.is_closed).then_some(line)
    }

    /// Sends the threads home. What is in line still, nobody waits for.
    pub(super) fn close(&self) {
        let mut line = self.line();
        line.is_closed = true;
        let left = mem::take(&mut line.jobs);
        drop(line);
        self.arrived.notify_all();
        drop(left);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.line().jobs.len()
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // Nothing in here panics between two changes that belong together.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
