//! JSON that is being read, as far as it is plain.

/// Brackets of a text that is certainly nested less deep than `serde_json` reads.
const MAX_BRACKETS: usize = 100;

/// What is left of it: UTF-8 without control characters, which leaves no white space but the space.
pub(super) struct Text<'de>(&'de str);

impl<'de> Text<'de> {
    /// `None`: it is not plain.
    pub(super) fn new(json: &'de [u8]) -> Option<Self> {
        let text = std::str::from_utf8(json).ok()?;
        // Counted, not sought: so the compiler looks at many bytes at once.
        let controls = json.iter().filter(|byte| **byte < b' ').count();
        let brackets = json
            .iter()
            .filter(|byte| matches!(byte, b'[' | b'{'))
            .count();
        (controls == 0 && brackets <= MAX_BRACKETS).then_some(Self(text))
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

    /// A number without sign, fraction and exponent.
    #[inline]
    pub(super) fn unsigned(&mut self) -> Option<u64> {
        let digits = self
            .0
            .bytes()
            .position(|byte| !byte.is_ascii_digit())
            .unwrap_or(self.0.len());
        let (number, rest) = self.0.split_at_checked(digits)?;
        let is_canonical = number.len() == 1 || !number.starts_with('0');
        if !is_canonical || rest.starts_with(['.', 'e', 'E']) {
            return None;
        }
        // Fails for none at all and for too many.
        let value = number.parse().ok()?;
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
