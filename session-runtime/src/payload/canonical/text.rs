//! JSON that is being read, as far as it is plain.

/// Brackets of a text that is certainly nested less deep than `serde_json` reads.
const MAX_BRACKETS: usize = 100;

/// What is left of it: UTF-8 without control characters, which leaves no white space but the space.
pub(super) struct Text<'de>(&'de str);

impl<'de> Text<'de> {
    /// `None`: it is not plain.
    pub(super) fn new(json: &'de [u8]) -> Option<Self> {
        let text = std::str::from_utf8(json).ok()?;
        // The highest bit of what is below a space and no part of a longer character. Without a way
        // out of the loop the compiler looks at many bytes at once.
        let control = |byte: u8| byte.wrapping_sub(b' ') & !byte;
        let controls = json.iter().fold(0, |found, byte| found | control(*byte));
        let brackets = memchr::memchr2_iter(b'[', b'{', json).count();
        (controls < 0x80 && brackets <= MAX_BRACKETS).then_some(Self(text))
    }

    pub(super) const fn is_read(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.0.as_bytes().first().copied()
    }

    /// Goes on behind `expected`, if it stands here.
    #[inline]
    pub(super) fn eat(&mut self, expected: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    /// So many bytes.
    pub(super) fn take(&mut self, bytes: usize) -> Option<&'de str> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    /// Goes on behind the key `name`, if it stands here.
    #[inline]
    pub(super) fn key(&mut self, name: &str) -> Option<()> {
        let rest = self.0.strip_prefix('"')?.strip_prefix(name)?;
        self.0 = rest.strip_prefix("\":")?;
        Some(())
    }

    /// A number without a sign, up to a fraction or exponent, which nobody expects behind it.
    #[inline]
    pub(super) fn unsigned(&mut self) -> Option<u64> {
        let (mut value, mut length) = (0_u64, 0);
        for digit in self.0.bytes().map_while(|byte| byte.checked_sub(b'0')) {
            if digit > 9 {
                break;
            }
            // `serde_json` takes what is larger for a number with a fraction.
            value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
            length += 1;
        }
        let (digits, rest) = self.0.split_at_checked(length)?;
        let is_canonical = length == 1 || !digits.starts_with('0');
        if length == 0 || !is_canonical {
            return None;
        }
        self.0 = rest;
        Some(value)
    }

    /// A string in which nothing is escaped, without its quotes.
    #[inline]
    pub(super) fn string(&mut self) -> Option<&'de str> {
        let rest = self.0.strip_prefix('"')?;
        let end = memchr::memchr2(b'"', b'\\', rest.as_bytes())?;
        let (string, rest) = rest.split_at_checked(end)?;
        self.0 = rest.strip_prefix('"')?;
        Some(string)
    }

    /// Any one value, as it stands.
    pub(super) fn value(&mut self) -> Option<&'de str> {
        let mut values = serde_json::Deserializer::from_str(self.0).into_iter();
        let _checked: serde::de::IgnoredAny = values.next()?.ok()?;
        self.take(values.byte_offset())
    }
}
