//! The engine of the feature `simd-cipher`: the crate `dryoc`, whose Salsa20 and Poly1305 use the
//! vector instructions that they find at run time.

use dryoc::classic::crypto_secretbox::{
    crypto_secretbox_detached, crypto_secretbox_open_easy_inplace,
};

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

pub(super) fn open(key: &[u8; KEY], nonce: &[u8; NONCE], sealed: &mut [u8]) -> Option<()> {
    crypto_secretbox_open_easy_inplace(sealed, nonce, key).ok()?;
    // It moves the text to where the tag was.
    sealed.rotate_right(TAG);
    Some(())
}
