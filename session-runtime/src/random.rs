//! The one door for randomness: keys, nonces and ids are drawn from a [`Random`].
//!
//! Every draw is a system call. A generator in user space would be faster, but its state is copied
//! by `fork` and by a snapshot of a virtual machine, after which two processes draw the same nonces;
//! with XSalsa20-Poly1305 a repeated nonce gives away both plaintexts and lets seals be forged. Only
//! numbers that have to differ and may be guessed come [from such a generator](Random::distinct).

use std::{
    cell::Cell,
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::error::SealError;

/// Where random bytes come from: the operating system, or a script that a test wrote.
///
/// The operating system unless [`Settings::random`](crate::Settings::random) is given another, which
/// tests do, with a [`ScriptedRandom`](crate::testing::ScriptedRandom).
#[derive(Clone, Default)]
pub struct Random(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    Os,
    Scripted(Arc<Mutex<VecDeque<u8>>>),
}

impl Random {
    /// Hands out these bytes in this order, to every copy together, and fails when they run out.
    ///
    /// For golden vectors only: who knows the nonces can forge.
    pub(crate) fn scripted(bytes: impl IntoIterator<Item = u8>) -> Self {
        Self(Source::Scripted(Arc::new(Mutex::new(
            bytes.into_iter().collect(),
        ))))
    }

    /// Fails at the first draw, as an operating system without entropy does.
    pub(crate) fn failing() -> Self {
        Self::scripted([])
    }

    /// Fills `out` completely, or fails; after a failure `out` must not be used.
    pub(crate) fn fill(&self, out: &mut [u8]) -> Result<(), SealError> {
        match &self.0 {
            Source::Os => getrandom::fill(out).map_err(|_| SealError::NoRandomness),
            Source::Scripted(script) => {
                // A panic elsewhere cannot leave a queue of bytes half-changed.
                let mut script = script.lock().unwrap_or_else(PoisonError::into_inner);
                out.iter_mut().try_for_each(|byte| {
                    *byte = script.pop_front().ok_or(SealError::NoRandomness)?;
                    Ok(())
                })
            }
        }
    }

    /// An array of random bytes.
    pub(crate) fn array<const N: usize>(&self) -> Result<[u8; N], SealError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// A number that is no other's, as far as 64 bits go, and no secret. `now` is the time, in Unix
    /// milliseconds: it tells the copies of a virtual machine apart that began at one state.
    ///
    /// A system call once in a thread, where the others are one each.
    pub(crate) fn distinct(&self, now: u64) -> Result<u64, SealError> {
        thread_local!(static STATE: Cell<Option<u64>> = const { Cell::new(None) });
        if let Source::Scripted(_) = self.0 {
            return self.array().map(u64::from_be_bytes);
        }
        let state = match STATE.get() {
            Some(state) => state,
            None => self.array().map(u64::from_be_bytes)?,
        };
        STATE.set(Some(state.wrapping_add(STEP)));
        Ok(number(state, now))
    }
}

const fn number(state: u64, now: u64) -> u64 {
    mixed(mixed(state) ^ now)
}

/// How far one state of a generator is from the next: odd, so that all come before the first again.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Another number for each, and alike for none that are near: `SplitMix64` (G. L. Steele, D. Lea,
/// C. H. Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
const fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

// A script holds the nonces to come: only its kind is shown.
impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Os => "Random(Os)",
            Source::Scripted(_) => "Random(Scripted)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operating_system_draws_differ() {
        let random = Random::default();
        let (a, b): ([u8; 24], [u8; 24]) = (random.array().unwrap(), random.array().unwrap());
        assert_ne!(a, b);
        assert_ne!(a, [0; 24]);
    }

    /// The first outputs of the reference implementation for the seed 1234567.
    #[test]
    fn the_mixing_is_that_of_splitmix() {
        let mut state = 1_234_567_u64;
        let numbers = [(); 3].map(|()| {
            state = state.wrapping_add(STEP);
            mixed(state)
        });
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(numbers, expected);
    }

    #[test]
    fn distinct_numbers_differ_in_one_thread_between_threads_and_at_one_time() {
        let draw = || {
            let random = Random::default();
            (0..1000)
                .map(|_| random.distinct(7).unwrap())
                .collect::<Vec<_>>()
        };
        let threads = [(); 4].map(|()| std::thread::spawn(draw));
        let mut numbers = draw();
        for thread in threads {
            numbers.extend(thread.join().unwrap());
        }
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!((numbers.len(), count), (5000, 5000));
    }

    #[test]
    fn copies_of_one_state_differ_with_the_time() {
        assert_ne!(number(5, 1), number(5, 2));
    }

    #[test]
    fn a_distinct_number_of_a_script_is_in_the_script() {
        let random = Random::scripted(0..9);
        assert_eq!(random.distinct(7), Ok(0x0001_0203_0405_0607));
        assert_eq!(random.distinct(7), Err(SealError::NoRandomness));
    }

    #[test]
    fn a_script_is_shared_by_its_copies_and_fails_at_its_end() {
        let random = Random::scripted([1, 2, 3, 4]);
        assert_eq!(random.array(), Ok([1, 2]));
        assert_eq!(random.clone().array(), Ok([3, 4]));
        assert_eq!(random.array::<1>(), Err(SealError::NoRandomness));
        assert_eq!(random.array::<0>(), Ok([]));
    }

    #[test]
    fn d09_a_failing_source_says_so() {
        assert_eq!(
            Random::failing().array::<24>(),
            Err(SealError::NoRandomness)
        );
    }

    #[test]
    fn d32_a_script_is_not_shown() {
        assert_eq!(
            format!("{:?}", Random::scripted([7, 7])),
            "Random(Scripted)"
        );
        assert_eq!(format!("{:?}", Random::default()), "Random(Os)");
    }
}
