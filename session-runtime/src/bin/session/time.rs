//! Times and spans, as people read and write them.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use time::OffsetDateTime;

const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];

/// A limit as `#[session(idle = "…")]` writes it: `30m`, `12h`, `none`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit(pub(crate) Option<Duration>);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(limit) = self.0 else {
            return f.write_str("none");
        };
        let seconds = limit.as_secs();
        let exact = [(86_400, 'd'), (3_600, 'h'), (60, 'm')]
            .into_iter()
            .find(|(length, _)| seconds % length == 0);
        let (length, unit) = exact.unwrap_or((1, 's'));
        write!(f, "{}{unit}", seconds / length)
    }
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(None));
        }
        let seconds = text.char_indices().next_back().and_then(|(end, unit)| {
            let scale: u64 = match unit {
                's' => 1,
                'm' => 60,
                'h' => 3_600,
                'd' => 86_400,
                'w' => 604_800,
                _ => return None,
            };
            let number: u64 = text.get(..end)?.parse().ok()?;
            number.checked_mul(scale)
        });
        match seconds {
            Some(0) => Err("a limit must be longer than zero".to_owned()),
            Some(seconds) => Ok(Self(Some(Duration::from_secs(seconds)))),
            None => {
                Err("expected a number and one of s, m, h, d, w, as in `30m`, or `none`".into())
            }
        }
    }
}

/// `2026-09-21 14:13:20 UTC`
pub(crate) struct Utc(pub(crate) SystemTime);

impl Utc {
    /// `2026-09-21T14:13:20.000Z`, as JavaScript writes it.
    pub(crate) fn to_iso(&self) -> Option<String> {
        let at = self.date_time()?;
        let (date, time) = (at.date(), at.time());
        let (hour, minute, second, ms) = time.as_hms_milli();
        Some(format!(
            "{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z",
            date.year(),
            u8::from(date.month()),
            date.day()
        ))
    }

    /// `None` beyond the year 9999.
    fn date_time(&self) -> Option<OffsetDateTime> {
        let since = self.0.duration_since(UNIX_EPOCH).ok()?;
        let nanoseconds = i128::try_from(since.as_nanos()).ok()?;
        OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok()
    }
}

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_iso() {
            Some(iso) => {
                let (date, time) = iso.split_once('T').unwrap_or((&iso, ""));
                write!(f, "{date} {} UTC", time.get(..8).unwrap_or(time))
            }
            None => f.write_str("beyond the year 9999"),
        }
    }
}

/// `2 h 5 min`: the two largest units.
pub(crate) struct Span(pub(crate) Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_secs();
        let mut parts = Vec::new();
        for (length, unit) in UNITS {
            if rest >= length {
                parts.push(format!("{} {unit}", rest / length));
                rest %= length;
            } else if !parts.is_empty() {
                break;
            }
            if parts.len() == 2 {
                break;
            }
        }
        match &parts[..] {
            [] => f.write_str("less than a second"),
            parts => f.write_str(&parts.join(" ")),
        }
    }
}

/// `13 min 20 s ago` or `in 2 h`.
pub(crate) struct Relative {
    pub(crate) at: SystemTime,
    pub(crate) now: SystemTime,
}

impl fmt::Display for Relative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.now.duration_since(self.at) {
            Ok(past) if past.as_secs() == 0 => f.write_str("just now"),
            Ok(past) => write!(f, "{} ago", Span(past)),
            Err(ahead) => write!(f, "in {}", Span(ahead.duration())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn limits_are_written_as_in_the_attributes() {
        for (text, expected) in [
            ("30m", Some(1800)),
            ("86401s", Some(86_401)),
            ("12h", Some(43_200)),
            ("2w", Some(1_209_600)),
            ("none", None),
        ] {
            let limit: Limit = text.parse().unwrap();
            assert_eq!(limit.0.map(|limit| limit.as_secs()), expected, "{text}");
            assert_eq!(limit.to_string(), text.replace("2w", "14d"));
        }
        for bad in [
            "",
            "m",
            "30",
            "0s",
            "1.5h",
            "-1h",
            "1h30m",
            "30 m",
            "30µ",
            "99999999999999999w",
        ] {
            assert!(bad.parse::<Limit>().is_err(), "{bad}");
        }
    }

    #[test]
    fn times_are_utc() {
        assert_eq!(
            Utc(at(1_790_000_000)).to_string(),
            "2026-09-21 14:13:20 UTC"
        );
        let iso = Utc(at(1_790_000_000) + Duration::from_millis(7)).to_iso();
        assert_eq!(iso.as_deref(), Some("2026-09-21T14:13:20.007Z"));
        assert_eq!(Utc(at(1 << 50)).to_string(), "beyond the year 9999");
    }

    #[test]
    fn spans_show_their_two_largest_units() {
        for (seconds, expected) in [
            (0, "less than a second"),
            (59, "59 s"),
            (60, "1 min"),
            (3_601, "1 h"),
            (7_500, "2 h 5 min"),
            (86_400 * 3 + 3_600 * 2 + 60, "3 d 2 h"),
        ] {
            assert_eq!(Span(Duration::from_secs(seconds)).to_string(), expected);
        }
        let relative = |at| {
            Relative {
                at,
                now: self::at(100),
            }
            .to_string()
        };
        assert_eq!(relative(at(40)), "1 min ago");
        assert_eq!(relative(at(100)), "just now");
        assert_eq!(relative(at(103)), "in 3 s");
    }
}
