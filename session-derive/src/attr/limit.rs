//! Spans of time as attributes write them: one number, one unit.

use crate::symbol::Symbol;

/// A limit in seconds, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Seconds(u64),
    Never,
}

impl Limit {
    pub(crate) const fn seconds(self) -> Option<u64> {
        match self {
            Self::Seconds(seconds) => Some(seconds),
            Self::Never => None,
        }
    }
}

pub(crate) const DAY: u64 = 86_400;

/// Beyond any use, and far below what would overflow in milliseconds.
const LONGEST: u64 = 36_525 * DAY;

/// `"30m"` → 1800 seconds, `"none"` → never.
pub(crate) fn parse(text: &str, key: Symbol) -> Result<Limit, String> {
    if text == "none" {
        return Ok(Limit::Never);
    }
    let expected = || {
        format!(
            "expected one number and one unit of `s`, `m`, `h`, `d`, `w`: `{}`",
            key.form
        )
    };
    let unit = text.chars().last().ok_or_else(expected)?;
    let scale = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => DAY,
        'w' => 7 * DAY,
        _ => return Err(expected()),
    };
    let digits = text.strip_suffix(unit).unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(expected());
    }
    let seconds = digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(scale));
    match seconds {
        Some(0) => Err(format!(
            "`{}` must be longer than zero, as in `{}`",
            key.name, key.form
        )),
        Some(seconds) if seconds <= LONGEST => Ok(Limit::Seconds(seconds)),
        _ => Err(format!(
            "`{}` is longer than 100 years, write `\"none\"` for no limit",
            key.name
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::IDLE;

    #[test]
    fn each_unit_counts_its_seconds() {
        for (text, seconds) in [
            ("1s", 1),
            ("30m", 1_800),
            ("12h", 43_200),
            ("14d", 1_209_600),
            ("2w", 1_209_600),
        ] {
            assert_eq!(parse(text, IDLE), Ok(Limit::Seconds(seconds)), "{text}");
        }
        assert_eq!(parse("none", IDLE), Ok(Limit::Never));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "", "30", "m", "30mm", "30 m", "-1m", "+1m", "1.5h", "1h30m", "30M", "0s", "٣m",
            "36526d",
        ] {
            assert!(parse(text, IDLE).is_err(), "{text}");
        }
        assert!(parse(&format!("{}w", u64::MAX), IDLE).is_err());
    }
}
