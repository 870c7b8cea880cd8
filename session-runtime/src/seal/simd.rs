//! The engine of the feature `simd-cipher`: the crate `dryoc`, whose Salsa20 and Poly1305 use the
//! vector instructions that they find at run time. What the default engine makes in one go stays with it:
//! there larger vectors win little by themselves, and what runs after them is slower on some processors.

use dryoc::classic::crypto_secretbox::{
    crypto_secretbox_detached, crypto_secretbox_open_easy_inplace,
};

use super::{KEY, NONCE, TAG, portable};

/// Bytes of a text that the default engine makes in one go.
#[cfg(target_arch = "x86_64")]
const AT_ONCE: usize = super::lanes::BATCH - KEY;
#[cfg(not(target_arch = "x86_64"))]
const AT_ONCE: usize = 0;

pub(super) fn seal(
    key: &[u8; KEY],
    nonce: &[u8; NONCE],
    plaintext: &[u8],
    ciphertext: &mut [u8],
) -> [u8; TAG] {
    if plaintext.len() <= AT_ONCE {
        return portable::seal(key, nonce, plaintext, ciphertext);
    }
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
    if sealed.len() <= TAG + AT_ONCE {
        return portable::open(key, nonce, sealed);
    }
    crypto_secretbox_open_easy_inplace(sealed, nonce, key).ok()?;
    // It moves the text to where the tag was.
    sealed.rotate_right(TAG);
    Some(())
}
