//! The key stream of `XSalsa20`, four blocks at once: each word of the state is a vector, with the same
//! word of the next three blocks beside it.
//!
//! Salsa20 adds, rotates and xors 32-bit words, and nothing else (D. J. Bernstein, "The Salsa20 family
//! of stream ciphers"): nothing here depends on a secret in its time. The crate `salsa20` makes one block
//! after the other, which leaves the vector units idle. Every processor of this architecture has those
//! that are used here, so none is looked for at run time.

use safe_arch::{
    add_i32_m128i, bitxor_m128i, m128i, set_splat_i32_m128i, shl_imm_u32_m128i, shr_imm_u32_m128i,
    unpack_high_i32_m128i, unpack_high_i64_m128i, unpack_low_i32_m128i, unpack_low_i64_m128i,
};
use salsa20::{cipher::consts::U10, hsalsa};
use zeroize::{Zeroize, Zeroizing};

use super::{KEY, NONCE};

const BLOCKS: u64 = 4;
/// Bytes of so many blocks.
pub(super) const BATCH: usize = 256;
/// "expand 32-byte k"
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// The stream for one text.
pub(super) struct Stream {
    /// The state of the first block.
    pub(super) state: Zeroizing<[u32; 16]>,
    first: [u128; BATCH / 16],
}

impl Stream {
    #[inline]
    pub(super) fn new(key: &[u8; KEY], nonce: &[u8; NONCE]) -> Self {
        let (long, short) = nonce.split_at(NONCE - 8);
        let mut subkey = hsalsa::<U10>(key.into(), long.into());
        let [c0, c1, c2, c3] = CONSTANTS;
        let [k0, k1, k2, k3, k4, k5, k6, k7] = words(&subkey);
        let [n0, n1] = words(short);
        subkey.zeroize();
        let state = Zeroizing::new([c0, k0, k1, k2, k3, c1, n0, n1, 0, 0, c2, k4, k5, k6, k7, c3]);
        let first = blocks(&state, 0);
        Self { state, first }
    }

    /// Its first 32 bytes.
    #[inline]
    pub(super) fn tag_key(&self) -> Zeroizing<[u8; KEY]> {
        let mut key = Zeroizing::new([0; KEY]);
        let (halves, _) = key.as_chunks_mut();
        for (half, part) in halves.iter_mut().zip(self.first) {
            *half = part.to_le_bytes();
        }
        key
    }

    /// Enciphers a plaintext with what stands behind the key of the tag, or the way back.
    #[inline]
    pub(super) fn apply(&mut self, text: &mut [u8]) {
        let [_, _, behind @ ..] = &self.first;
        let (front, rest) = text.split_at_mut(text.len().min(BATCH - KEY));
        xor(front, behind);
        for (batch, counter) in rest.chunks_mut(BATCH).zip((BLOCKS..).step_by(4)) {
            xor(batch, &blocks(&self.state, counter));
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let [front, back, ..] = &mut self.first;
        front.zeroize();
        back.zeroize();
    }
}

fn words<const N: usize>(bytes: &[u8]) -> [u32; N] {
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    words
}

fn xor(text: &mut [u8], stream: &[u128]) {
    let (whole, rest) = text.as_chunks_mut();
    let mut stream = stream.iter();
    for (chunk, key) in whole.iter_mut().zip(stream.by_ref()) {
        *chunk = (u128::from_le_bytes(*chunk) ^ key).to_le_bytes();
    }
    let last = stream.next().map(|key| key.to_le_bytes());
    for (byte, key) in rest.iter_mut().zip(last.iter().flatten()) {
        *byte ^= key;
    }
}

/// Four blocks from `counter` on.
pub(super) fn blocks(state: &[u32; 16], counter: u64) -> [u128; BATCH / 16] {
    let mut start = state.map(|word| set_splat_i32_m128i(word.cast_signed()));
    let counters = [0, 1, 2, 3].map(|block| counter.wrapping_add(block));
    let [.., low, high, _, _, _, _, _, _] = &mut start;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the counter is in two words"
    )]
    {
        *low = m128i::from(counters.map(|counter| counter as u32));
        *high = m128i::from(counters.map(|counter| (counter >> 32) as u32));
    }
    let mut x = start;
    for _ in 0..10 {
        double_round(&mut x);
    }
    for (word, start) in x.iter_mut().zip(start) {
        *word = add_i32_m128i(*word, start);
    }
    let mut stream = [0; BATCH / 16];
    for (row, words) in x.as_chunks().0.iter().enumerate() {
        for (block, words) in transposed(*words).into_iter().enumerate() {
            if let Some(place) = stream.get_mut(block * 4 + row) {
                *place = u128::from(words);
            }
        }
    }
    stream
}

/// Four words of four blocks each become four blocks of four words each.
fn transposed([a, b, c, d]: [m128i; 4]) -> [m128i; 4] {
    let (ab_low, ab_high) = (unpack_low_i32_m128i(a, b), unpack_high_i32_m128i(a, b));
    let (cd_low, cd_high) = (unpack_low_i32_m128i(c, d), unpack_high_i32_m128i(c, d));
    [
        unpack_low_i64_m128i(ab_low, cd_low),
        unpack_high_i64_m128i(ab_low, cd_low),
        unpack_low_i64_m128i(ab_high, cd_high),
        unpack_high_i64_m128i(ab_high, cd_high),
    ]
}

/// The columns, then the rows (section 4.1 of the paper).
#[inline]
fn double_round(x: &mut [m128i; 16]) {
    let [
        x0,
        x1,
        x2,
        x3,
        x4,
        x5,
        x6,
        x7,
        x8,
        x9,
        x10,
        x11,
        x12,
        x13,
        x14,
        x15,
    ] = x;
    quarter(x0, x4, x8, x12);
    quarter(x5, x9, x13, x1);
    quarter(x10, x14, x2, x6);
    quarter(x15, x3, x7, x11);
    quarter(x0, x1, x2, x3);
    quarter(x5, x6, x7, x4);
    quarter(x10, x11, x8, x9);
    quarter(x15, x12, x13, x14);
}

#[inline]
fn quarter(a: &mut m128i, b: &mut m128i, c: &mut m128i, d: &mut m128i) {
    *b = bitxor_m128i(*b, rotated::<7, 25>(add_i32_m128i(*a, *d)));
    *c = bitxor_m128i(*c, rotated::<9, 23>(add_i32_m128i(*b, *a)));
    *d = bitxor_m128i(*d, rotated::<13, 19>(add_i32_m128i(*c, *b)));
    *a = bitxor_m128i(*a, rotated::<18, 14>(add_i32_m128i(*d, *c)));
}

/// To the left, by a number whose rest to 32 has to be given too.
#[inline]
fn rotated<const LEFT: i32, const RIGHT: i32>(word: m128i) -> m128i {
    const { assert!(LEFT + RIGHT == 32) };
    bitxor_m128i(
        shl_imm_u32_m128i::<LEFT>(word),
        shr_imm_u32_m128i::<RIGHT>(word),
    )
}
