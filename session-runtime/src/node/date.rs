//! Dates in records, as JavaScript writes and reads them. Records of @fastify/session alone have such.

#[cfg(feature = "fastify-session")]
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// In Unix milliseconds. `None`: it is no date.
#[cfg(feature = "fastify-session")]
pub(super) fn parse(text: &str) -> Option<i64> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

/// As `toISOString` writes it, with three digits of milliseconds. Beyond the year 9999, which the
/// library that writes it does not know: the last moment before.
#[cfg(feature = "fastify-session")]
pub(super) fn write(at: i64) -> String {
    const LAST_WRITTEN: i64 = 253_402_300_799_999;
    let at = at.clamp(0, LAST_WRITTEN);
    let seconds = OffsetDateTime::from_unix_timestamp(at.div_euclid(1000));
    let text = seconds
        .ok()
        .and_then(|at| at.format(&Rfc3339).ok())
        .unwrap_or_default();
    let whole = text.strip_suffix('Z').unwrap_or(&text);
    format!("{whole}.{:03}Z", at.rem_euclid(1000))
}

/// Without the feature there is no record that has one.
#[cfg(not(feature = "fastify-session"))]
pub(super) const fn parse(_: &str) -> Option<i64> {
    None
}

/// Without the feature there is no record that gets one.
#[cfg(not(feature = "fastify-session"))]
pub(super) const fn write(_: i64) -> String {
    String::new()
}

#[cfg(all(test, feature = "fastify-session"))]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_and_read_as_node_does() {
        for (at, text) in [
            (1_790_000_000_123, "2026-09-21T14:13:20.123Z"),
            (34_214_461_000, "1971-02-01T00:01:01.000Z"),
            (0, "1970-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(write(at), text);
            assert_eq!(parse(text), Some(at));
        }
        assert_eq!(write(i64::MAX), "9999-12-31T23:59:59.999Z");
        assert_eq!(parse("garbage"), None);
        assert_eq!(parse(""), None);
    }

    /// Not by `toISOString`, but by whoever else writes into a store.
    #[test]
    fn dates_with_an_offset_and_those_before_the_epoch_are_dates() {
        assert_eq!(parse("1969-12-31T23:59:59.999Z"), Some(-1));
        assert_eq!(
            parse("2026-09-21T16:13:20.123+02:00"),
            Some(1_790_000_000_123)
        );
    }
}
