use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::Duration,
};

use super::*;
use crate::store::{
    StoreError,
    sqlite::{
        answers::{PATIENCE, tests::Woken},
        checkpoint, job,
        problem::Problem,
    },
};

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
    let mut queue = Queue::new(writer, vec![connection()]);
    queue.can_watch = true; // on a machine with one processor too
    queue.state().alone = ALONE;
    queue
}

/// Somebody asks, and has his answer. Whether it was worth to watch for it.
fn push(queue: &Queue, line: Line, job: impl Job + 'static) -> bool {
    let asker = queue.enter();
    let mut pushed = pin!(queue.push(&asker, line, Box::new(job)));
    let polled = pushed
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(Ok(comes_soon)) = polled else {
        panic!("there is a place");
    };
    comes_soon
}

/// Nobody is called for a job that comes while a thread watches. If two come, it takes one.
#[test]
fn d29_a_read_that_came_together_with_a_write_does_not_wait_for_it() {
    let queue = queue();
    queue.state().is_watched = true;
    queue.state().idle.push(thread::current());
    push(&queue, Line::Writes, Nothing);
    push(&queue, Line::Reads, Nothing);
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
    push(&queue, Line::Reads, Nothing);
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

#[test]
fn who_asks_watches_where_nobody_else_does() {
    let queue = queue();
    assert!(push(&queue, Line::Reads, Nothing));
    let another = queue.enter();
    assert!(!push(&queue, Line::Reads, Nothing));
    drop(another);
    assert_eq!(queue.asking.load(Ordering::Relaxed), 0);
}

#[test]
fn who_asks_watches_after_a_few_who_were_alone() {
    let queue = queue();
    for _ in 0..2 {
        let another = queue.enter();
        push(&queue, Line::Reads, Nothing);
        drop(another);
        for _ in 0..ALONE {
            assert!(!push(&queue, Line::Writes, Nothing));
        }
        assert!(push(&queue, Line::Writes, Nothing));
    }
}

#[test]
fn who_asks_does_not_watch_where_the_last_answer_came_late() {
    let queue = queue();
    let since = Instant::now().checked_sub(PATIENCE).unwrap();
    Line::Writes.of(&queue.answers).note(since);
    assert!(!push(&queue, Line::Writes, Nothing));
    assert!(push(&queue, Line::Reads, Nothing), "those of reads do not");
}

#[test]
fn on_one_processor_nobody_watches_for_the_answer() {
    let mut queue = queue();
    queue.can_watch = false;
    assert!(!push(&queue, Line::Reads, Nothing));
}

/// Takes longer than who asks would watch, and closes the queue.
struct Late(Arc<Queue>);

impl Job for Late {
    fn is_abandoned(&self) -> bool {
        false
    }

    fn run(&mut self, _: &Connection) -> Result<(), Problem> {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            hint::spin_loop();
        }
        Ok(())
    }

    fn acknowledge(self: Box<Self>) {
        self.0.close();
    }

    fn fail(self: Box<Self>, _: Problem) {}
}

#[test]
fn a_thread_notes_how_soon_it_has_answered() {
    for line in [Line::Reads, Line::Writes] {
        let queue = Arc::new(queue());
        assert!(push(&queue, line, Late(Arc::clone(&queue))));
        queue.serve();
        assert!(!line.of(&queue.answers).come_soon(), "{line:?}");
    }
}

type Asked<'a> = Pin<Box<dyn Future<Output = Result<u8, StoreError>> + 'a>>;

fn ask(queue: &Queue) -> Asked<'_> {
    Box::pin(job::ask(queue, Line::Reads, "read", |_| Ok(7)))
}

fn poll(asked: &mut Asked<'_>) -> Poll<Result<u8, StoreError>> {
    asked.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// On this thread, as one of the store's would.
fn answer_all(queue: &Queue) {
    let mut batch = Vec::new();
    let hand = queue.next(None, &mut batch);
    let Some(Hand::Reader(connection)) = &hand else {
        panic!("there are reads, and a connection");
    };
    reader::answer_all(connection, &mut batch);
    queue.state().give_back(hand);
}

#[test]
fn others_have_their_turn_before_somebody_watches() {
    let queue = queue();
    let woken = Arc::new(Woken::default());
    let mut asked = ask(&queue);
    let polled = asked
        .as_mut()
        .poll(&mut Context::from_waker(&Arc::clone(&woken).into()));
    // It goes on when they had it.
    assert!(polled.is_pending());
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
}

#[test]
fn who_watches_finds_the_answer() {
    let queue = queue();
    let mut asked = ask(&queue);
    assert!(poll(&mut asked).is_pending());
    answer_all(&queue);
    assert!(matches!(poll(&mut asked), Poll::Ready(Ok(7))));
}

#[test]
fn who_watches_in_vain_sleeps() {
    let queue = queue();
    let mut asked = ask(&queue);
    let since = Instant::now();
    assert!(poll(&mut asked).is_pending());
    assert!(poll(&mut asked).is_pending());
    assert!(since.elapsed() >= PATIENCE);
    answer_all(&queue);
    assert!(matches!(poll(&mut asked), Poll::Ready(Ok(7))));
}

/// One thread serves both: the first may not keep it from the second.
#[test]
fn of_two_who_ask_at_once_nobody_watches() {
    let queue = queue();
    let [mut first, mut second] = [ask(&queue), ask(&queue)];
    assert!(poll(&mut first).is_pending());
    assert!(queue.has_one_asker());
    assert!(poll(&mut second).is_pending());
    assert!(!queue.has_one_asker());
    assert_eq!(queue.state().alone, 0, "nor the next one");
    answer_all(&queue);
    for asked in [&mut first, &mut second] {
        assert!(matches!(poll(asked), Poll::Ready(Ok(7))));
    }
}

#[test]
fn who_watches_when_the_store_ends_has_an_error() {
    let queue = queue();
    let mut asked = ask(&queue);
    assert!(poll(&mut asked).is_pending());
    queue.close();
    assert!(matches!(poll(&mut asked), Poll::Ready(Err(_))));
}

#[test]
fn who_gives_up_is_counted_no_more() {
    let queue = queue();
    let mut asked = ask(&queue);
    assert!(poll(&mut asked).is_pending());
    assert_eq!(queue.asking.load(Ordering::Relaxed), 1);
    drop(asked);
    assert_eq!(queue.asking.load(Ordering::Relaxed), 0);
}
