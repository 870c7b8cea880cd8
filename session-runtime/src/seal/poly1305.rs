//! Poly1305, as much of it as a tag needs: the text as a polynomial in `r`, modulo 2¹³⁰ − 5, plus a
//! pad (RFC 8439, 2.5).
//!
//! The sum is kept in three words, of which the third is small, as most implementations for 64 bits
//! do. Every step adds, multiplies and masks: nothing here branches on a secret or looks it up, and
//! the multiplication of 64 bits takes one time whatever its factors on the processors this runs on.

#![expect(
    clippy::inline_always,
    reason = "a call in the middle of a round spills its registers"
)]

use zeroize::Zeroize;

use super::{KEY, TAG};

/// What the format clears in `r`, so that the sums below fit (RFC 8439, 2.5.1).
const CLAMP: [u64; 2] = [0x0fff_fffc_0fff_ffff, 0x0fff_fffc_0fff_fffc];

/// The tag of `text` under a key that is used for it alone.
#[inline]
pub(super) fn tag(key: &[u8; KEY], text: &[u8]) -> [u8; TAG] {
    let (halves, _) = key.as_chunks();
    let [r, pad] = [halves.first(), halves.last()]
        .map(|half: Option<&[u8; 16]>| half.map_or(0, |half| u128::from_le_bytes(*half)));
    let mut sum = Sum::new(r);
    let (blocks, rest) = text.as_chunks();
    for block in blocks {
        sum.absorb(u128::from_le_bytes(*block), 1);
    }
    if !rest.is_empty() {
        let mut last = [0; 16];
        for (place, byte) in last.iter_mut().zip(rest.iter().chain(&[1])) {
            *place = *byte;
        }
        sum.absorb(u128::from_le_bytes(last), 0);
    }
    sum.reduced().wrapping_add(pad).to_le_bytes()
}

/// The polynomial so far: h₀ + 2⁶⁴ h₁ + 2¹²⁸ h₂, below 2¹³¹.
struct Sum {
    h: [u64; 3],
    r: [u64; 2],
    /// r₁ · 5/4: what goes beyond 2¹³⁰ comes in again five times, and r₁ is a multiple of 4.
    s: u64,
}

impl Sum {
    fn new(r: u128) -> Self {
        let [low, high] = words(r);
        let [low, high] = [low & CLAMP[0], high & CLAMP[1]];
        Self {
            h: [0; 3],
            r: [low, high],
            s: high + (high >> 2),
        }
    }

    /// Adds a block, whose bit behind its last byte is in `top` if it is a whole one, and multiplies
    /// by `r`.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the rest of a product is carried on in the next"
    )]
    fn absorb(&mut self, block: u128, top: u64) {
        let ([h0, h1, h2], [r0, r1]) = (self.h, self.r);
        let [low, high] = words(block);
        let (h0, carry) = h0.overflowing_add(low);
        let h1 = u128::from(h1) + u128::from(high) + u128::from(carry);
        let h2 = h2 + top + (h1 >> 64) as u64;
        let h1 = h1 as u64;
        // r₀ and r₁ are below 2⁶⁰, and h₂ below 8: no sum reaches 2¹²⁸.
        let d0 = product(h0, r0) + product(h1, self.s);
        let d1 = product(h0, r1) + product(h1, r0) + u128::from(h2 * self.s) + (d0 >> 64);
        let d2 = h2 * r0 + (d1 >> 64) as u64;
        // What is beyond 2¹³⁰, five times: four times its quarter, which is what the mask leaves, and
        // once more.
        let (h0, carry) = (d0 as u64).overflowing_add((d2 & !3) + (d2 >> 2));
        let (h1, carry) = (d1 as u64).overflowing_add(u64::from(carry));
        self.h = [h0, h1, (d2 & 3) + u64::from(carry)];
    }

    /// The sum modulo 2¹³⁰ − 5, of which the pad leaves 128 bits.
    fn reduced(&self) -> u128 {
        let [h0, h1, h2] = self.h;
        // Not below the modulus if, with 5 more, it reaches 2¹³⁰.
        let (g0, carry) = h0.overflowing_add(5);
        let (g1, carry) = h1.overflowing_add(u64::from(carry));
        let reaches = (h2 + u64::from(carry)) >> 2;
        let mask = (reaches & 1).wrapping_neg();
        let [low, high] = [(h0, g0), (h1, g1)].map(|(h, g)| (h & !mask) | (g & mask));
        u128::from(high) << 64 | u128::from(low)
    }
}

impl Drop for Sum {
    fn drop(&mut self) {
        self.h.zeroize();
        self.r.zeroize();
        self.s.zeroize();
    }
}

#[expect(clippy::cast_possible_truncation, reason = "its halves")]
const fn words(block: u128) -> [u64; 2] {
    [block as u64, (block >> 64) as u64]
}

#[inline(always)]
fn product(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        let bytes = base16ct::lower::decode_vec(text).unwrap();
        bytes.try_into().unwrap()
    }

    /// `r` and the pad of a key whose other half is zero.
    fn keys(half: &str) -> [[u8; KEY]; 2] {
        let half: [u8; 16] = hex(half);
        let (mut as_r, mut as_pad) = ([0; KEY], [0; KEY]);
        as_r[..16].copy_from_slice(&half);
        as_pad[16..].copy_from_slice(&half);
        [as_r, as_pad]
    }

    #[test]
    fn the_example_of_the_rfc() {
        let key = hex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b");
        let tag = tag(&key, b"Cryptographic Forum Research Group");
        assert_eq!(tag, hex("a8061dc1305136c6c22b8baf0c0127a9"));
    }

    /// RFC 8439, A.3, 7 to 11: the ends of the modulus, where a carry that is lost shows.
    #[test]
    fn the_carries_of_the_rfc() {
        let ones = "ffffffffffffffffffffffffffffffff";
        let [r1, r2] = [
            "01000000000000000000000000000000",
            "02000000000000000000000000000000",
        ]
        .map(|r| keys(r)[0]);
        let mut r2_padded = r2;
        r2_padded[16..].copy_from_slice(&hex::<16>(ones));
        let of = |key: &[u8; KEY], blocks: &[&str]| {
            let text: Vec<u8> = blocks.iter().flat_map(|it| hex::<16>(it)).collect();
            base16ct::lower::encode_string(&tag(key, &text))
        };
        let three = "03000000000000000000000000000000";
        assert_eq!(of(&r2, &[ones]), three);
        assert_eq!(of(&r2_padded, &["02000000000000000000000000000000"]), three);
        let high = "f0ffffffffffffffffffffffffffffff";
        let eleven = "11000000000000000000000000000000";
        assert_eq!(
            of(&r1, &[ones, high, eleven]),
            "05000000000000000000000000000000"
        );
        let (fb, fe) = (
            "fbfefefefefefefefefefefefefefefe",
            "01010101010101010101010101010101",
        );
        assert_eq!(of(&r1, &[ones, fb, fe]), "00000000000000000000000000000000");
        let fd = "fdffffffffffffffffffffffffffffff";
        assert_eq!(of(&r2, &[fd]), "faffffffffffffffffffffffffffffff");
    }

    /// Two words that are full, and a carry into the third, which shows three blocks later:
    /// 2¹³¹ − 1 is 9 modulo 2¹³⁰ − 5.
    #[test]
    fn a_carry_goes_through_full_words() {
        let [r1, _] = keys("01000000000000000000000000000000");
        let mut text = [0; 7 * 16];
        text[3 * 16..4 * 16].fill(0xff);
        assert_eq!(tag(&r1, &text), hex("09000000000000000000000000000000"));
    }

    #[test]
    fn the_tag_of_nothing_is_the_pad() {
        let [_, key] = keys("000102030405060708090a0b0c0d0e0f");
        assert_eq!(tag(&key, b""), hex("000102030405060708090a0b0c0d0e0f"));
    }
}
