//! The key stream of `XSalsa20`, one block after the other, by the crate `salsa20`.

use salsa20::{
    XSalsa20,
    cipher::{KeyIvInit, StreamCipher},
};
use zeroize::Zeroizing;

use super::{KEY, NONCE};

/// What stands behind the key of the tag.
pub(super) struct Stream(XSalsa20);

impl Stream {
    /// The stream, and its first 32 bytes: the key of the tag.
    pub(super) fn start(key: &[u8; KEY], nonce: &[u8; NONCE]) -> (Self, Zeroizing<[u8; KEY]>) {
        let mut stream = XSalsa20::new(key.into(), nonce.into());
        let mut tag_key = Zeroizing::new([0; KEY]);
        stream.apply_keystream(&mut *tag_key);
        (Self(stream), tag_key)
    }

    /// Enciphers a plaintext, or the way back.
    pub(super) fn apply(mut self, text: &mut [u8]) {
        self.0.apply_keystream(text);
    }
}
