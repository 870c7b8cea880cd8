//! Random calls from several tasks at once, whose answers must be those of some order of the calls.
//!
//! ```text
//! seed ─▶ plan: what each task calls ─▶ play: the calls, with when they began and were answered
//!      ─▶ search: an order in which model, a store of three lines a call, gives the same answers
//! ```
//!
//! A failure prints its seed. `SCHEDULE_SEED=<seed>` runs that plan alone, again and again: what
//! the tasks call is the same then, how they meet is not.

mod broken;
mod model;
mod plan;
mod play;
mod relaxed;
mod search;
mod stage;
mod tests;

use std::{env, fmt::Write, iter, sync::Arc, thread};

use session_runtime::store::SessionStore;

use self::{
    model::{Answer, Call},
    plan::{Dice, Plan},
};

/// How far what an index says is of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Index {
    /// Lists, and what is done to all of a principal's, are one step with the records.
    Exact,
    /// It may lag behind the records. What it names must be so, though not all at one moment.
    Lags,
}

/// Runs so many schedules against a store, and panics at the first whose answers fit no order.
pub(crate) async fn run(store: Arc<dyn SessionStore>, schedules: u32, seed: u64) {
    run_on(&[store], Index::Exact, schedules, seed).await;
}

/// The same with several clients of one server, which the tasks use in turn.
pub(crate) async fn run_on(
    clients: &[Arc<dyn SessionStore>],
    index: Index,
    schedules: u32,
    seed: u64,
) {
    let wanted = env::var("SCHEDULE_SEED").map(|wanted| wanted.parse().unwrap());
    let seeds = seeds(seed).zip(0..schedules);
    let seeds = seeds.map(|(seed, _)| *wanted.as_ref().unwrap_or(&seed));
    if let Some(violation) = violation(clients, index, seeds).await {
        panic!("{violation}");
    }
}

fn seeds(seed: u64) -> impl Iterator<Item = u64> {
    let mut dice = Dice::new(seed);
    iter::repeat_with(move || dice.roll())
}

/// What fits no order, if there is such a thing.
async fn violation(
    clients: &[Arc<dyn SessionStore>],
    index: Index,
    seeds: impl Iterator<Item = u64>,
) -> Option<String> {
    for seed in seeds {
        let said = SaidInPanic(seed);
        let mut events = play::play(clients, Plan::new(seed, &*clients[0])).await;
        drop(said);
        if index == Index::Lags {
            events = relaxed::relaxed(&events);
        }
        if !search::has_order(&events) {
            return Some(shown(seed, &events));
        }
    }
    None
}

/// A store that fails is not the subject here, but the schedule in which it did is wanted too.
struct SaidInPanic(u64);

impl Drop for SaidInPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the store failed or panicked; SCHEDULE_SEED={}", self.0);
        }
    }
}

/// A call, when it began and when it was answered. Times count calls and answers.
#[derive(Debug, Clone)]
struct Event {
    task: usize,
    call: Call,
    /// `None`: nobody waited for it. It has happened since, or has not, or will.
    answer: Option<Answer>,
    invoked: u64,
    answered: u64,
}

fn shown(seed: u64, events: &[Event]) -> String {
    let mut text = format!("no order explains these answers; SCHEDULE_SEED={seed}\n");
    let mut events: Vec<&Event> = events.iter().collect();
    events.sort_by_key(|event| event.invoked);
    for event in events {
        let until = match event.answer {
            Some(_) => event.answered.to_string(),
            None => "…".to_owned(),
        };
        let (task, from) = (event.task, event.invoked);
        let answer = event.answer.as_ref();
        let answer = answer.map_or("dropped".to_owned(), |answer| format!("{answer:?}"));
        writeln!(
            text,
            "task {task}, {from:>3} to {until:>3}: {:?} = {answer}",
            event.call
        )
        .unwrap();
    }
    text
}
