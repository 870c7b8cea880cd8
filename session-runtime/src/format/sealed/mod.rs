//! The library's own format. Version 1, before base64url without padding:
//!
//! ```text
//!  0        1            5                         29           45
//! ┌────────┬────────────┬─────────────────────────┬────────────┬────────────────────────┐
//! │ 0x01   │ key id (4) │ nonce (24)              │ tag (16)   │ ciphertext             │
//! └────────┴────────────┴─────────────────────────┴────────────┴────────────────────────┘
//!  version                                        └─ secretbox under the purpose's subkey ─┘
//! ```
//!
//! The tag does not cover the header, and need not: the version goes into the derivation of the
//! subkey, and another key id names another key.
//!
//! The key id picks the key, so that a value is tried once however long the keyring is. It is a
//! name, not a secret, and four bytes are enough: a collision within a keyring is refused when the
//! keyring is put in.

mod purpose;

use std::cell::RefCell;

use base64::Engine;

pub(crate) use self::purpose::{CsrfKey, Purpose};
use self::purpose::{KEY_ID, Subkey};
use super::{CookieFormat, Opened};
use crate::{
    encoding::{self, URL_SAFE_NO_PAD},
    error::{ConfigError, SealError},
    keyring::Keyring,
    random::Random,
    reason::Reason,
    seal,
};

const VERSION: u8 = 1;
const HEADER: usize = 1 + KEY_ID + seal::NONCE;

/// Nothing longer is ever written: browsers keep 4096 bytes of name and value together.
const MAX_VALUE: usize = 4096;

/// The format for one session and one keyring.
pub(crate) struct Sealed {
    current: Subkey,
    also_open: Vec<Subkey>,
}

impl Sealed {
    /// Derives the subkeys. Refuses a keyring in which two keys have one id: a value of the one
    /// would be tried with the other.
    pub(crate) fn new(keyring: &Keyring, purpose: &Purpose<'_>) -> Result<Self, ConfigError> {
        keyring.validate()?;
        let current = Subkey::derive(keyring.current(), purpose, VERSION);
        let also_open = keyring
            .keys()
            .skip(1)
            .map(|key| Subkey::derive(key, purpose, VERSION));
        Self::with_subkeys(current, also_open.collect())
    }

    fn with_subkeys(current: Subkey, also_open: Vec<Subkey>) -> Result<Self, ConfigError> {
        let ids: Vec<_> = std::iter::once(&current)
            .chain(&also_open)
            .map(|key| key.id)
            .collect();
        let collides = |(place, id)| ids.iter().take(place).any(|earlier| earlier == id);
        if ids.iter().enumerate().any(collides) {
            return Err(ConfigError::new(
                "keyring",
                "two of its keys happen to have the same key id; replace one by a new key",
            ));
        }
        Ok(Self { current, also_open })
    }

    /// The subkey of this id, and its place in the keyring.
    fn subkey(&self, id: [u8; KEY_ID]) -> Option<(usize, &Subkey)> {
        std::iter::once(&self.current)
            .chain(&self.also_open)
            .enumerate()
            .find(|(_, key)| key.id == id)
    }
}

impl CookieFormat for Sealed {
    fn open(&self, value: &[u8]) -> Result<Opened, Reason> {
        if value.len() > MAX_VALUE {
            return Err(Reason::Oversized);
        }
        // Refuses padding, other alphabets and set trailing bits: a value has one spelling.
        let mut bytes = encoding::decode(value, |text, bytes| {
            URL_SAFE_NO_PAD.decode_slice(text, bytes)
        })
        .ok_or(Reason::Malformed)?;
        let (&mut version, rest) = bytes.split_first_mut().ok_or(Reason::Malformed)?;
        // Before the length is looked at: another version may be shorter.
        if version != VERSION {
            return Err(Reason::UnknownVersion);
        }
        let (&mut id, rest) = rest.split_first_chunk_mut().ok_or(Reason::Malformed)?;
        let (nonce, sealed) = rest.split_first_chunk_mut().ok_or(Reason::Malformed)?;
        if sealed.len() < seal::TAG {
            return Err(Reason::Malformed);
        }
        let (place, key) = self.subkey(id).ok_or(Reason::UnknownKey)?;
        seal::open_in_place(&key.sealing, nonce, sealed).ok_or(Reason::Tampered)?;
        Ok(Opened {
            bytes,
            start: HEADER + seal::TAG,
            key: place,
            stale_key: place > 0,
            expires: None,
        })
    }

    fn seal_onto(
        &self,
        value: &mut Vec<u8>,
        plaintext: &[u8],
        _: u64,
        random: &Random,
    ) -> Result<(), SealError> {
        /// Of this thread, for the next value.
        const KEPT: usize = MAX_VALUE;
        thread_local!(static SEALED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });

        let nonce = random.array()?;
        SEALED.with_borrow_mut(|bytes| {
            // Nothing is left over, save of a value whose making panicked.
            bytes.clear();
            bytes.push(VERSION);
            bytes.extend_from_slice(&self.current.id);
            bytes.extend_from_slice(&nonce);
            seal::seal_into(&self.current.sealing, &nonce, plaintext, bytes);
            // Into its place: the way over text goes by chunks, and costs as much again.
            let from = value.len();
            value.resize(from + self.sealed_len(plaintext.len()), 0);
            let place = value.get_mut(from..).unwrap_or_default();
            let written = URL_SAFE_NO_PAD.encode_slice(&*bytes, place);
            debug_assert_eq!(written, Ok(place.len()));
            bytes.clear();
            bytes.shrink_to(KEPT);
        });
        Ok(())
    }

    fn sealed_len(&self, plaintext_len: usize) -> usize {
        (HEADER + seal::TAG + plaintext_len)
            .saturating_mul(4)
            .div_ceil(3)
    }

    fn removal_value(&self) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;
    use crate::key::Key;

    const PURPOSE: Purpose<'_> = Purpose {
        application: "shop",
        session: "auth",
        cookie_name: "__Host-auth",
    };
    const PLAINTEXT: &[u8] = b"{\"user\":7}";

    fn key(first: u8) -> Key {
        let hex =
            format!("{first:02x}03d154fe9ace52ab3085fa83eba3a0245efeb1709664ee7da35b1a026d2769");
        Key::from_hex(&hex).unwrap()
    }

    fn format(keyring: impl Into<Keyring>) -> Sealed {
        Sealed::new(&keyring.into(), &PURPOSE).unwrap()
    }

    fn value(format: &Sealed) -> String {
        format.seal(PLAINTEXT, 0, &Random::default()).unwrap()
    }

    fn refusal(format: &Sealed, value: &str) -> Option<Reason> {
        format.open(value.as_bytes()).err()
    }

    /// Computed apart from this code: `hashlib.blake2b` and a secretbox written in Python.
    #[test]
    fn a_value_of_version_1_stays_what_it_is() {
        let golden = "AbTaahIAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhc9wgK-jhoMjY83KTUibiQGN6AOvKxHkI90Wg";
        let format = format(key(0x0f));
        assert_eq!(
            format.seal(PLAINTEXT, 0, &Random::scripted(0..24)).unwrap(),
            golden
        );
        let opened = format.open(golden.as_bytes()).ok().unwrap();
        assert_eq!((opened.plaintext(), opened.stale_key), (PLAINTEXT, false));
    }

    #[test]
    fn d04_every_flipped_bit_of_a_sealed_value_is_refused() {
        let format = format(key(1));
        let good = value(&format);
        let bytes = URL_SAFE_NO_PAD.decode(&good).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut bad = bytes.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(
                refusal(&format, &URL_SAFE_NO_PAD.encode(&bad)).is_some(),
                "bit {bit}"
            );
        }
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone().into_bytes();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(format.open(&bad).is_err(), "bit {bit} of the text");
        }
    }

    #[test]
    fn d04_every_truncation_of_a_sealed_value_is_refused() {
        let format = format(key(1));
        let good = value(&format);
        for len in 0..good.len() {
            assert!(refusal(&format, &good[..len]).is_some(), "cut to {len}");
        }
    }

    #[test]
    fn d05_a_value_opens_for_no_other_session_cookie_or_application() {
        let keyring = Keyring::new(key(1));
        let good = value(&format(keyring.clone()));
        for purpose in [
            Purpose {
                application: "staging",
                ..PURPOSE
            },
            Purpose {
                session: "prefs",
                ..PURPOSE
            },
            Purpose {
                cookie_name: "__Host-prefs",
                ..PURPOSE
            },
        ] {
            let other = Sealed::new(&keyring, &purpose).unwrap();
            assert_eq!(
                refusal(&other, &good),
                Some(Reason::UnknownKey),
                "{purpose:?}"
            );
            // Nor when the key id, which nothing protects, is forged.
            let mut forged = URL_SAFE_NO_PAD.decode(&good).unwrap();
            forged[1..5].copy_from_slice(&other.current.id);
            let forged = URL_SAFE_NO_PAD.encode(forged);
            assert_eq!(
                refusal(&other, &forged),
                Some(Reason::Tampered),
                "{purpose:?}"
            );
        }
    }

    #[test]
    fn d09_two_values_of_one_plaintext_differ_in_their_nonces() {
        let format = format(key(1));
        let nonces: HashSet<_> = (0..1000)
            .map(|_| URL_SAFE_NO_PAD.decode(value(&format)).unwrap()[5..29].to_vec())
            .collect();
        assert_eq!(nonces.len(), 1000);
    }

    #[test]
    fn d09_without_randomness_nothing_is_sealed() {
        let failed = format(key(1)).seal(PLAINTEXT, 0, &Random::failing());
        assert_eq!(failed, Err(SealError::NoRandomness));
    }

    #[test]
    fn d11_every_other_version_is_unknown_whatever_its_length() {
        let format = format(key(1));
        let mut bytes = URL_SAFE_NO_PAD.decode(value(&format)).unwrap();
        for version in (0..=u8::MAX).filter(|version| *version != VERSION) {
            bytes[0] = version;
            for len in [1, 20, bytes.len()] {
                let value = URL_SAFE_NO_PAD.encode(&bytes[..len]);
                assert_eq!(refusal(&format, &value), Some(Reason::UnknownVersion));
            }
        }
    }

    #[test]
    fn d31_a_value_over_the_cap_is_refused_before_it_is_decoded() {
        let format = format(key(1));
        assert_eq!(
            refusal(&format, &"!".repeat(MAX_VALUE + 1)),
            Some(Reason::Oversized)
        );
        assert_eq!(
            refusal(&format, &"!".repeat(MAX_VALUE)),
            Some(Reason::Malformed)
        );
    }

    #[test]
    fn a_value_has_one_spelling() {
        let format = format(key(1));
        let good = value(&format);
        let standard = good.replace('-', "+").replace('_', "/");
        let spellings = [
            format!("{good}=="),
            format!("{good} "),
            format!("\"{good}\""),
        ];
        for bad in spellings
            .iter()
            .chain((standard != good).then_some(&standard))
        {
            assert_eq!(refusal(&format, bad), Some(Reason::Malformed), "{bad}");
        }
    }

    #[test]
    fn what_the_new_key_seals_the_old_keyring_opens_and_the_other_way_round() {
        let (old, new) = (key(1), key(2));
        let first_step = format(Keyring::new(old.clone()).also_open(new.clone()));
        let second_step = format(Keyring::new(new.clone()).also_open(old.clone()));
        for (from, to) in [(&first_step, &second_step), (&second_step, &first_step)] {
            let own = from.open(value(from).as_bytes()).ok().unwrap();
            let other = to.open(value(from).as_bytes()).ok().unwrap();
            assert_eq!((own.stale_key, other.stale_key), (false, true));
            assert_eq!(other.plaintext(), PLAINTEXT);
        }
        assert_eq!(
            refusal(&format(new), &value(&format(old))),
            Some(Reason::UnknownKey)
        );
    }

    #[test]
    fn two_keys_of_one_id_are_refused() {
        let subkeys = [1, 2, 3].map(|first| Subkey::derive(&key(first), &PURPOSE, VERSION));
        let [current, other, mut collides] = subkeys;
        collides.id = other.id;
        let error = Sealed::with_subkeys(current, vec![other, collides])
            .err()
            .unwrap();
        assert!(error.to_string().contains("the same key id"), "{error}");
    }

    #[test]
    fn d33_a_bad_keyring_makes_no_format() {
        for bad in [key(1), Key::from_bytes([0; 32])] {
            let keyring = Keyring::new(key(1)).also_open(bad);
            assert!(Sealed::new(&keyring, &PURPOSE).is_err());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn what_is_sealed_opens_and_has_the_length_foretold(
            plaintext in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let format = format(key(1));
            let value = format.seal(&plaintext, 0, &Random::default()).unwrap();
            prop_assert_eq!(value.len(), format.sealed_len(plaintext.len()));
            let opened = format.open(value.as_bytes()).ok().unwrap();
            prop_assert_eq!(opened.plaintext(), plaintext);
        }

        #[test]
        fn any_bytes_are_refused_without_a_panic(
            text in proptest::collection::vec(any::<u8>(), 0..200),
            decoded in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let format = format(key(1));
            prop_assert!(format.open(&text).is_err());
            let versioned = [&[VERSION], format.current.id.as_slice(), &decoded].concat();
            prop_assert!(refusal(&format, &URL_SAFE_NO_PAD.encode(versioned)).is_some());
        }
    }
}
