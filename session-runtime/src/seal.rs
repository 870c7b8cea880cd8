//! The only file that touches the cipher: XSalsa20-Poly1305, `crypto_secretbox` of `NaCl` and
//! libsodium.
//!
//! ```text
//! sealed = tag (16) ‖ ciphertext (as long as the plaintext)
//! ```
//!
//! The nonce has 24 bytes, enough to draw each one at random for as long as a key lives.

use crypto_secretbox::{AeadInPlace, KeyInit, Tag, XSalsa20Poly1305};

/// Bytes of a key.
pub(crate) const KEY: usize = 32;
/// Bytes of a nonce.
pub(crate) const NONCE: usize = 24;
/// Bytes by which a sealed text is longer than its plaintext.
pub(crate) const TAG: usize = 16;

/// Appends the sealed `plaintext` to `out`.
///
/// One nonce seals one plaintext: under the same key it must never come again.
pub(crate) fn seal_into(key: &[u8; KEY], nonce: &[u8; NONCE], plaintext: &[u8], out: &mut Vec<u8>) {
    // The ciphertext is made in place, and its tag, known only then, belongs in front of it.
    let from = out.len();
    out.reserve(TAG + plaintext.len());
    out.extend_from_slice(&[0; TAG]);
    out.extend_from_slice(plaintext);
    let (tag, text) = out.split_at_mut(from).1.split_at_mut(TAG);
    #[expect(
        clippy::expect_used,
        reason = "fails for associated data alone, and there is none"
    )]
    let computed = XSalsa20Poly1305::new(key.into())
        .encrypt_in_place_detached(nonce.into(), b"", text)
        .expect("secretbox has no limit on the length and no associated data is given");
    tag.copy_from_slice(&computed);
}

/// The plaintext of `sealed`, or nothing if it was not sealed with this key and nonce.
///
/// The tag is compared in constant time and before anything is deciphered.
pub(crate) fn open(key: &[u8; KEY], nonce: &[u8; NONCE], sealed: &[u8]) -> Option<Vec<u8>> {
    let (tag, ciphertext) = sealed.split_first_chunk::<TAG>()?;
    let mut text = ciphertext.to_vec();
    XSalsa20Poly1305::new(key.into())
        .decrypt_in_place_detached(nonce.into(), b"", &mut text, &Tag::from(*tag))
        .ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        base16ct::lower::decode_vec(text)
            .unwrap()
            .try_into()
            .unwrap()
    }

    fn sealed(key: &[u8; KEY], nonce: &[u8; NONCE], plaintext: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        seal_into(key, nonce, plaintext, &mut out);
        out
    }

    /// `tests/secretbox.c` of `NaCl`, whose C interface pads both sides with zeros.
    #[test]
    fn the_known_answer_of_nacl() {
        let key = hex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
        let nonce = hex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
        let plaintext: [u8; 131] = hex(concat!(
            "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a",
            "1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057",
            "e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040",
            "e082f937763848645e0705"
        ));
        let expected: [u8; 147] = hex(concat!(
            "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4",
            "476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738",
            "b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de",
            "56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5"
        ));
        assert_eq!(sealed(&key, &nonce, &plaintext), expected);
        assert_eq!(open(&key, &nonce, &expected).unwrap(), plaintext);
    }

    #[test]
    fn what_stands_before_is_left_alone() {
        let (key, nonce) = ([1; KEY], [2; NONCE]);
        let mut out = b"header".to_vec();
        seal_into(&key, &nonce, b"text", &mut out);
        assert_eq!(
            out,
            [b"header".as_slice(), &sealed(&key, &nonce, b"text")].concat()
        );
    }

    #[test]
    fn an_empty_plaintext_is_a_tag() {
        let (key, nonce) = ([1; KEY], [2; NONCE]);
        let only_tag = sealed(&key, &nonce, b"");
        assert_eq!(only_tag.len(), TAG);
        assert_eq!(open(&key, &nonce, &only_tag), Some(Vec::new()));
    }

    #[test]
    fn d04_every_flipped_bit_and_every_truncation_is_refused() {
        let (key, nonce) = ([1; KEY], [2; NONCE]);
        let good = sealed(&key, &nonce, b"{\"user\":7}");
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&key, &nonce, &bad), None, "bit {bit}");
        }
        for len in 0..good.len() {
            assert_eq!(open(&key, &nonce, &good[..len]), None, "cut to {len}");
        }
        assert_eq!(open(&[3; KEY], &nonce, &good), None);
        assert_eq!(open(&key, &[3; NONCE], &good), None);
    }
}
