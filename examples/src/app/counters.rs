//! What happens to sessions, counted: the hook of the library's events.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use session_runtime::{Event, EventKind};

/// How often each thing happened to each session.
#[derive(Default)]
pub(crate) struct Counters(Mutex<BTreeMap<(&'static str, String), u64>>);

impl Counters {
    /// Counts one event. Called on the thread of a request, for everything: it must not wait.
    pub(crate) fn count(&self, event: &Event) {
        let key = (event.session(), label(event.kind()));
        *self.lock().entry(key).or_default() += 1;
    }

    /// All of them: event, then session, then how often.
    pub(crate) fn by_event(&self) -> BTreeMap<String, BTreeMap<&'static str, u64>> {
        let mut table = BTreeMap::<_, BTreeMap<_, _>>::new();
        for ((session, event), count) in &*self.lock() {
            table
                .entry(event.clone())
                .or_default()
                .insert(*session, *count);
        }
        table
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(&'static str, String), u64>> {
        // Counting does not panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The event and its cause in a few words, as a label of a metric would have them.
fn label(kind: &EventKind) -> String {
    match kind {
        EventKind::Opened => "opened".to_owned(),
        EventKind::Fresh(reason) => format!("fresh: {reason}"),
        EventKind::Conflict { .. } => "conflict of cookies".to_owned(),
        EventKind::Sent { cause, .. } => format!("cookie sent: {cause:?}").to_lowercase(),
        EventKind::Removed => "cookie removed".to_owned(),
        EventKind::Discarded(cause) => format!("changes discarded: {cause:?}").to_lowercase(),
        EventKind::WriteLost => "write lost".to_owned(),
        EventKind::Saved => "saved".to_owned(),
        EventKind::Merged { .. } => "merged".to_owned(),
        EventKind::Ended(cause) => format!("ended: {cause:?}").to_lowercase(),
        EventKind::StoreFailed(_) => "store failed".to_owned(),
        EventKind::LimitReached => "limit reached".to_owned(),
        EventKind::Failed(_) => "cookie failed".to_owned(),
        EventKind::KeyringSwapped => "keyring swapped".to_owned(),
        // A later version of the library may tell more.
        _ => "other".to_owned(),
    }
}
