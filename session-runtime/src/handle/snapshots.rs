//! How a getter hands out references although other handles may write.
//!
//! Data are copy-on-write: a write puts a new `Arc<T>` into the slot. Each handle keeps every
//! `Arc` it has read from until it is written through or dropped, so a reference it gave out stays
//! valid as long as the handle is only borrowed shared. `&mut self` proves that no such reference
//! is left, and empties the list. This needs no `unsafe`: the list only ever grows, in cells that
//! are set once.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

/// Buckets of 1, 2, 4, … cells; 48 of them are more than memory holds.
const BUCKETS: usize = 48;

type Cell<T> = OnceLock<(u64, Arc<T>)>;

/// The snapshots one handle has read, oldest first.
pub(super) struct Snapshots<T> {
    /// Nearly every request reads one version: no allocation for it.
    first: Cell<T>,
    later: OnceLock<Box<Later<T>>>,
}

struct Later<T> {
    length: AtomicUsize,
    buckets: [OnceLock<Box<[Cell<T>]>>; BUCKETS],
}

impl<T> Snapshots<T> {
    pub(super) const fn new() -> Self {
        Self {
            first: OnceLock::new(),
            later: OnceLock::new(),
        }
    }

    /// The newest snapshot if `version` has not moved on, else one more from `load`.
    #[inline]
    pub(super) fn read(&self, version: &AtomicU64, load: impl Fn() -> (u64, Arc<T>)) -> &T {
        match self.first.get() {
            Some((seen, data)) if *seen == version.load(Ordering::Acquire) => data,
            _ => self.read_later(version, &load),
        }
    }

    #[cold]
    fn read_later(&self, version: &AtomicU64, load: &dyn Fn() -> (u64, Arc<T>)) -> &T {
        let (seen, data) = self.first.get_or_init(load);
        if *seen == version.load(Ordering::Acquire) {
            return data;
        }
        self.later.get_or_init(Box::default).read(version, load)
    }
}

impl<T> Default for Later<T> {
    fn default() -> Self {
        Self {
            length: AtomicUsize::new(0),
            buckets: [const { OnceLock::new() }; BUCKETS],
        }
    }
}

impl<T> Later<T> {
    fn read(&self, version: &AtomicU64, load: &dyn Fn() -> (u64, Arc<T>)) -> &T {
        let length = self.length.load(Ordering::Acquire);
        if let Some((seen, data)) = length.checked_sub(1).and_then(|last| self.cell(last).get())
            && *seen == version.load(Ordering::Acquire)
        {
            return data;
        }
        // Two threads may race for this cell: both get the one that was set first, which is no
        // older than the version either saw.
        let (_, data) = self.cell(length).get_or_init(load);
        self.length.fetch_max(length + 1, Ordering::Release);
        data
    }

    /// Cell `index`: bucket `b` starts at index `2^b - 1`.
    #[expect(
        clippy::indexing_slicing,
        reason = "bucket < 48 as index + 1 < 2^48, and the offset is below the bucket's 2^bucket cells"
    )]
    fn cell(&self, index: usize) -> &Cell<T> {
        let bucket = (index + 1).ilog2();
        let cells = self.buckets[bucket as usize]
            .get_or_init(|| (0..1_usize << bucket).map(|_| OnceLock::new()).collect());
        &cells[index + 1 - (1 << bucket)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stay_valid_while_versions_move_on() {
        let version = AtomicU64::new(0);
        let snapshots = Snapshots::new();
        let mut seen = Vec::new();
        for n in 0..1000_u64 {
            version.store(n, Ordering::Release);
            seen.push(snapshots.read(&version, || (n, Arc::new(n))));
        }
        assert!(
            seen.iter()
                .enumerate()
                .all(|(n, value)| **value == n as u64)
        );
    }

    #[test]
    fn an_unchanged_version_is_loaded_once() {
        let version = AtomicU64::new(7);
        let snapshots = Snapshots::new();
        snapshots.read(&version, || (7, Arc::new(())));
        snapshots.read(&version, || unreachable!("read twice"));
        version.store(8, Ordering::Release);
        snapshots.read(&version, || (8, Arc::new(())));
        snapshots.read(&version, || unreachable!("read twice"));
    }
}
