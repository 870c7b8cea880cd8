//! The one door for randomness: keys, nonces and ids are drawn from a [`Random`].
//!
//! Every draw is a system call. A generator in user space would be faster, but its state is copied
//! by `fork` and by a snapshot of a virtual machine, after which two processes draw the same nonces;
//! with XSalsa20-Poly1305 a repeated nonce gives away both plaintexts and lets seals be forged.

use std::{
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
