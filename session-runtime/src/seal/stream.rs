//! The key stream of `XSalsa20`, one block after the other, by the crate `salsa20`.

use salsa20::{
    XSalsa20,
    cipher::{KeyIvInit, StreamCipher},
};
use zeroize::Zeroizing;

use super::{KEY, NONCE};

/// The stream for one text.
pub(super) struct Stream {
    /// From behind the key of the tag on.
    rest: XSalsa20,
    tag_key: Zeroizing<[u8; KEY]>,
}

impl Stream {
    pub(super) fn new(key: &[u8; KEY], nonce: &[u8; NONCE], _: usize) -> Self {
        let mut rest = XSalsa20::new(key.into(), nonce.into());
        let mut tag_key = Zeroizing::new([0; KEY]);
        rest.apply_keystream(&mut *tag_key);
        Self { rest, tag_key }
    }

    /// Its first 32 bytes.
    pub(super) fn tag_key(&self) -> Zeroizing<[u8; KEY]> {
        self.tag_key.clone()
    }

    /// Enciphers a plaintext with what stands behind the key of the tag, or the way back.
    pub(super) fn apply(&mut self, text: &mut [u8]) {
        self.rest.apply_keystream(text);
    }
}
