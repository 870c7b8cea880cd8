//! The default engine: the Salsa20 of `lanes`, or of the crate `salsa20` where there is none, and the
//! Poly1305 of `poly1305`.
//!
//! What is put together here is `crypto_secretbox` of `NaCl` and nothing else: the first 32 bytes of
//! the key stream are the key of the tag, the rest enciphers, and the tag is that of the ciphertext
//! (D. J. Bernstein, "Cryptography in `NaCl`", section 9).

use subtle::ConstantTimeEq;

#[cfg(target_arch = "x86_64")]
use super::lanes::Stream;
#[cfg(not(target_arch = "x86_64"))]
use super::stream::Stream;
use super::{KEY, NONCE, TAG, poly1305};

pub(super) fn seal(
    key: &[u8; KEY],
    nonce: &[u8; NONCE],
    plaintext: &[u8],
    ciphertext: &mut [u8],
) -> [u8; TAG] {
    let mut stream = Stream::new(key, nonce, plaintext.len());
    ciphertext.copy_from_slice(plaintext);
    stream.apply(ciphertext);
    poly1305::tag(&stream.tag_key(), ciphertext)
}

pub(super) fn open(key: &[u8; KEY], nonce: &[u8; NONCE], sealed: &mut [u8]) -> Option<()> {
    let (tag, text) = sealed.split_first_chunk_mut::<TAG>()?;
    let mut stream = Stream::new(key, nonce, text.len());
    if !is_same(&poly1305::tag(&stream.tag_key(), text), tag) {
        return None;
    }
    stream.apply(text);
    Some(())
}

/// In constant time, by words: byte by byte it takes as long as the tag of a hundred bytes.
fn is_same(own: &[u8; TAG], other: &[u8; TAG]) -> bool {
    let [own, other] = [own, other].map(|tag| u128::from_le_bytes(*tag));
    let differences = own ^ other;
    #[expect(clippy::cast_possible_truncation, reason = "its halves")]
    let differences = differences as u64 | (differences >> 64) as u64;
    differences.ct_eq(&0).into()
}
