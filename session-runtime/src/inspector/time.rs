//! Times and spans as the report writes them.

use std::fmt;

use serde::{Serialize, Serializer};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A point in time, in Unix milliseconds: RFC 3339 in UTC, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(pub(super) u64);

/// A span of time, in milliseconds: at most two units for a person, seconds for a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span(pub(super) u64);

impl Moment {
    /// For a person.
    pub(super) fn in_words(self) -> String {
        self.to_string().replace('T', " ").replace('Z', " UTC")
    }

    /// From here to `later`; nothing if that is earlier.
    pub(super) const fn to(self, later: Self) -> Span {
        Span(later.0.saturating_sub(self.0))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = i64::try_from(self.0 / 1000).unwrap_or(i64::MAX);
        let time = OffsetDateTime::from_unix_timestamp(seconds).ok();
        match time.and_then(|time| time.format(&Rfc3339).ok()) {
            Some(text) => f.write_str(&text),
            None => f.write_str("beyond the year 9999"),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")];

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1000;
        let mut units = UNITS.iter().skip_while(|(unit, _)| seconds < *unit);
        let Some((unit, word)) = units.next() else {
            return f.write_str("0 s");
        };
        write!(f, "{} {word}", seconds / unit)?;
        match units.next() {
            Some((next, word)) if seconds % unit >= *next => {
                write!(f, " {} {word}", seconds % unit / next)
            }
            _ => Ok(()),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0 / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_two_units_at_most() {
        for (seconds, expected) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (61, "1 min 1 s"),
            (3600, "1 h"),
            (3659, "1 h"),
            (12 * 3600 + 300, "12 h 5 min"),
            (14 * 86_400 + 7200, "14 d 2 h"),
        ] {
            assert_eq!(Span(seconds * 1000 + 999).to_string(), expected);
        }
    }

    #[test]
    fn moments_are_in_utc() {
        assert_eq!(
            Moment(1_577_836_800_999).to_string(),
            "2020-01-01T00:00:00Z"
        );
        assert_eq!(
            Moment(1_577_836_800_000).in_words(),
            "2020-01-01 00:00:00 UTC"
        );
        assert_eq!(Moment(u64::MAX).to_string(), "beyond the year 9999");
    }
}
