//! What was made of bytes that came a moment ago, for when the same bytes come again.
//!
//! A table without a lock. Bytes have one set of eight places, of which they take a free one, or one that
//! was of no use lately. What is missed for the second time is kept, so that what comes once costs
//! nothing and drives nothing out, as a rule.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicU64, Ordering::Relaxed},
    },
};

use arc_swap::ArcSwapOption;

/// Entries unless told otherwise.
pub(crate) const ENTRIES: usize = 1024;

/// More than the users of one process who are there at once.
pub(crate) const MAX_ENTRIES: usize = 1 << 20;

/// Longer ones are not kept: what is kept is to have a bound.
const MAX_LENGTH: usize = 4096;

/// Places of one set: as many as there are bits that say which are in use.
const PLACES: usize = 8;

/// Of so many that would take the place of another one may: where more come in turn than there are
/// places, each would else drive out the one that comes next.
const PATIENCE: u8 = 4;

/// Bits that note what was missed; with so many set it is forgotten.
const MISSED: u64 = 256;
const MOST_MISSED: u32 = 32;

/// What stands for bytes in the table, and 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    /// Of a number that is random, and that nobody outside has chosen.
    pub(crate) const fn of(random: u64) -> Self {
        Self(random.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
}

/// What was made of bytes.
struct Kept<V> {
    fingerprint: Fingerprint,
    bytes: Box<[u8]>,
    made: V,
}

struct Set<V> {
    /// What is kept, so that no other memory is looked at in vain.
    fingerprints: [AtomicU64; PLACES],
    kept: [ArcSwapOption<Kept<V>>; PLACES],
    /// A bit for each that was asked for since its place was wanted.
    used: AtomicU8,
    /// Counts those that wanted a place of another.
    hand: AtomicU8,
    /// A bit for each that was missed lately, or for one that it shares it with.
    missed: [AtomicU64; (MISSED / 64) as usize],
}

impl<V> Set<V> {
    fn new() -> Self {
        Self {
            fingerprints: [const { AtomicU64::new(0) }; PLACES],
            kept: [const { ArcSwapOption::const_empty() }; PLACES],
            used: AtomicU8::new(0),
            hand: AtomicU8::new(0),
            missed: [const { AtomicU64::new(0) }; (MISSED / 64) as usize],
        }
    }

    /// Whether this is the second miss of a few.
    fn was_missed(&self, Fingerprint(number): Fingerprint) -> bool {
        let bit = (number >> 16) % MISSED;
        let (word, bit) = (usize::try_from(bit / 64).ok(), 1 << (bit % 64));
        let Some(word) = word.and_then(|word| self.missed.get(word)) else {
            return false;
        };
        if word.load(Relaxed) & bit != 0 {
            return true;
        }
        let all = || self.missed.iter();
        if all()
            .map(|word| word.load(Relaxed).count_ones())
            .sum::<u32>()
            >= MOST_MISSED
        {
            all().for_each(|word| word.store(0, Relaxed));
        }
        word.fetch_or(bit, Relaxed);
        false
    }

    /// The place for one more. `None`: whoever has the one whose turn it is was here since.
    fn place(&self, Fingerprint(number): Fingerprint) -> Option<usize> {
        let holds = |number| {
            let mut fingerprints = self.fingerprints.iter();
            fingerprints.position(|it| it.load(Relaxed) == number)
        };
        // Another thread may have been here just now.
        if let Some(place) = holds(number).or_else(|| holds(0)) {
            return Some(place);
        }
        let hand = self.hand.fetch_add(1, Relaxed);
        if !hand.is_multiple_of(PATIENCE) {
            return None;
        }
        let place = usize::from(hand / PATIENCE) % PLACES;
        let was_used = self.used.fetch_and(!(1 << place), Relaxed) & 1 << place != 0;
        (!was_used).then_some(place)
    }
}

/// The table.
// No `Debug`: it holds what cookies hide.
pub(crate) struct Cache<V> {
    sets: Box<[Set<V>]>,
    /// So that nobody outside can tell which set bytes are in.
    hashing: RandomState,
}

impl<V> Cache<V> {
    /// Room for so many, rounded up to a power of two and to 8. With 0 it keeps nothing.
    pub(crate) fn new(entries: usize) -> Self {
        let sets = match entries.min(MAX_ENTRIES) {
            0 => 0,
            some => some.next_power_of_two().div_ceil(PLACES),
        };
        Self {
            sets: (0..sets).map(|_| Set::new()).collect(),
            hashing: RandomState::new(),
        }
    }

    /// What stands for a cookie. Every format has random bits at its start or at its end, or at both:
    /// a nonce, a tag or a signature.
    #[inline]
    pub(crate) fn fingerprint(&self, cookie: &[u8]) -> Fingerprint {
        if self.sets.is_empty() {
            return Fingerprint(0);
        }
        let (start, end) = (cookie.first_chunk::<16>(), cookie.last_chunk::<16>());
        let mut hasher = self.hashing.build_hasher();
        hasher.write(start.unwrap_or(&[0; 16]));
        hasher.write(end.unwrap_or(&[0; 16]));
        Fingerprint(hasher.finish() | 1)
    }

    /// What `read` takes from what was made of these bytes, if it is kept.
    #[inline]
    pub(crate) fn get<R>(
        &self,
        fingerprint: Fingerprint,
        bytes: &[u8],
        read: impl FnOnce(&V) -> R,
    ) -> Option<R> {
        let set = self.set(fingerprint)?;
        let mut fingerprints = set.fingerprints.iter();
        let place = fingerprints.position(|it| it.load(Relaxed) == fingerprint.0)?;
        let kept = set.kept.get(place)?.load();
        let kept = kept.as_ref()?;
        // What stands for bytes is no proof of them. It goes first, so that nobody who does not know
        // most of them learns how many are right by how long it takes.
        if kept.fingerprint != fingerprint || *kept.bytes != *bytes {
            return None;
        }
        let bit = 1 << place;
        if set.used.load(Relaxed) & bit == 0 {
            set.used.fetch_or(bit, Relaxed);
        }
        Some(read(&kept.made))
    }

    /// Keeps what `keep` has of bytes for which nothing was [kept](Self::get), if they are missed for
    /// the second time.
    #[inline]
    pub(crate) fn missed(
        &self,
        fingerprint: Fingerprint,
        bytes: &[u8],
        keep: impl FnOnce() -> Option<V>,
    ) {
        let Some(set) = self.set(fingerprint) else {
            return;
        };
        if !set.was_missed(fingerprint) || bytes.len() > MAX_LENGTH {
            return;
        }
        let Some(place) = set.place(fingerprint) else {
            return;
        };
        let place = set.kept.get(place).zip(set.fingerprints.get(place));
        if let Some(((kept, standing), made)) = place.zip(keep()) {
            kept.store(Some(Arc::new(Kept {
                fingerprint,
                bytes: bytes.into(),
                made,
            })));
            standing.store(fingerprint.0, Relaxed);
        }
    }

    fn set(&self, Fingerprint(number): Fingerprint) -> Option<&Set<V>> {
        let last = self.sets.len().checked_sub(1)?;
        // The upper half: a product's lower bits know nothing of its upper ones.
        self.sets.get(usize::try_from(number >> 32).ok()? & last)
    }
}

#[cfg(test)]
mod tests;
