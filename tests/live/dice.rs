//! Random choices that can be made again.

use serde_json::{Map, Value, json};

use crate::model::{Call, NODE_ONLY};

/// A generator of random numbers (`SplitMix64`).
#[derive(Debug)]
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(crate) const fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number smaller than `end`.
    pub(crate) const fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    /// Whether something happens that does so once in `times`.
    pub(crate) const fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        let place = self.below(choices.len() as u64);
        choices[usize::try_from(place).unwrap()]
    }

    /// Two things in one order or the other.
    pub(crate) const fn in_any_order<T: Copy>(&mut self, [a, b]: [T; 2]) -> [T; 2] {
        if self.once_in(2) { [a, b] } else { [b, a] }
    }

    pub(crate) fn text(&mut self) -> String {
        let letters = [
            'a',
            'Z',
            '0',
            ' ',
            '"',
            '\\',
            '\n',
            '\0',
            '\u{e9}',
            '\u{2028}',
            '\u{1f600}',
        ];
        (0..self.below(8)).map(|_| self.one_of(&letters)).collect()
    }

    fn fraction(&mut self) -> f64 {
        let float = f64::from_bits(self.number());
        if float.is_finite() { float } else { 0.1 }
    }

    /// Any JSON, down to `depth`.
    fn json(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 5 } else { 8 }) {
            0 => Value::Null,
            1 => self.once_in(2).into(),
            2 => (self.below(1 << 54).cast_signed() - (1 << 53)).into(),
            3 => self.fraction().into(),
            4 => self.text().into(),
            5 => (0..self.below(4)).map(|_| self.json(depth - 1)).collect(),
            _ => {
                let entries = (0..self.below(4)).map(|_| (self.text(), self.json(depth - 1)));
                Value::Object(entries.collect::<Map<_, _>>())
            }
        }
    }

    /// A write to a field, of those that Rust knows or of all.
    pub(crate) fn set(&mut self, any: bool) -> Call {
        match self.below(if any { 7 } else { 6 }) {
            0 => Call::Set("user", self.text().into()),
            1 => Call::Set("visits", self.below(1 << 53).into()),
            2 => Call::Set("ratio", self.fraction().into()),
            3 => {
                let roles = (0..self.below(4)).map(|_| self.text());
                Call::Set("roles", roles.collect())
            }
            4 => {
                let cart = (0..self.below(4)).map(|_| (self.text(), self.below(1 << 32).into()));
                Call::Set("cart", Value::Object(cart.collect::<Map<_, _>>()))
            }
            // Never `null`, which in Rust is the same as nothing.
            5 => Call::Set("notes", json!([self.json(3)])),
            _ => Call::Set(NODE_ONLY, self.json(3)),
        }
    }
}
