//! The cookies of @hattip/session, both ways: signed, encrypted, or neither.
//!
//! ```text
//! signed    = base64url(HMAC-SHA256(key, date "." json)) "." date "." json
//! encrypted = base64url(iv (16)) "." base64url(AES-GCM(key, iv, date "." json))
//! date      = base64url(the end in Unix milliseconds, its bytes from the lowest, without zeros)
//! cookie    = name "=" encodeURIComponent(signed or encrypted)
//! ```
//!
//! Nothing in it says which key made it or for which session: keys are tried in order, and a cookie
//! of one session opens for every other on the same keys.

mod date;
mod encrypted;
mod keys;
mod signed;
mod unsigned;

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::general_purpose::{GeneralPurpose, NO_PAD},
};

pub use self::keys::{EncryptionKeys, SigningKeys};
pub(crate) use self::unsigned::Unsigned;
use super::{CookieFormat, Opened, fastify::codec};
use crate::{declaration::Format, error::SealError, random::Random, reason::Reason};

/// Node's own limit on all request headers together: it never sees a longer value.
const MAX_VALUE: usize = 16_384;

/// Keys of one of the two formats.
#[derive(Clone)]
pub(crate) enum HattipKeys {
    Signing(SigningKeys),
    Encryption(EncryptionKeys),
}

impl HattipKeys {
    pub(crate) const fn format(&self) -> Format {
        match self {
            Self::Signing(_) => Format::HattipSigned,
            Self::Encryption(_) => Format::HattipEncrypted,
        }
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Signing(keys) => keys.secrets().count(),
            Self::Encryption(keys) => keys.secrets().count(),
        }
    }

    /// Whether a key opens for both. `false` for keys of different kinds.
    pub(crate) fn shares_key(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Signing(one), Self::Signing(other)) => one.shares_key(other),
            (Self::Encryption(one), Self::Encryption(other)) => one.shares_key(other),
            _ => false,
        }
    }
}

/// What a cookie's text holds, and the place of the key that vouches for it.
struct Authentic {
    key: usize,
    /// `date "." json`
    text: Vec<u8>,
}

impl CookieFormat for HattipKeys {
    fn open(&self, value: &[u8]) -> Result<Opened, Reason> {
        if value.len() > MAX_VALUE {
            return Err(Reason::Oversized);
        }
        let text = codec::cookie_text(value);
        let Authentic { key, text } = match self {
            Self::Signing(keys) => signed::open(keys, &text)?,
            Self::Encryption(keys) => encrypted::open(keys, &text)?,
        };
        let dot = text.iter().position(|byte| *byte == b'.');
        let (date, _) = dot
            .and_then(|dot| text.split_at_checked(dot))
            .ok_or(Reason::Malformed)?;
        let expires = date::read(date).ok_or(Reason::Malformed)?;
        Ok(Opened {
            start: date.len() + 1,
            bytes: text,
            key,
            stale_key: key > 0,
            expires: Some(expires),
        })
    }

    fn seal_onto(
        &self,
        value: &mut Vec<u8>,
        plaintext: &[u8],
        expires: u64,
        random: &Random,
    ) -> Result<(), SealError> {
        // What is not UTF-8 is no JSON of ours.
        let json = str::from_utf8(plaintext).map_err(|_| SealError::Unserializable)?;
        let text = format!("{}.{json}", date::write(expires));
        let text = match self {
            Self::Signing(keys) => signed::seal(keys, &text),
            Self::Encryption(keys) => encrypted::seal(keys, &text, random)?,
        };
        codec::escape_onto(value, &text);
        Ok(())
    }

    fn sealed_len(&self, plaintext_len: usize) -> usize {
        // A date of our time has six bytes.
        let text = plaintext_len.saturating_add("WwBVxKAB.".len());
        match self {
            // Of JSON a fourth is escaped, with three bytes for one.
            Self::Signing(_) => text.saturating_add(plaintext_len / 2) + signed::LENGTH + 1,
            Self::Encryption(_) => encrypted::length(text),
        }
    }

    fn removal_value(&self) -> String {
        String::new()
    }
}

/// Base64 as `atob` takes it once `-` and `_` have been replaced: white space is dropped, correct
/// padding may be there or not, and bits that are left over do not count.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose =
        GeneralPurpose::new(&STANDARD, NO_PAD.with_decode_allow_trailing_bits(true));
    let is_space = |it: char| matches!(it, '\t' | '\n' | '\x0c' | '\r' | ' ');
    let digits = text.chars().filter(|it| !is_space(*it)).map(|it| match it {
        '-' => '+',
        '_' => '/',
        other => other,
    });
    let mut digits: String = digits.collect();
    if digits.len().is_multiple_of(4) {
        let padding = digits.bytes().rev().take(2).take_while(|it| *it == b'=');
        digits.truncate(digits.len() - padding.count());
    }
    LENIENT.decode(digits).ok()
}

#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const END: u64 = 1_790_000_300_123;
    const JSON: &[u8] = b"{\"user\":\"alice\",\"n\":42}";

    fn both() -> [HattipKeys; 2] {
        [
            HattipKeys::Signing(SigningKeys::from_secrets(["topsecret"]).unwrap()),
            HattipKeys::Encryption(EncryptionKeys::generate().unwrap()),
        ]
    }

    #[test]
    fn the_known_answer_of_node() {
        let [signed, _] = both();
        let value = signed.seal(JSON, END, &Random::default()).unwrap();
        let known =
            "-MRa68itjYXx32Gkls-5zGZavwMzKnvNHMGblhePVnY.WwBVxKAB.{\"user\":\"alice\",\"n\":42}";
        assert_eq!(codec::cookie_text(value.as_bytes()), known);
    }

    #[test]
    fn d04_every_change_of_a_character_is_refused() {
        for keys in both() {
            let value = keys.seal(JSON, END, &Random::default()).unwrap();
            let text = codec::cookie_text(value.as_bytes()).into_owned();
            for place in 0..text.len() {
                let mut bytes = text.clone().into_bytes();
                bytes[place] = if bytes[place] == b'A' { b'Q' } else { b'A' };
                let changed = String::from_utf8(bytes).unwrap();
                let changed = codec::encode_uri_component(&changed);
                assert!(keys.open(changed.as_bytes()).is_err(), "{place}");
            }
        }
    }

    #[test]
    fn d04_every_truncation_is_refused() {
        for keys in both() {
            let value = keys.seal(JSON, END, &Random::default()).unwrap();
            for length in 0..value.len() {
                assert!(keys.open(&value.as_bytes()[..length]).is_err(), "{length}");
            }
        }
    }

    #[test]
    fn d09_ivs_differ_and_without_randomness_nothing_is_encrypted() {
        let [_, keys] = both();
        let value = || keys.seal(JSON, END, &Random::default()).unwrap();
        let iv = |value: String| value.split_once('.').unwrap().0.to_owned();
        let ivs: std::collections::HashSet<_> = (0..1000).map(|_| iv(value())).collect();
        assert_eq!(ivs.len(), 1000);
        let sealed = keys.seal(JSON, END, &Random::failing());
        assert_eq!(sealed, Err(SealError::NoRandomness));
    }

    #[test]
    fn d31_a_value_over_the_cap_is_refused_before_it_is_decoded() {
        for keys in both() {
            let long = "A".repeat(MAX_VALUE + 1);
            assert_eq!(keys.open(long.as_bytes()).err(), Some(Reason::Oversized));
        }
    }

    #[test]
    fn the_length_of_an_encrypted_cookie_is_known_before() {
        let [_, keys] = both();
        for length in 0..200 {
            let json = vec![b'7'; length];
            let value = keys.seal(&json, END, &Random::default()).unwrap();
            assert_eq!(value.len(), keys.sealed_len(length));
        }
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(json in ".*", expires in 0..=8_640_000_000_000_000_u64) {
            for keys in both() {
                let value = keys.seal(json.as_bytes(), expires, &Random::default()).unwrap();
                if value.len() <= MAX_VALUE {
                    let opened = keys.open(value.as_bytes()).ok().unwrap();
                    prop_assert_eq!(opened.plaintext(), json.as_bytes());
                    prop_assert_eq!(opened.expires, Some(expires));
                    prop_assert!(!opened.stale_key);
                }
            }
        }

        #[test]
        fn d31_no_bytes_make_it_panic(value: Vec<u8>) {
            for keys in both() {
                let _ = keys.open(&value);
            }
        }
    }
}
