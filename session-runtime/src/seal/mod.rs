//! The only place that touches the cipher: XSalsa20-Poly1305, `crypto_secretbox` of `NaCl` and
//! libsodium.
//!
//! ```text
//! sealed = tag (16) ‖ ciphertext (as long as the plaintext)
//! ```
//!
//! The nonce has 24 bytes, enough to draw each one at random for as long as a key lives.
//!
//! One file an engine. All give the same bytes: tests hold each against `reference`, and a
//! build with debug assertions does so with every text that is sealed.

#[cfg(target_arch = "x86_64")]
mod lanes;
mod poly1305;
mod portable;
mod reference;
#[cfg(feature = "simd-cipher")]
mod simd;
#[cfg(any(test, not(target_arch = "x86_64")))]
mod stream;

#[cfg(not(feature = "simd-cipher"))]
use portable as engine;
#[cfg(feature = "simd-cipher")]
use simd as engine;

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
    let from = out.len();
    out.resize(from + TAG + plaintext.len(), 0);
    let (tag, ciphertext) = out.split_at_mut(from).1.split_at_mut(TAG);
    tag.copy_from_slice(&engine::seal(key, nonce, plaintext, ciphertext));
    debug_assert!(
        is_as_reference(key, nonce, plaintext, tag, ciphertext),
        "an engine differs from the reference"
    );
}

/// Puts the plaintext of `sealed` where its ciphertext stands, behind the tag. `None`: it was not
/// sealed with this key and nonce, and is left as it is.
///
/// The tag is compared in constant time and before anything is deciphered.
pub(crate) fn open_in_place(key: &[u8; KEY], nonce: &[u8; NONCE], sealed: &mut [u8]) -> Option<()> {
    engine::open(key, nonce, sealed)
}

/// Whether the reference would have sealed it so, and opens it.
fn is_as_reference(
    key: &[u8; KEY],
    nonce: &[u8; NONCE],
    plaintext: &[u8],
    tag: &[u8],
    ciphertext: &[u8],
) -> bool {
    let mut sealed = vec![0; TAG + plaintext.len()];
    let (front, behind) = sealed.split_at_mut(TAG);
    front.copy_from_slice(&reference::seal(key, nonce, plaintext, behind));
    let is_same = front == tag && behind == ciphertext;
    is_same
        && reference::open(key, nonce, &mut sealed).is_some()
        && sealed.get(TAG..) == Some(plaintext)
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

    fn open(key: &[u8; KEY], nonce: &[u8; NONCE], sealed: &[u8]) -> Option<Vec<u8>> {
        let mut opened = sealed.to_vec();
        let is_own = open_in_place(key, nonce, &mut opened).is_some();
        // Another key may be tried on what one could not open.
        assert!(is_own || opened == sealed);
        is_own.then(|| opened[TAG..].to_vec())
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

    /// Each engine, as it seals and as it opens.
    macro_rules! differential {
        ($($engine:ident)*) => {
            $(
                mod $engine {
                    use proptest::prelude::*;

                    use super::super::{KEY, NONCE, TAG, $engine as engine, reference};

                    /// Around every length of a block of either part, and of several at once.
                    #[test]
                    fn every_length_is_sealed_and_opened_as_by_the_reference() {
                        let (key, nonce) = ([0x91; KEY], [0x3c; NONCE]);
                        let plaintext: Vec<u8> = (0..=u8::MAX).cycle().take(5000).collect();
                        for length in (0..1200).chain(4000..4200) {
                            agree(&key, &nonce, &plaintext[..length]);
                        }
                    }

                    proptest! {
                        #![proptest_config(ProptestConfig::with_cases(1000))]

                        #[test]
                        fn any_text_is_sealed_and_opened_as_by_the_reference(
                            key: [u8; KEY],
                            nonce in proptest::array::uniform24(any::<u8>()),
                            plaintext in proptest::collection::vec(any::<u8>(), 0..4200),
                        ) {
                            agree(&key, &nonce, &plaintext);
                        }
                    }

                    fn agree(key: &[u8; KEY], nonce: &[u8; NONCE], plaintext: &[u8]) {
                        let [mut ours, mut theirs] = [(); 2].map(|()| vec![0; plaintext.len()]);
                        let tag: [u8; TAG] = engine::seal(key, nonce, plaintext, &mut ours);
                        assert_eq!(tag, reference::seal(key, nonce, plaintext, &mut theirs));
                        assert_eq!(ours, theirs);
                        let open = |tag: &[u8; TAG], text: &[u8]| {
                            let mut sealed = [&tag[..], text].concat();
                            let is_own = engine::open(key, nonce, &mut sealed).is_some();
                            is_own.then(|| sealed[TAG..].to_vec())
                        };
                        assert_eq!(open(&tag, &ours).as_deref(), Some(plaintext));
                        let mut other = tag;
                        other[plaintext.len() % TAG] ^= 1;
                        assert!(open(&other, &ours).is_none());
                        if let Some(last) = ours.last_mut() {
                            *last ^= 0x80;
                            assert!(open(&tag, &ours).is_none());
                        }
                    }
                }
            )*
        };
    }

    differential! { portable }
    #[cfg(feature = "simd-cipher")]
    differential! { simd }

    #[cfg(target_arch = "x86_64")]
    mod of_lanes {
        use proptest::prelude::*;
        use salsa20::{
            XSalsa20,
            cipher::{KeyIvInit, StreamCipher, StreamCipherSeek},
        };

        use super::super::{
            KEY, NONCE,
            lanes::{self, Batch},
            stream,
        };

        proptest! {
            #[test]
            fn the_stream_is_that_of_the_crate(
                key: [u8; KEY],
                nonce in proptest::array::uniform24(any::<u8>()),
                mut text in proptest::collection::vec(any::<u8>(), 0..3000),
            ) {
                let mut own = lanes::Stream::new(&key, &nonce, text.len());
                let mut other = stream::Stream::new(&key, &nonce, text.len());
                prop_assert_eq!(own.tag_key(), other.tag_key());
                let mut expected = text.clone();
                own.apply(&mut text);
                other.apply(&mut expected);
                prop_assert_eq!(text, expected);
            }
        }

        /// Beyond what any cookie reaches: the counter's second word.
        #[test]
        fn the_counter_carries() {
            let (key, nonce) = ([3; KEY], [5; NONCE]);
            let own = lanes::Stream::new(&key, &nonce, 0);
            let mut other = XSalsa20::new((&key).into(), (&nonce).into());
            let carried = u64::from(u32::MAX);
            for (block, blocks) in [1, carried - 3, carried - 1, carried + 1]
                .into_iter()
                .flat_map(|block| [(block, 4), (block, 5)])
            {
                let mut expected = vec![0; blocks * 64];
                other.seek(block * 64);
                other.apply_keystream(&mut expected);
                let mut batch = Batch::empty();
                batch.fill(&own.state, block, expected.len());
                assert_eq!(usize::from(batch.blocks), blocks);
                let own = batch.stream.map(u128::to_le_bytes);
                let own = own.as_flattened().split_at(expected.len()).0;
                assert_eq!(own, expected, "{blocks} blocks from {block}");
            }
        }
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
