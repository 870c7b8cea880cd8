//! The place of one session in one request, shared by all its handles.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
};

use super::state::State;
use crate::{Clock, SecureSession, event::EventKind, registry::Entry};

/// Shared state with a version for cheap reads.
pub(crate) struct Slot<T> {
    /// Counts the writes; a handle whose snapshot has it reads without the lock.
    version: AtomicU64,
    /// A handle was dropped by a panic: what it wrote may be half of what it meant to write.
    unwound: AtomicBool,
    /// The thread inside an `update` closure, 0 for none.
    writer: AtomicUsize,
    /// `None` for a detached session, which belongs to no registry.
    entry: Option<Arc<Entry>>,
    /// It is fresh, and the browser that asked will drop a Secure cookie.
    drops_secure: bool,
    state: Mutex<State<T>>,
}

impl<T: SecureSession> Slot<T> {
    pub(crate) const fn new(state: State<T>, entry: Option<Arc<Entry>>) -> Self {
        Self {
            version: AtomicU64::new(1),
            unwound: AtomicBool::new(false),
            writer: AtomicUsize::new(0),
            entry,
            drops_secure: false,
            state: Mutex::new(state),
        }
    }

    pub(crate) const fn of_browser_that_drops_secure(mut self, drops: bool) -> Self {
        self.drops_secure = drops;
        self
    }

    pub(crate) const fn drops_secure(&self) -> bool {
        self.drops_secure
    }

    pub(crate) const fn version(&self) -> &AtomicU64 {
        &self.version
    }

    pub(crate) fn entry(&self) -> Option<&Arc<Entry>> {
        self.entry.as_ref()
    }

    /// In Unix milliseconds.
    pub(crate) fn now(&self) -> u64 {
        self.entry
            .as_ref()
            .map_or_else(|| Clock::default().now_ms(), |entry| entry.now())
    }

    /// # Panics
    ///
    /// Inside an `update` closure of the same session, where waiting would be for ever.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State<T>> {
        assert!(
            self.writer.load(Ordering::Relaxed) != thread(),
            "session `{}` is used inside its own `update` closure: use the closure's argument",
            T::DECLARATION.name
        );
        // A panic inside `update` poisons the lock and marks the slot as unwound: its data are
        // not sent, but reading them is fine.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn read(&self) -> (u64, Arc<T>) {
        let state = self.lock();
        (
            self.version.load(Ordering::Acquire),
            Arc::clone(&state.data),
        )
    }

    /// Every change of a session goes through here: it lasts as long as what is returned.
    pub(crate) fn write(&self, bits: u64) -> Change<'_, T> {
        let mut state = self.lock();
        state = self.refuse_late_write(state);
        state.dirty |= bits;
        state.changed = true;
        let may_sign_in = bits & T::__PRINCIPAL_BITS != 0;
        let before = may_sign_in.then(|| Principal(state.data.__principal()));
        self.writer.store(thread(), Ordering::Relaxed);
        Change {
            slot: self,
            state,
            before,
            unwinds: std::thread::panicking(),
        }
    }

    /// Takes over what a store has of the session, which is no change of it.
    pub(crate) fn refresh(&self, take_over: impl FnOnce(&mut State<T>)) {
        take_over(&mut self.lock());
        self.version.fetch_add(1, Ordering::Release);
    }

    fn refuse_late_write<'a>(
        &'a self,
        state: MutexGuard<'a, State<T>>,
    ) -> MutexGuard<'a, State<T>> {
        let why = if state.sent {
            "after its response was sent"
        } else if state.deleted && !self.follows_node_after_delete() {
            "after it was deleted in the same request"
        } else {
            return state;
        };
        drop(state);
        self.report_late_write(why);
        self.lock()
    }

    /// # Panics
    ///
    /// With [`LateWrite::Panic`](crate::LateWrite::Panic), the default of debug builds.
    fn report_late_write(&self, why: &str) {
        let panics = self
            .entry
            .as_ref()
            .map_or(cfg!(debug_assertions), |e| e.late_write_panics());
        let name = T::DECLARATION.name;
        assert!(
            !panics,
            "session `{name}` was changed {why}: the change cannot reach the client"
        );
        if let Some(entry) = &self.entry {
            entry.emit(EventKind::WriteLost);
        }
    }

    fn follows_node_after_delete(&self) -> bool {
        self.entry
            .as_ref()
            .is_some_and(|entry| entry.ignores_write_after_delete())
    }

    pub(crate) fn mark_unwound(&self) {
        self.unwound.store(true, Ordering::Release);
    }

    pub(crate) fn is_unwound(&self) -> bool {
        self.unwound.load(Ordering::Acquire) || self.state.is_poisoned()
    }
}

/// A change of a session, for as long as it lives: this thread is inside it.
pub(crate) struct Change<'a, T: SecureSession> {
    slot: &'a Slot<T>,
    state: MutexGuard<'a, State<T>>,
    /// Whose it was before, where that may change.
    before: Option<Principal>,
    /// A panic was under way when it began: one that is cannot be told from one of its own.
    unwinds: bool,
}

/// Whose session it is, if somebody's.
struct Principal(Option<String>);

impl<T: SecureSession> Deref for Change<'_, T> {
    type Target = State<T>;

    fn deref(&self) -> &State<T> {
        &self.state
    }
}

impl<T: SecureSession> DerefMut for Change<'_, T> {
    fn deref_mut(&mut self) -> &mut State<T> {
        &mut self.state
    }
}

impl<T: SecureSession> Drop for Change<'_, T> {
    fn drop(&mut self) {
        self.slot.writer.store(0, Ordering::Relaxed);
        if !self.unwinds && std::thread::panicking() {
            return;
        }
        if let Some(Principal(before)) = self.before.take() {
            let now = self.slot.now();
            self.state.note_principal(before.as_deref(), now);
        }
        self.slot.version.fetch_add(1, Ordering::Release);
    }
}

/// A number that no other living thread has, and never 0: the address of a thread-local.
fn thread() -> usize {
    thread_local!(static MARK: u8 = const { 0 });
    MARK.with(|mark| std::ptr::from_ref(mark).addr())
}
