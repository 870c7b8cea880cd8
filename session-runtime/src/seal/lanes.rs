//! The key stream of `XSalsa20`, four blocks at once: each word of the state is a vector, with the same
//! word of the next three blocks beside it. A fifth block, where it is the last, is made between their
//! instructions, in the registers for plain words, which would have nothing to do. A session of
//! some 250 bytes needs five.
//!
//! Salsa20 adds, rotates and xors 32-bit words, and nothing else (D. J. Bernstein, "The Salsa20 family
//! of stream ciphers"): nothing here depends on a secret in its time. The crate `salsa20` makes one block
//! after the other, which leaves the vector units idle. Every processor of this architecture has those
//! that are used here, so none is looked for at run time.

#![expect(
    clippy::inline_always,
    reason = "a call in the middle of a round spills its registers"
)]

use safe_arch::{
    add_i32_m128i, bitxor_m128i, m128i, set_splat_i32_m128i, shl_imm_u32_m128i, shr_imm_u32_m128i,
    unpack_high_i32_m128i, unpack_high_i64_m128i, unpack_low_i32_m128i, unpack_low_i64_m128i,
};
use salsa20::{cipher::consts::U10, hsalsa};
use zeroize::{Zeroize, Zeroizing};

use super::{KEY, NONCE};

/// Bytes of a block.
const BLOCK: usize = 64;
/// Blocks of the vectors.
const LANES: u8 = 4;
/// Bytes that are made at once: the blocks of the vectors, and room for one more.
pub(super) const BATCH: usize = (LANES as usize + 1) * BLOCK;
/// "expand 32-byte k"
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// The stream for one text.
pub(super) struct Stream {
    /// The state of the first block.
    pub(super) state: Zeroizing<[u32; 16]>,
    first: Batch,
}

/// Some of the stream.
pub(super) struct Batch {
    pub(super) stream: [u128; BATCH / 16],
    /// Blocks of it that were made.
    pub(super) blocks: u8,
}

impl Stream {
    /// For a text of so many bytes. Inlined, so that it is made where it stays.
    #[inline(always)]
    pub(super) fn new(key: &[u8; KEY], nonce: &[u8; NONCE], length: usize) -> Self {
        let (long, short) = nonce.split_at(NONCE - 8);
        let mut subkey = hsalsa::<U10>(key.into(), long.into());
        let [c0, c1, c2, c3] = CONSTANTS;
        let [k0, k1, k2, k3, k4, k5, k6, k7] = words(&subkey);
        let [n0, n1] = words(short);
        subkey.zeroize();
        let state = Zeroizing::new([c0, k0, k1, k2, k3, c1, n0, n1, 0, 0, c2, k4, k5, k6, k7, c3]);
        let mut stream = Self {
            state,
            first: Batch::empty(),
        };
        stream.first.fill(&stream.state, 0, KEY + length);
        stream
    }

    /// Its first 32 bytes.
    #[inline]
    pub(super) fn tag_key(&self) -> Zeroizing<[u8; KEY]> {
        let mut key = Zeroizing::new([0; KEY]);
        let (halves, _) = key.as_chunks_mut();
        for (half, part) in halves.iter_mut().zip(self.first.stream) {
            *half = part.to_le_bytes();
        }
        key
    }

    /// Enciphers a plaintext with what stands behind the key of the tag, or the way back.
    #[inline]
    pub(super) fn apply(&mut self, text: &mut [u8]) {
        let [_, _, behind @ ..] = &self.first.stream;
        let (front, mut rest) = text.split_at_mut(text.len().min(self.first.bytes() - KEY));
        xor(front, behind);
        let mut counter = u64::from(self.first.blocks);
        let mut batch = Batch::empty();
        while !rest.is_empty() {
            batch.fill(&self.state, counter, rest.len());
            let (front, behind) = rest.split_at_mut(rest.len().min(batch.bytes()));
            xor(front, &batch.stream);
            counter += u64::from(batch.blocks);
            rest = behind;
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let [front, back, ..] = &mut self.first.stream;
        front.zeroize();
        back.zeroize();
    }
}

impl Batch {
    #[inline]
    pub(super) const fn empty() -> Self {
        Self {
            stream: [0; BATCH / 16],
            blocks: 0,
        }
    }

    /// Some of what `bytes` need, from the block `counter` on.
    #[inline]
    pub(super) fn fill(&mut self, state: &[u32; 16], counter: u64, bytes: usize) {
        if bytes.div_ceil(BLOCK) == usize::from(LANES) + 1 {
            five(&mut self.stream, state, counter);
            self.blocks = LANES + 1;
        } else {
            four(&mut self.stream, state, counter);
            self.blocks = LANES;
        }
    }

    fn bytes(&self) -> usize {
        usize::from(self.blocks) * BLOCK
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

// Apart, so that what they need of registers is theirs alone.
#[inline(never)]
fn four(stream: &mut [u128; BATCH / 16], state: &[u32; 16], counter: u64) {
    blocks::<false>(stream, state, counter);
}

#[inline(never)]
fn five(stream: &mut [u128; BATCH / 16], state: &[u32; 16], counter: u64) {
    blocks::<true>(stream, state, counter);
}

/// Four blocks from `counter` on, or five.
#[inline(always)]
fn blocks<const IS_FIVE: bool>(stream: &mut [u128; BATCH / 16], state: &[u32; 16], counter: u64) {
    let mut start = state.map(|word| set_splat_i32_m128i(word.cast_signed()));
    let counters = [0, 1, 2, 3].map(|block| halves(counter.wrapping_add(block)));
    let [.., low, high, _, _, _, _, _, _] = &mut start;
    *low = m128i::from(counters.map(|[low, _]| low));
    *high = m128i::from(counters.map(|[_, high]| high));
    let mut last_start = *state;
    let [.., low, high, _, _, _, _, _, _] = &mut last_start;
    [*low, *high] = halves(counter.wrapping_add(u64::from(LANES)));

    let (mut x, mut last) = (start, last_start);
    for _ in 0..10 {
        double_round(&mut x);
        if IS_FIVE {
            double_round(&mut last);
        }
    }
    for (word, start) in x.iter_mut().zip(start) {
        *word = word.plus(start);
    }
    for (row, words) in x.as_chunks().0.iter().enumerate() {
        for (block, words) in transposed(*words).into_iter().enumerate() {
            if let Some(place) = stream.get_mut(block * 4 + row) {
                *place = u128::from(words);
            }
        }
    }
    if IS_FIVE {
        for (word, start) in last.iter_mut().zip(last_start) {
            *word = word.plus(start);
        }
        let (_, place) = stream.split_at_mut(usize::from(LANES) * 4);
        for (place, words) in place.iter_mut().zip(last.as_chunks().0) {
            *place = u128::from(m128i::from(*words));
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the counter is in two words"
)]
const fn halves(counter: u64) -> [u32; 2] {
    [counter as u32, (counter >> 32) as u32]
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

/// A word of the state: of one block, or of four.
trait Word: Copy {
    fn plus(self, other: Self) -> Self;

    fn xor(self, other: Self) -> Self;

    /// To the left, by a number whose rest to 32 has to be given too.
    fn rotated<const LEFT: i32, const RIGHT: i32>(self) -> Self;
}

impl Word for u32 {
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self ^ other
    }

    #[inline(always)]
    fn rotated<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        self.rotate_left(LEFT.cast_unsigned())
    }
}

impl Word for m128i {
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        add_i32_m128i(self, other)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        bitxor_m128i(self, other)
    }

    #[inline(always)]
    fn rotated<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        const { assert!(LEFT + RIGHT == 32) };
        let (left, right) = (
            shl_imm_u32_m128i::<LEFT>(self),
            shr_imm_u32_m128i::<RIGHT>(self),
        );
        left.xor(right)
    }
}

/// The columns, then the rows (section 4.1 of the paper).
#[inline(always)]
fn double_round<W: Word>(x: &mut [W; 16]) {
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

#[inline(always)]
fn quarter<W: Word>(a: &mut W, b: &mut W, c: &mut W, d: &mut W) {
    *b = b.xor(a.plus(*d).rotated::<7, 25>());
    *c = c.xor(b.plus(*a).rotated::<9, 23>());
    *d = d.xor(c.plus(*b).rotated::<13, 19>());
    *a = a.xor(d.plus(*c).rotated::<18, 14>());
}
