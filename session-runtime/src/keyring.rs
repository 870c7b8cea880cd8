//! The keys of a deployment: one seals, every one opens.

use std::fmt;

use crate::{error::ConfigError, key::Key};

/// More keys than this are a rotation that was never finished: each one that stays can still open
/// and forge, and the fastify format tries them one after another.
#[cfg(any(test, feature = "tracing"))]
pub(crate) const LONG: usize = 3;

/// One key that seals, and those that may still open what older keys sealed.
///
/// A session that another than the current key opened is sealed again with the current one and
/// sent with the next response; its time limits stay as they were.
///
/// # Rotation without logging anybody out
///
/// While a new version rolls out, old and new processes serve the same clients. A process that
/// does not know a key yet must never meet a cookie sealed with it, so it takes two steps, each of
/// which has to be finished everywhere before the next:
///
/// 1. `Keyring::new(old).also_open(new)`: every process learns to open with the new key.
/// 2. `Keyring::new(new).also_open(old)`: the new key seals.
///
/// Once the longest life of a session has passed, the old key is dropped. Going back to an earlier
/// step is safe at any point.
///
/// ```
/// use session_runtime::{ConfigError, Key, Keyring};
///
/// let (new, old) = (Key::generate()?, Key::generate()?);
/// let keyring = Keyring::new(new.clone()).also_open(old);
/// assert_eq!(keyring.current(), &new);
/// # Ok::<(), ConfigError>(())
/// ```
///
/// # Security
///
/// A key that leaked is not rotated but removed at once: as long as it opens, it forges.
#[derive(Clone)]
pub struct Keyring {
    current: Key,
    also_open: Vec<Key>,
}

impl Keyring {
    /// A keyring of one key, which seals and opens.
    pub fn new(current: Key) -> Self {
        Self {
            current,
            also_open: Vec::new(),
        }
    }

    /// Adds a key that opens and never seals.
    ///
    /// Where a format has to try key after key (fastify), they are tried in the order added: put
    /// the one that most cookies in circulation need first.
    #[must_use = "the keyring is returned, not changed in place"]
    pub fn also_open(mut self, key: Key) -> Self {
        self.also_open.push(key);
        self
    }

    /// The key that seals.
    pub fn current(&self) -> &Key {
        &self.current
    }

    /// Every key, the current one first.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.also_open)
    }

    /// Refuses what cannot be meant. Called for every keyring that is put in, at start-up or live.
    ///
    /// The same key twice is usually two variables that hold one value: a rotation that its
    /// operator believes to have happened, and has not.
    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
        let keys: Vec<&Key> = self.keys().collect();
        let problems = keys.iter().enumerate().flat_map(|(index, key)| {
            let weak = key.is_weak().then(|| {
                ConfigError::new(
                    Place(index),
                    "all 32 bytes are equal; take a key from `Key::generate`",
                )
            });
            let first = keys.iter().take(index).position(|earlier| earlier == key);
            let repeated = first.map(|first| {
                ConfigError::new(
                    Place(index),
                    format_args!("is the same key as {}; leave one of them out", Place(first)),
                )
            });
            weak.into_iter().chain(repeated)
        });
        ConfigError::check(problems.collect())
    }

    /// Whether there are so many keys that a warning in the log is due.
    #[cfg(any(test, feature = "tracing"))]
    pub(crate) fn is_long(&self) -> bool {
        self.keys().count() > LONG
    }
}

impl From<Key> for Keyring {
    fn from(current: Key) -> Self {
        Self::new(current)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({} keys, REDACTED)", self.keys().count())
    }
}

/// A key's place in the keyring, as its author wrote it: the key itself must not be shown.
struct Place(usize);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("keyring, the current key"),
            n => write!(f, "keyring, `also_open` key {n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(first: u8) -> Key {
        let mut bytes = [9; 32];
        bytes[0] = first;
        Key::from_bytes(bytes)
    }

    #[test]
    fn the_current_key_comes_first_and_the_others_in_the_order_added() {
        let keyring = Keyring::new(key(1)).also_open(key(2)).also_open(key(3));
        let order: Vec<u8> = keyring.keys().map(|key| key.expose_bytes()[0]).collect();
        assert_eq!(order, [1, 2, 3]);
        assert_eq!(keyring.current(), &key(1));
        assert_eq!(Keyring::from(key(1)).keys().count(), 1);
    }

    #[test]
    fn the_same_key_twice_is_refused_and_both_places_are_named() {
        let keyring = Keyring::new(key(1)).also_open(key(2)).also_open(key(1));
        assert_eq!(
            keyring.validate().unwrap_err().to_string(),
            "keyring, `also_open` key 2: is the same key as keyring, the current key; leave one \
             of them out"
        );
        assert_eq!(Keyring::new(key(1)).also_open(key(2)).validate(), Ok(()));
    }

    #[test]
    fn d33_one_weak_key_among_good_ones_fails_the_whole_keyring() {
        let keyring = Keyring::new(key(1)).also_open(Key::from_bytes([0; 32]));
        let error = keyring.validate().unwrap_err().to_string();
        assert!(
            error.starts_with("keyring, `also_open` key 1: all 32 bytes are equal"),
            "{error}"
        );
    }

    #[test]
    fn four_keys_are_long_and_three_are_not() {
        let three = Keyring::new(key(1)).also_open(key(2)).also_open(key(3));
        assert!(!three.is_long());
        assert!(three.also_open(key(4)).is_long());
    }

    #[test]
    fn d32_only_the_number_of_keys_is_shown() {
        let keyring = Keyring::new(key(1)).also_open(key(2));
        assert_eq!(format!("{keyring:?}"), "Keyring(2 keys, REDACTED)");
    }
}
