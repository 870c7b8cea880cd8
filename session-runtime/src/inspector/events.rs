//! What happened lately to the sessions of this process.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{Event, EventKind, Reason};

/// How many are kept of each session: more than a page shows at a glance.
const KEPT: usize = 20;

/// The last events of each session, by its name. An [`Event`] holds no id, key, cookie or value.
#[derive(Default)]
pub(super) struct Events {
    of_sessions: Mutex<HashMap<&'static str, Log>>,
}

/// The last events of one session, the latest first.
#[derive(Clone, Default)]
pub(super) struct Log {
    pub(super) entries: VecDeque<Entry>,
    pub(super) last_fresh: Option<(Reason, u64)>,
}

/// One event, or several of a kind in a row.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) kind: EventKind,
    pub(super) times: u64,
    /// When it happened last, in Unix milliseconds.
    pub(super) at: u64,
}

impl Events {
    pub(super) fn add(&self, event: &Event, at: u64) {
        let mut logs = self.lock();
        logs.entry(event.session())
            .or_default()
            .add(event.kind(), at);
    }

    pub(super) fn of(&self, session: &str) -> Log {
        self.lock().get(session).cloned().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, Log>> {
        self.of_sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    fn add(&mut self, kind: &EventKind, at: u64) {
        // Somebody who has no session yet is no news.
        if let EventKind::Fresh(reason) = kind
            && *reason != Reason::Absent
        {
            self.last_fresh = Some((*reason, at));
        }
        if let Some(last) = self.entries.front_mut()
            && last.kind == *kind
        {
            (last.times, last.at) = (last.times.saturating_add(1), at);
            return;
        }
        self.entries.truncate(KEPT - 1);
        self.entries.push_front(Entry {
            kind: kind.clone(),
            times: 1,
            at,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(kinds: impl IntoIterator<Item = EventKind>) -> Log {
        let events = Events::default();
        for (kind, at) in kinds.into_iter().zip(1..) {
            let session = "auth";
            events.add(&Event { session, kind }, at);
        }
        events.of("auth")
    }

    #[test]
    fn the_last_events_are_kept_and_no_more() {
        let removed_and_saved = (0..100).map(|n| match n % 2 {
            0 => EventKind::Removed,
            _ => EventKind::Saved,
        });
        let log = log(removed_and_saved);
        assert_eq!(log.entries.len(), KEPT);
        let latest = log.entries.front().unwrap();
        assert_eq!((&latest.kind, latest.at), (&EventKind::Saved, 100));
    }

    #[test]
    fn events_of_a_kind_in_a_row_are_counted() {
        let log = log([EventKind::Opened, EventKind::Opened, EventKind::Removed]);
        let counted = log.entries.iter().map(|entry| (entry.times, entry.at));
        assert_eq!(counted.collect::<Vec<_>>(), [(1, 3), (2, 2)]);
    }

    #[test]
    fn the_last_reason_outlives_its_event_and_absent_is_none() {
        let mut kinds = vec![EventKind::Fresh(Reason::Expired)];
        kinds.extend((0..60).map(|n| match n % 2 {
            0 => EventKind::Fresh(Reason::Absent),
            _ => EventKind::Saved,
        }));
        assert_eq!(log(kinds).last_fresh, Some((Reason::Expired, 1)));
    }

    #[test]
    fn sessions_have_a_log_each() {
        let events = Events::default();
        for session in ["auth", "cart"] {
            let kind = EventKind::Opened;
            events.add(&Event { session, kind }, 1);
        }
        assert_eq!(events.of("auth").entries.len(), 1);
        assert_eq!(events.of("prefs").entries.len(), 0);
    }
}
