//! What was made of bytes that came a moment ago, for when the same bytes come again.
//!
//! A table without a lock, in which everything has two places it may be in, and takes the one that was
//! of no use lately. It keeps what comes the second time, so that what comes once costs nothing and
//! drives nothing out.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use arc_swap::ArcSwapOption;

/// Places unless told otherwise.
pub(crate) const ENTRIES: usize = 1024;

/// More than the users of one process who are there at once.
pub(crate) const MAX_ENTRIES: usize = 1 << 20;

/// Longer ones are not kept, so that what is kept has a bound. No browser sends a longer cookie.
const MAX_LENGTH: usize = 4096;

/// What stands for bytes in the table: as good as random, and known to those alone who know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    /// Of bytes whose end is random, as that of everything sealed or signed is.
    pub(crate) fn of_end(bytes: &[u8]) -> Self {
        let end = bytes.last_chunk::<16>().copied().unwrap_or_default();
        let halves = end.as_chunks().0.iter();
        Self::of(halves.fold(0, |sum, half| {
            sum.rotate_left(29) ^ u64::from_le_bytes(*half)
        }))
    }

    /// Of a number that is random.
    pub(crate) const fn of(random: u64) -> Self {
        // Spreads what is random over all bits: base64 has six in eight. 0 stands for nothing.
        Self(random.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
}

/// What was made of bytes.
struct Kept<V> {
    fingerprint: Fingerprint,
    bytes: Box<[u8]>,
    made: V,
}

struct Place<V> {
    /// The fingerprint of the bytes that were made anew last.
    missed: AtomicU64,
    /// What is kept was asked for since somebody wanted its place.
    was_used: AtomicBool,
    kept: ArcSwapOption<Kept<V>>,
}

/// The table.
// No `Debug`: it holds what cookies hide.
pub(crate) struct Cache<V> {
    places: Box<[Place<V>]>,
}

impl<V> Cache<V> {
    /// Room for so many, rounded up to a power of two. With 0 it keeps nothing.
    pub(crate) fn new(entries: usize) -> Self {
        let places = match entries {
            0 => 0,
            some => some.min(MAX_ENTRIES).next_power_of_two(),
        };
        let place = |_| Place {
            missed: AtomicU64::new(0),
            was_used: AtomicBool::new(false),
            kept: ArcSwapOption::empty(),
        };
        Self {
            places: (0..places).map(place).collect(),
        }
    }

    /// What `read` takes from what was made of these bytes, if it is kept.
    #[inline]
    pub(crate) fn get<R>(
        &self,
        fingerprint: Fingerprint,
        bytes: &[u8],
        read: impl FnOnce(&V) -> R,
    ) -> Option<R> {
        for place in self.places(fingerprint)? {
            let kept = place.kept.load();
            if let Some(kept) = kept.as_ref()
                && kept.fingerprint == fingerprint
                // What stands for bytes is no proof of them.
                && *kept.bytes == *bytes
            {
                if !place.was_used.load(Ordering::Relaxed) {
                    place.was_used.store(true, Ordering::Relaxed);
                }
                return Some(read(&kept.made));
            }
        }
        None
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
        let Some([first, second]) = self.places(fingerprint) else {
            return;
        };
        if first.missed.load(Ordering::Relaxed) != fingerprint.0 {
            first.missed.store(fingerprint.0, Ordering::Relaxed);
            return;
        }
        if bytes.len() > MAX_LENGTH {
            return;
        }
        let Some(made) = keep() else {
            return;
        };
        let is_in_use = |place: &Place<V>| place.was_used.swap(false, Ordering::Relaxed);
        let to_second = is_in_use(first) && !is_in_use(second);
        let place = if to_second { second } else { first };
        place.kept.store(Some(Arc::new(Kept {
            fingerprint,
            bytes: bytes.into(),
            made,
        })));
    }

    fn places(&self, Fingerprint(number): Fingerprint) -> Option<[&Place<V>; 2]> {
        let last = self.places.len().checked_sub(1)?;
        // Of the upper half: a product's lower bits know nothing of its upper ones.
        let place = |number: u64| self.places.get(usize::try_from(number).ok()? & last);
        Some([place(number >> 44)?, place((number >> 24) & 0xF_FFFF)?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &[u8] = b"first-----------0123456789abcdef";
    const B: &[u8] = b"another---------0123456789abcdef";

    fn ask(cache: &Cache<u32>, bytes: &[u8]) -> Option<u32> {
        cache.get(Fingerprint::of_end(bytes), bytes, |made| *made)
    }

    fn miss(cache: &Cache<u32>, bytes: &[u8], made: u32) {
        cache.missed(Fingerprint::of_end(bytes), bytes, || Some(made));
    }

    #[test]
    fn what_comes_the_second_time_is_kept() {
        let cache = Cache::new(8);
        assert_eq!(ask(&cache, A), None);
        miss(&cache, A, 1);
        assert_eq!(ask(&cache, A), None);
        miss(&cache, A, 2);
        assert_eq!(ask(&cache, A), Some(2));
    }

    #[test]
    fn what_comes_once_is_not_even_made_ready_to_be_kept() {
        let cache = Cache::<u32>::new(8);
        for number in 0..1000_u64 {
            let bytes = [A, &number.to_le_bytes(), &number.to_be_bytes()].concat();
            cache.missed(Fingerprint::of_end(&bytes), &bytes, || unreachable!());
        }
    }

    /// Who knows the end of a cookie can write another before it.
    #[test]
    fn bytes_that_have_their_end_alone_in_common_are_told_apart() {
        assert_eq!(Fingerprint::of_end(A), Fingerprint::of_end(B));
        let cache = Cache::new(1);
        miss(&cache, A, 1);
        miss(&cache, A, 1);
        assert_eq!(ask(&cache, B), None);
        miss(&cache, B, 2);
        assert_eq!((ask(&cache, A), ask(&cache, B)), (None, Some(2)));
    }

    #[test]
    fn half_as_many_as_there_are_places_find_one_as_a_rule() {
        let cache = Cache::new(1024);
        let texts: Vec<_> = (0..4096)
            .map(|_| crate::Random::default().array::<32>().unwrap())
            .collect();
        let come = |texts: &[[u8; 32]]| {
            for text in texts.iter().flat_map(|text| [text; 3]) {
                if ask(&cache, text).is_none() {
                    miss(&cache, text, 1);
                }
            }
        };
        // Who has been here before, and has gone.
        come(&texts);
        let texts = &texts[..512];
        for _ in 0..4 {
            come(texts);
        }
        let kept = texts.iter().filter(|text| ask(&cache, &text[..]).is_some());
        let kept = kept.count();
        assert!(kept > 400, "{kept} of 512");
    }

    #[test]
    fn no_bytes_are_taken_for_others() {
        let cache = Cache::new(4);
        let texts: Vec<_> = (0..64_u32)
            .map(|number| format!("{number:0>40}").into_bytes())
            .collect();
        for (text, number) in texts.iter().zip(0..).cycle().take(64 * 7) {
            assert!(ask(&cache, text).is_none_or(|made| made == number));
            miss(&cache, text, number);
            miss(&cache, text, number);
            assert_eq!(ask(&cache, text), Some(number));
        }
    }

    #[test]
    fn the_number_of_places_is_bounded_and_a_power_of_two() {
        for (entries, places) in [(0, 0), (1, 1), (3, 4), (1024, 1024), (1025, 2048)] {
            assert_eq!(Cache::<u32>::new(entries).places.len(), places);
        }
        assert_eq!(Cache::<u32>::new(usize::MAX).places.len(), MAX_ENTRIES);
    }

    #[test]
    fn what_is_too_long_is_not_kept() {
        let cache = Cache::new(8);
        for (length, kept) in [(0, Some(1)), (15, Some(1)), (4096, Some(1)), (4097, None)] {
            let bytes = vec![b'a'; length];
            for _ in 0..3 {
                miss(&cache, &bytes, 1);
            }
            assert_eq!(ask(&cache, &bytes), kept, "{length} bytes");
        }
        let nothing = Cache::new(0);
        for _ in 0..3 {
            miss(&nothing, A, 1);
        }
        assert_eq!(ask(&nothing, A), None);
    }

    #[test]
    fn the_ends_of_cookies_are_spread_over_all_places() {
        use base64::Engine;

        let cache = Cache::<u32>::new(256);
        let mut hits = vec![0_u32; 256];
        for _ in 0..12_800 {
            let end: [u8; 12] = crate::Random::default().array().unwrap();
            let text = crate::encoding::URL_SAFE_NO_PAD.encode(end);
            let fingerprint = Fingerprint::of_end(text.as_bytes());
            for place in cache.places(fingerprint).unwrap() {
                let index = cache.places.iter().position(|it| std::ptr::eq(it, place));
                hits[index.unwrap()] += 1;
            }
        }
        // 100 each: less than 50 or more than 160 has no chance among 256.
        assert!(hits.iter().all(|hits| (50..160).contains(hits)), "{hits:?}");
    }

    #[test]
    fn threads_that_meet_in_one_place_each_get_what_is_theirs() {
        let cache = Cache::new(2);
        let texts: Vec<_> = (0..8_u32).map(|number| format!("{number:0>40}")).collect();
        std::thread::scope(|scope| {
            for start in 0..4 {
                let (cache, texts) = (&cache, &texts);
                scope.spawn(move || {
                    let turns = texts.iter().zip(0..).cycle().skip(start).take(20_000);
                    for (text, number) in turns {
                        match ask(cache, text.as_bytes()) {
                            Some(made) => assert_eq!(made, number),
                            None => miss(cache, text.as_bytes(), number),
                        }
                    }
                });
            }
        });
    }
}
