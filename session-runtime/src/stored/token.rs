//! What the cookie of a stored session holds.
//!
//! ```text
//! base64url_nopad( locator (16) ‖ secret (32) )
//! ```
//!
//! The locator finds the record and stays with it. The secret proves that the cookie is the
//! session's, and rotation replaces it. The store has a hash of each: nobody can sign in with what
//! a store holds, and what is compared in a store's index, in no constant time, is no secret.

use std::sync::Arc;

use base64::Engine;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{encoding::URL_SAFE_NO_PAD, error::SealError, random::Random};

const LOCATOR: usize = 16;
const SECRET: usize = 32;

/// Characters of a token.
pub(crate) const TOKEN_LENGTH: usize = (LOCATOR + SECRET) * 4 / 3;

/// The locator and the secret of a cookie, in one place however many have it.
#[derive(Clone)]
pub(crate) struct Token(Arc<Bytes>);

type Bytes = Zeroizing<[u8; LOCATOR + SECRET]>;

/// SHA-256 of a secret.
#[derive(Clone, Copy)]
pub(crate) struct Verifier(pub(super) [u8; 32]);

impl Token {
    /// A token that no cookie ever had.
    pub(crate) fn draw(random: &Random) -> Result<Self, SealError> {
        Ok(Self::of(Zeroizing::new(random.array()?)))
    }

    /// The same locator with a secret that no cookie ever had.
    pub(crate) fn with_new_secret(&self, random: &Random) -> Result<Self, SealError> {
        let mut bytes = (*self.0).clone();
        random.fill(bytes.split_at_mut(LOCATOR).1)?;
        Ok(Self::of(bytes))
    }

    /// A token of this shape, issued by us or not.
    pub(crate) fn parse(value: &[u8]) -> Option<Self> {
        let mut bytes = Bytes::new([0; LOCATOR + SECRET]);
        if value.len() != TOKEN_LENGTH {
            return None;
        }
        let length = URL_SAFE_NO_PAD.decode_slice(value, &mut *bytes).ok()?;
        (length == bytes.len()).then(|| Self::of(bytes))
    }

    fn of(bytes: Bytes) -> Self {
        Self(Arc::new(bytes))
    }

    /// The cookie's value.
    pub(crate) fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(**self.0)
    }

    pub(crate) fn locator(&self) -> &[u8] {
        self.0.split_at(LOCATOR).0
    }

    pub(crate) fn verifier(&self) -> Verifier {
        Verifier(Sha256::digest(self.0.split_at(LOCATOR).1).into())
    }
}

/// In constant time: how much of a guess was right must not be told.
impl PartialEq for Verifier {
    fn eq(&self, other: &Self) -> bool {
        let (own, others) = (self.0.as_chunks().0, other.0.as_chunks().0);
        let differences = own.iter().zip(others).fold(0, |differences, (own, other)| {
            differences | (u64::from_ne_bytes(*own) ^ u64::from_ne_bytes(*other))
        });
        differences.ct_eq(&0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d01_a_secret_has_256_bits_of_the_random_source() {
        let token = Token::draw(&Random::scripted(0..48)).unwrap();
        assert_eq!(token.0.to_vec(), (0..48).collect::<Vec<u8>>());
        assert!(Token::draw(&Random::scripted(0..47)).is_err());
        let rotated = token.with_new_secret(&Random::scripted(100..132)).unwrap();
        assert_eq!(rotated.locator(), token.locator());
        assert_eq!(rotated.0[16..].to_vec(), (100..132).collect::<Vec<u8>>());
    }

    #[test]
    fn only_the_exact_shape_is_a_token() {
        let token = Token::draw(&Random::default()).unwrap();
        let value = token.encode();
        assert_eq!(value.len(), TOKEN_LENGTH);
        assert!(Token::parse(value.as_bytes()).unwrap().verifier() == token.verifier());
        for wrong in [
            String::new(),
            value[1..].to_owned(),
            format!("{value}A"),
            format!("{}=", &value[1..]),
            format!("{}+", &value[1..]),
            format!("\"{}\"", &value[2..]),
            "é".repeat(32),
        ] {
            assert!(Token::parse(wrong.as_bytes()).is_none(), "{wrong}");
        }
    }

    #[test]
    fn another_secret_has_another_verifier() {
        let token = Token::draw(&Random::default()).unwrap();
        let other = token.with_new_secret(&Random::default()).unwrap();
        assert!(token.verifier() != other.verifier());
    }
}
