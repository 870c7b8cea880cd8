//! `__ts`, as @fastify/secure-session writes it and as its JavaScript would reckon with it.

use serde::{Serialize, Serializer};
use serde_json::{Value, value::RawValue};

/// The `__ts` of a cookie.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NodeTimestamp {
    /// Seconds since 1970, as every version since 7.3.0 writes them.
    Seconds(u64),
    /// Absent (before 7.3.0): such a cookie never expires.
    Missing,
    /// Anything else that an application set itself.
    Other(Value),
    /// A number beyond the largest, which JavaScript reads as infinite and writes as `null`.
    Infinite,
}

impl NodeTimestamp {
    pub(super) fn read(values: &[Box<RawValue>]) -> Self {
        // Of two equal keys JSON.parse takes the last.
        let Some(value) = values.last() else {
            return Self::Missing;
        };
        match serde_json::from_str::<Value>(value.get()) {
            Ok(Value::Number(n)) if n.is_u64() => Self::Seconds(n.as_u64().unwrap_or_default()),
            Ok(value) => Self::Other(value),
            Err(_) if is_infinite(value.get()) => Self::Infinite,
            Err(_) => Self::Other(Value::Null),
        }
    }

    /// Unix milliseconds, where it is a time that can be reckoned with.
    pub(crate) fn milliseconds(&self) -> Option<u64> {
        match self {
            Self::Seconds(seconds) => seconds.checked_mul(1000),
            Self::Missing | Self::Infinite => None,
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked to be a positive number below 2^53"
            )]
            Self::Other(value) => value
                .as_f64()
                .map(|seconds| seconds * 1000.0)
                .filter(|ms| (0.0..9_007_199_254_740_992.0).contains(ms))
                .map(|ms| ms as u64),
        }
    }

    /// Whether `(__ts + expiry) * 1000 - Date.now() <= 0`, which is how Node asks.
    pub(crate) fn is_expired_in_node(&self, expiry: f64, now_ms: f64) -> bool {
        let end = match self {
            Self::Missing | Self::Infinite => return false,
            #[expect(clippy::cast_precision_loss, reason = "as every number of JavaScript")]
            Self::Seconds(seconds) => *seconds as f64 + expiry,
            Self::Other(value) => javascript_plus(value, expiry),
        };
        // A comparison with NaN is false: what is no number never expires.
        end * 1000.0 - now_ms <= 0.0
    }
}

fn is_infinite(json: &str) -> bool {
    json.parse::<f64>() == Ok(f64::INFINITY)
}

impl Serialize for NodeTimestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Seconds(seconds) => serializer.serialize_u64(*seconds),
            Self::Missing | Self::Infinite => serializer.serialize_none(),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

/// `value + number`, and the sum as a number (ECMA-262, 13.15.3 and 7.1.4).
fn javascript_plus(value: &Value, number: f64) -> f64 {
    match value {
        Value::Null => number,
        Value::Bool(on) => f64::from(u8::from(*on)) + number,
        Value::Number(n) => n.as_f64().unwrap_or(f64::NAN) + number,
        Value::String(_) | Value::Array(_) => {
            javascript_number(&format!("{}{number}", javascript_text(value)))
        }
        Value::Object(_) => f64::NAN,
    }
}

/// `String(value)`.
fn javascript_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let item = |item: &Value| {
                if item.is_null() {
                    String::new()
                } else {
                    javascript_text(item)
                }
            };
            items.iter().map(item).collect::<Vec<_>>().join(",")
        }
        Value::Object(_) => "[object Object]".to_owned(),
        other => other.to_string(),
    }
}

/// `Number(text)`.
fn javascript_number(text: &str) -> f64 {
    let text = text.trim();
    for (prefix, radix) in [
        ("0x", 16),
        ("0X", 16),
        ("0o", 8),
        ("0O", 8),
        ("0b", 2),
        ("0B", 2),
    ] {
        if let Some(digits) = text.strip_prefix(prefix) {
            #[expect(clippy::cast_precision_loss, reason = "as every number of JavaScript")]
            return u64::from_str_radix(digits, radix).map_or(f64::NAN, |n| n as f64);
        }
    }
    let is_decimal = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if is_decimal {
        text.parse().unwrap_or(f64::NAN)
    } else {
        f64::NAN
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn node_reckons_with_whatever_it_is_given() {
        let now = 1_790_000_000_123.0;
        for (ts, expired) in [
            (json!(1_790_000_000), false),
            (json!(1_789_000_000.5), true),
            (json!(null), true),
            (json!(true), true),
            (json!(-1), true),
            (json!("1790000000"), false),
            (json!(""), true),
            (json!("soon"), false),
            (json!([]), true),
            (json!([1_790_000_000]), false),
            (json!({}), false),
        ] {
            let raw = serde_json::value::to_raw_value(&ts).unwrap();
            let ts = NodeTimestamp::read(&[raw]);
            assert_eq!(ts.is_expired_in_node(86_401.0, now), expired, "{ts:?}");
        }
        assert!(!NodeTimestamp::Missing.is_expired_in_node(1.0, now));
        let raw = serde_json::from_str("1e999").unwrap();
        let infinite = NodeTimestamp::read(&[raw]);
        assert!(!infinite.is_expired_in_node(1.0, now));
        assert_eq!(serde_json::to_string(&infinite).unwrap(), "null");
    }

    #[test]
    fn the_end_of_the_window_is_outside_it() {
        let ts = NodeTimestamp::Seconds(1_790_000_000);
        assert!(!ts.is_expired_in_node(900.0, 1_790_000_899_999.0));
        assert!(ts.is_expired_in_node(900.0, 1_790_000_900_000.0));
    }
}
