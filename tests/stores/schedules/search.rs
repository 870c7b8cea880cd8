//! Whether some order of the calls explains every answer (Wing and Gong, with what failed once
//! remembered, as Lowe does).

use std::collections::HashSet;

use super::{Event, model::State};

/// There is an order in which each call lies between its beginning and its answer, and the model
/// gives the same answers. A call that nobody waited for may be in it, or not.
pub(super) fn has_order(events: &[Event]) -> bool {
    assert!(events.len() <= 64, "more calls than bits");
    Search {
        events,
        failed: HashSet::new(),
    }
    .goes_on(0, State::default())
}

struct Search<'a> {
    events: &'a [Event],
    /// Calls that came first, a bit each, and what they led to.
    failed: HashSet<(u64, State)>,
}

impl Search<'_> {
    fn goes_on(&mut self, done: u64, state: State) -> bool {
        let events = self.events;
        let left = || (0..events.len()).filter(move |event| done & (1 << event) == 0);
        let answered = left().filter(|event| events[*event].answer.is_some());
        // Nobody comes after a call that was answered before he began.
        let Some(first) = answered.map(|event| events[event].answered).min() else {
            return true;
        };
        if !self.failed.insert((done, state)) {
            return false;
        }
        for event in left().filter(|event| events[*event].invoked < first) {
            let mut next = state;
            let answer = next.carry_out(events[event].call);
            let fits = events[event]
                .answer
                .as_ref()
                .is_none_or(|seen| *seen == answer);
            if fits && self.goes_on(done | 1 << event, next) {
                return true;
            }
        }
        false
    }
}
