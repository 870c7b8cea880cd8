//! Locks and counters: of the standard library, or of the checker that tries their schedules.

#[cfg(not(all(test, shuttle)))]
pub(super) use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard,
    atomic::{AtomicUsize, Ordering},
};

#[cfg(all(test, shuttle))]
pub(super) use shuttle::sync::{
    Arc, Mutex, MutexGuard, RwLock, RwLockWriteGuard,
    atomic::{AtomicUsize, Ordering},
};
#[cfg(all(test, shuttle))]
pub(super) use std::sync::PoisonError;
