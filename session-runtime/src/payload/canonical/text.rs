//! JSON that is being read, as far as it is plain.

/// Levels below which a text is certainly nested less deep than `serde_json` reads.
const MAX_DEPTH: usize = 100;

/// What is left of it: UTF-8 without control characters, which leaves no white space but the space.
pub(super) struct Text<'de> {
    rest: &'de str,
    /// Lists and objects that this place is in.
    depth: usize,
}

impl<'de> Text<'de> {
    /// `None`: it is not plain.
    pub(super) fn new(json: &'de [u8]) -> Option<Self> {
        let rest = std::str::from_utf8(json).ok()?;
        // The highest bit of what is below a space and no part of a longer character. Without a way
        // out of the loop the compiler looks at many bytes at once.
        let control = |byte: u8| byte.wrapping_sub(b' ') & !byte;
        let controls = json.iter().fold(0, |found, byte| found | control(*byte));
        (controls < 0x80).then_some(Self { rest, depth: 0 })
    }

    /// Goes on behind an opening bracket, if it stands here and is not one too many.
    #[inline]
    pub(super) fn enter(&mut self, bracket: &str) -> Option<()> {
        self.eat(bracket)?;
        self.depth += 1;
        (self.depth <= MAX_DEPTH).then_some(())
    }

    /// Goes on behind a closing bracket, if it stands here.
    #[inline]
    pub(super) fn leave(&mut self, bracket: &str) -> Option<()> {
        self.eat(bracket)?;
        self.depth = self.depth.saturating_sub(1);
        Some(())
    }

    pub(super) const fn is_read(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.as_bytes().first().copied()
    }

    /// Goes on behind `expected`, if it stands here.
    #[inline]
    pub(super) fn eat(&mut self, expected: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    /// So many bytes.
    pub(super) fn take(&mut self, bytes: usize) -> Option<&'de str> {
        let (taken, rest) = self.rest.split_at_checked(bytes)?;
        self.rest = rest;
        Some(taken)
    }

    /// Goes on behind the key `name`, if it stands here.
    #[inline]
    pub(super) fn key(&mut self, name: &str) -> Option<()> {
        let rest = self.rest.strip_prefix('"')?.strip_prefix(name)?;
        self.rest = rest.strip_prefix("\":")?;
        Some(())
    }

    /// A number without a sign, up to a fraction or exponent, which nobody expects behind it.
    ///
    /// Of 19 digits at most, which no `u64` is too small for: `serde_json` takes what is larger than
    /// one for a number with a fraction.
    #[inline]
    pub(super) fn unsigned(&mut self) -> Option<u64> {
        let (mut value, mut length) = (0_u64, 0);
        for digit in self.rest.bytes().map(|byte| byte.wrapping_sub(b'0')) {
            if digit > 9 {
                break;
            }
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            length += 1;
        }
        let (digits, rest) = self.rest.split_at_checked(length)?;
        let is_canonical = length == 1 || !digits.starts_with('0');
        if !(1..=19).contains(&length) || !is_canonical {
            return None;
        }
        self.rest = rest;
        Some(value)
    }

    /// A string in which nothing is escaped, without its quotes.
    #[inline]
    pub(super) fn string(&mut self) -> Option<&'de str> {
        let rest = self.rest.strip_prefix('"')?;
        let end = memchr::memchr2(b'"', b'\\', rest.as_bytes())?;
        let (string, rest) = rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix('"')?;
        Some(string)
    }

    /// Any one value, as it stands, if it is not nested too deep.
    pub(super) fn value(&mut self) -> Option<&'de str> {
        let mut values = serde_json::Deserializer::from_str(self.rest).into_iter();
        let _checked: serde::de::IgnoredAny = values.next()?.ok()?;
        let value = self.take(values.byte_offset())?;
        // Never less than its depth, and counted in no time.
        let brackets = memchr::memchr2_iter(b'[', b'{', value.as_bytes()).count();
        (self.depth + brackets <= MAX_DEPTH).then_some(value)
    }
}
