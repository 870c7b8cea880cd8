//! What happens to which of the next calls.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::Mutex,
};

use super::lock;
use crate::store::StoreErrorKind;

/// What a store is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// [`SessionStore::create`](crate::store::SessionStore::create)
    Create,
    /// [`SessionStore::load`](crate::store::SessionStore::load)
    Load,
    /// [`SessionStore::save`](crate::store::SessionStore::save)
    Save,
    /// [`SessionStore::touch`](crate::store::SessionStore::touch)
    Touch,
    /// [`SessionStore::delete`](crate::store::SessionStore::delete)
    Delete,
    /// [`PrincipalIndex::list`](crate::store::PrincipalIndex::list)
    List,
    /// [`PrincipalIndex::delete_all`](crate::store::PrincipalIndex::delete_all)
    DeleteAll,
    /// [`PrincipalIndex::admit`](crate::store::PrincipalIndex::admit)
    Admit,
    /// [`Revocations::revoke`](crate::store::Revocations::revoke)
    Revoke,
    /// [`Revocations::advance_epoch`](crate::store::Revocations::advance_epoch)
    AdvanceEpoch,
    /// [`Revocations::standing`](crate::store::Revocations::standing)
    Standing,
    /// [`Sweep::sweep`](crate::store::Sweep::sweep)
    Sweep,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    Fail(StoreErrorKind),
    Hang,
    HangAfter,
    LoseAnswer,
    Delay(usize),
}

#[derive(Default)]
pub(super) struct Script {
    pub(super) is_down: bool,
    /// Under `None` what happens to calls of any operation.
    faults: BTreeMap<Option<Operation>, VecDeque<Fault>>,
    calls: BTreeMap<Operation, usize>,
}

impl Script {
    /// Counts a call and says what goes wrong with it.
    pub(super) fn begin(&mut self, operation: Operation) -> Option<Fault> {
        *self.calls.entry(operation).or_default() += 1;
        if self.is_down {
            return Some(Fault::Fail(StoreErrorKind::Unavailable));
        }
        self.next_of(Some(operation)).or_else(|| self.next_of(None))
    }

    fn next_of(&mut self, operation: Option<Operation>) -> Option<Fault> {
        self.faults.get_mut(&operation)?.pop_front()
    }

    pub(super) fn calls(&self, operation: Operation) -> usize {
        self.calls.get(&operation).copied().unwrap_or_default()
    }

    pub(super) fn all_calls(&self) -> usize {
        self.calls.values().sum()
    }

    pub(super) fn forget_calls(&mut self) {
        self.calls.clear();
    }
}

/// What happens to the next calls of one operation of an
/// [`UnreliableStore`](super::UnreliableStore), each kind after what was said before it.
pub struct Faults<'a> {
    script: &'a Mutex<Script>,
    operation: Option<Operation>,
}

impl<'a> Faults<'a> {
    pub(super) const fn new(script: &'a Mutex<Script>, operation: Option<Operation>) -> Self {
        Self { script, operation }
    }

    /// `calls` of them fail as [`Unavailable`](StoreErrorKind::Unavailable) and do nothing.
    pub fn fail_next(&self, calls: usize) {
        self.fail_next_as(calls, StoreErrorKind::Unavailable);
    }

    /// `calls` of them fail as `kind` and do nothing.
    pub fn fail_next_as(&self, calls: usize, kind: StoreErrorKind) {
        self.add(calls, Fault::Fail(kind));
    }

    /// `calls` of them do nothing and never answer.
    pub fn hang_next(&self, calls: usize) {
        self.add(calls, Fault::Hang);
    }

    /// `calls` of them do what they should and never answer.
    pub fn hang_after_next(&self, calls: usize) {
        self.add(calls, Fault::HangAfter);
    }

    /// `calls` of them do what they should and fail.
    pub fn lose_answer_next(&self, calls: usize) {
        self.add(calls, Fault::LoseAnswer);
    }

    /// `calls` of them are begun only when they have been polled `polls` times.
    pub fn delay_next(&self, calls: usize, polls: usize) {
        self.add(calls, Fault::Delay(polls));
    }

    fn add(&self, calls: usize, fault: Fault) {
        let mut script = lock(self.script);
        let faults = script.faults.entry(self.operation).or_default();
        faults.extend(std::iter::repeat_n(fault, calls));
    }
}

impl fmt::Debug for Faults<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}
