//! The default engine: Salsa20 of `lanes`, or of the crate `salsa20` where there is none, and the
//! Poly1305 of `libcrux-poly1305`, which is generated from the HACL* sources and proven correct,
//! memory-safe and free of branches on secrets there.
//!
//! What is put together here is `crypto_secretbox` of `NaCl` and nothing else: the first 32 bytes of
//! the key stream are the key of the tag, the rest enciphers, and the tag is that of the ciphertext
//! (D. J. Bernstein, "Cryptography in `NaCl`", section 9).

use subtle::ConstantTimeEq;

#[cfg(target_arch = "x86_64")]
use super::lanes::Stream;
#[cfg(not(target_arch = "x86_64"))]
use super::stream::Stream;
use super::{KEY, NONCE, TAG};

pub(super) fn seal(
    key: &[u8; KEY],
    nonce: &[u8; NONCE],
    plaintext: &[u8],
    ciphertext: &mut [u8],
) -> [u8; TAG] {
    let mut stream = Stream::new(key, nonce);
    ciphertext.copy_from_slice(plaintext);
    stream.apply(ciphertext);
    tag_of(&stream.tag_key(), ciphertext)
}

pub(super) fn open(key: &[u8; KEY], nonce: &[u8; NONCE], sealed: &mut [u8]) -> Option<()> {
    let (tag, text) = sealed.split_first_chunk_mut::<TAG>()?;
    let mut stream = Stream::new(key, nonce);
    let is_own: bool = tag_of(&stream.tag_key(), text).ct_eq(tag).into();
    if !is_own {
        return None;
    }
    stream.apply(text);
    Some(())
}

#[expect(
    clippy::expect_used,
    reason = "fails for texts of 4 GB and more, which no cookie has room for"
)]
fn tag_of(tag_key: &[u8; KEY], text: &[u8]) -> [u8; TAG] {
    let mut tag = [0; TAG];
    libcrux_poly1305::mac(tag_key, text, &mut tag)
        .ok()
        .expect("the text is shorter than 4 GB");
    tag
}
