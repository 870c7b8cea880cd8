//! The engine of the feature `simd-cipher`: the crate `dryoc`, whose Salsa20 and Poly1305 use the
//! vector instructions that they find at run time.

use dryoc::classic::crypto_secretbox::{crypto_secretbox_detached, crypto_secretbox_open_detached};

use super::{KEY, NONCE, TAG};

pub(super) fn seal(
    key: &[u8; KEY],
    nonce: &[u8; NONCE],
    plaintext: &[u8],
    ciphertext: &mut [u8],
) -> [u8; TAG] {
    let mut tag = [0; TAG];
    #[expect(
        clippy::expect_used,
        reason = "fails for texts of 256 GB, and if the lengths differ, which they do not"
    )]
    crypto_secretbox_detached(ciphertext, &mut tag, plaintext, nonce, key)
        .expect("both texts have one length");
    tag
}

pub(super) fn open(
    key: &[u8; KEY],
    nonce: &[u8; NONCE],
    (tag, text): (&mut [u8; TAG], &mut [u8]),
) -> Option<()> {
    // What it offers in place moves the text over the tag, and nothing here has room for that.
    let ciphertext = text.to_vec();
    crypto_secretbox_open_detached(text, &ciphertext, tag, nonce, key).ok()
}
