//! The format of @fastify/secure-session, both ways, byte for byte.
//!
//! ```text
//! value  = base64(secretbox) ";" base64(nonce)        standard alphabet, padded
//! signed = value "." base64(HMAC-SHA256(secret, value))     without padding
//! cookie = name "=" encodeURIComponent(value or signed)
//! ```
//!
//! Nothing in it says which key sealed, for which session or cookie: keys are tried in order, and a
//! value that was sealed for one session opens for every other on the same keys. Where this reader
//! deliberately differs from Node, [`Deviation`](super::deviation::Deviation) says how.

pub(crate) mod codec;
mod signature;

use base64::Engine;

use self::signature::Signer;
use super::{CookieFormat, Opened, deviation::FastifyPolicy};
use crate::{
    encoding::STANDARD,
    error::{ConfigError, SealError},
    keyring::Keyring,
    random::Random,
    reason::Reason,
    seal,
};

/// Node's own limit on all request headers together: it never sees a longer value.
const MAX_VALUE: usize = 16_384;

/// Whether cookies are signed as well as sealed, and with what.
// No `Debug`: it may hold secrets.
#[derive(Clone, Default)]
pub(crate) enum Signing {
    #[default]
    Off,
    /// With what @fastify/secure-session derives from its keys.
    #[cfg(feature = "signed")]
    WithKeys,
    /// With secrets of their own, as where @fastify/cookie was registered with them or the keys
    /// come from a passphrase: the first signs, all verify.
    #[cfg(feature = "signed")]
    WithSecrets(Vec<zeroize::Zeroizing<Vec<u8>>>),
}

/// The format for one keyring.
pub(crate) struct Fastify {
    keyring: Keyring,
    signer: Signer,
}

impl Fastify {
    pub(crate) fn new(
        keyring: &Keyring,
        policy: FastifyPolicy,
        signing: Signing,
    ) -> Result<Self, ConfigError> {
        keyring.validate()?;
        let signer = Signer::new(signing, keyring, policy)?;
        Ok(Self {
            keyring: keyring.clone(),
            signer,
        })
    }

    /// The place of the key that opened it.
    fn open_with_any_key(&self, nonce: &[u8; seal::NONCE], sealed: &mut [u8]) -> Option<usize> {
        self.keyring
            .keys()
            .position(|key| seal::open_in_place(key.expose_bytes(), nonce, sealed).is_some())
    }
}

impl CookieFormat for Fastify {
    fn open(&self, value: &[u8]) -> Result<Opened, Reason> {
        if value.len() > MAX_VALUE {
            return Err(Reason::Oversized);
        }
        let text = codec::cookie_text(value);
        let (text, stale_secret) = self.signer.unsign(&text)?;
        // As in Node, whatever follows a second `;` is not looked at.
        let mut parts = text.split(';').map(codec::decode_base64);
        let (Some(mut sealed), Some(nonce)) = (parts.next(), parts.next()) else {
            return Err(Reason::Malformed);
        };
        if sealed.len() < seal::TAG {
            return Err(Reason::Malformed);
        }
        let nonce = nonce.try_into().map_err(|_| Reason::Malformed)?;
        let place = self
            .open_with_any_key(&nonce, &mut sealed)
            .ok_or(Reason::Tampered)?;
        Ok(Opened {
            bytes: sealed,
            start: seal::TAG,
            key: place,
            stale_key: place > 0 || stale_secret,
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
        let nonce = random.array()?;
        let mut sealed = Vec::with_capacity(seal::TAG + plaintext.len());
        let key = self.keyring.current().expose_bytes();
        seal::seal_into(key, &nonce, plaintext, &mut sealed);
        let mut text = String::with_capacity((sealed.len() + nonce.len()) / 3 * 4 + 64);
        STANDARD.encode_string(&sealed, &mut text);
        text.push(';');
        STANDARD.encode_string(nonce, &mut text);
        codec::escape_onto(value, &self.signer.sign(text));
        Ok(())
    }

    fn sealed_len(&self, plaintext_len: usize) -> usize {
        let bytes = plaintext_len.saturating_add(seal::TAG);
        // Two of 64 digits are escaped with three bytes for one, and so are padding and `;`.
        let digits = bytes.saturating_mul(4).div_ceil(3) + seal::NONCE * 4 / 3;
        let padding = (3 - bytes % 3) % 3;
        digits + digits.div_ceil(16) + 3 * padding + 3 + self.signer.expected_len()
    }

    fn removal_value(&self) -> String {
        self.signer.removal_value()
    }
}

#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::key::Key;

    const PLAINTEXT: &[u8] = b"{\"__ts\":1790000000,\"k\":\"v\"}";

    fn key(first: u8) -> Key {
        let hex =
            format!("{first:02x}03d154fe9ace52ab3085fa83eba3a0245efeb1709664ee7da35b1a026d2769");
        Key::from_hex(&hex).unwrap()
    }

    fn format(keyring: impl Into<Keyring>) -> Fastify {
        Fastify::new(&keyring.into(), FastifyPolicy::STRICT, Signing::Off).unwrap()
    }

    fn value(format: &Fastify) -> String {
        format.seal(PLAINTEXT, 0, &Random::default()).unwrap()
    }

    fn refusal(format: &Fastify, value: &str) -> Option<Reason> {
        format.open(value.as_bytes()).err()
    }

    #[test]
    fn the_known_answer_of_node() {
        let nonce = "9ef37517a68f66a7c11de686f3f94f0cb526fb71ab1473d7";
        let nonce = base16ct::lower::decode_vec(nonce).unwrap();
        let expected = "ThsiRWSFXp9otXTA91hyoGcLsAHA1le%2Bunqcsr1eK0MmFQZmL0lKGT%2B0vA%3D%3D%3B\
                        nvN1F6aPZqfBHeaG8%2FlPDLUm%2B3GrFHPX";
        let format = format(key(0x0f));
        assert_eq!(
            format.seal(PLAINTEXT, 0, &Random::scripted(nonce)).unwrap(),
            expected
        );
        assert_eq!(
            format.open(expected.as_bytes()).ok().unwrap().plaintext(),
            PLAINTEXT
        );
    }

    #[test]
    fn d04_every_flipped_bit_of_ciphertext_and_nonce_is_refused() {
        let format = format(key(1));
        let nonce = [5; seal::NONCE];
        let mut bytes = nonce.to_vec();
        seal::seal_into(key(1).expose_bytes(), &nonce, PLAINTEXT, &mut bytes);
        let write = |bytes: &[u8]| {
            let (nonce, sealed) = bytes.split_at(seal::NONCE);
            format!("{}%3B{}", STANDARD.encode(sealed), STANDARD.encode(nonce))
        };
        assert_eq!(refusal(&format, &write(&bytes)), None);
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                refusal(&format, &write(&bytes)),
                Some(Reason::Tampered),
                "bit {bit}"
            );
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }

    #[test]
    fn d04_every_truncation_is_refused() {
        let format = format(key(1));
        let good = value(&format);
        for len in 0..good.len() {
            assert!(refusal(&format, &good[..len]).is_some(), "cut to {len}");
        }
    }

    #[test]
    fn what_is_no_pair_of_ciphertext_and_nonce_is_malformed() {
        let good_nonce = STANDARD.encode([0; 24]);
        let long = STANDARD.encode([0; 48]);
        for bad in [
            String::new(),
            "%3B".to_owned(),
            long.clone(),
            format!("{}%3B{good_nonce}", STANDARD.encode([0; 15])),
            format!("{long}%3B{}", STANDARD.encode([0; 23])),
            format!("{long}%3B{}", STANDARD.encode([0; 25])),
        ] {
            assert_eq!(
                refusal(&format(key(1)), &bad),
                Some(Reason::Malformed),
                "{bad}"
            );
        }
    }

    #[test]
    fn d09_nonces_differ_and_without_randomness_nothing_is_sealed() {
        let format = format(key(1));
        let nonces: HashSet<_> = (0..1000)
            .map(|_| value(&format).split_once("%3B").unwrap().1.to_owned())
            .collect();
        assert_eq!(nonces.len(), 1000);
        assert_eq!(
            format.seal(b"", 0, &Random::failing()),
            Err(SealError::NoRandomness)
        );
    }

    #[test]
    fn d31_a_value_over_the_cap_is_refused_before_it_is_decoded() {
        let format = format(key(1));
        let padded = |len: usize| {
            let good = value(&format);
            // Node skips what is no digit, so that padding does not spoil the value.
            format!("{}{good}", "!".repeat(len - good.len()))
        };
        assert_eq!(refusal(&format, &padded(MAX_VALUE)), None);
        assert_eq!(
            refusal(&format, &padded(MAX_VALUE + 1)),
            Some(Reason::Oversized)
        );
    }

    #[test]
    fn d33_a_bad_keyring_makes_no_format() {
        let keyring = Keyring::new(key(1)).also_open(Key::from_bytes([0; 32]));
        assert!(Fastify::new(&keyring, FastifyPolicy::AS_NODE, Signing::Off).is_err());
    }

    #[test]
    fn keys_are_tried_in_order_and_an_older_one_is_stale() {
        let rotated = format(Keyring::new(key(3)).also_open(key(2)).also_open(key(1)));
        for (sealer, stale) in [(3, false), (2, true), (1, true)] {
            let opened = rotated
                .open(value(&format(key(sealer))).as_bytes())
                .ok()
                .unwrap();
            assert_eq!((opened.plaintext(), opened.stale_key), (PLAINTEXT, stale));
        }
        assert_eq!(
            refusal(&rotated, &value(&format(key(4)))),
            Some(Reason::Tampered)
        );
    }

    #[test]
    fn the_length_foretold_is_the_average() {
        let format = format(key(1));
        for len in [0, 1, 2, 100, 1500] {
            let plaintext = vec![b'x'; len];
            let total: usize = (0..400)
                .map(|_| {
                    format
                        .seal(&plaintext, 0, &Random::default())
                        .unwrap()
                        .len()
                })
                .sum();
            let foretold = format.sealed_len(len) * 400;
            assert!(
                foretold.abs_diff(total) < foretold / 50,
                "{len}: {foretold}, not {total}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn what_is_sealed_opens(plaintext in proptest::collection::vec(any::<u8>(), 0..300)) {
            let format = format(key(1));
            let value = format.seal(&plaintext, 0, &Random::default()).unwrap();
            let opened = format.open(value.as_bytes()).ok().unwrap();
            prop_assert_eq!(opened.plaintext(), plaintext);
        }

        #[test]
        fn any_bytes_are_refused_without_a_panic(
            text in proptest::collection::vec(any::<u8>(), 0..200),
            sealed in proptest::collection::vec(any::<u8>(), 0..100),
            nonce in any::<[u8; 24]>(),
        ) {
            let format = format(Keyring::new(key(1)).also_open(key(2)));
            prop_assert!(format.open(&text).is_err());
            let pair = format!("{}%3B{}", STANDARD.encode(sealed), STANDARD.encode(nonce));
            prop_assert!(refusal(&format, &pair).is_some());
        }
    }
}
