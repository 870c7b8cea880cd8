//! JSON as JavaScript sees it: text of UTF-16 units, halves of surrogate pairs included, keys in
//! their order, equal ones kept, and any depth.
//!
//! `serde_json` refuses some of what Node writes and reads, so that it cannot judge it.

mod parse;

use std::{cmp::Ordering, collections::BTreeMap, fmt::Write as _};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// As a number of JavaScript, and as it was written.
    Number(f64, String),
    Text(Vec<u16>),
    List(Vec<Self>),
    Object(Vec<(Vec<u16>, Self)>),
}

impl Json {
    /// The value of this text, or nothing where `JSON.parse` throws.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        parse::parse(text)
    }

    /// The value of a key, the last of several.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.all(key).last().copied()
    }

    /// The value of every key of this name.
    pub(crate) fn all(&self, key: &str) -> Vec<&Self> {
        let entries = self.entries().unwrap_or_default().iter();
        let found = entries.filter(|(name, _)| name.iter().copied().eq(key.encode_utf16()));
        found.map(|(_, value)| value).collect()
    }

    pub(crate) fn entries(&self) -> Option<&[(Vec<u16>, Self)]> {
        match self {
            Self::Object(entries) => Some(entries),
            _ => None,
        }
    }

    pub(crate) fn items(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Text(units) => Some(String::from_utf16_lossy(units)),
            _ => None,
        }
    }

    pub(crate) const fn number(&self) -> Option<f64> {
        match self {
            Self::Number(value, _) => Some(*value),
            _ => None,
        }
    }

    pub(crate) const fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(on) => Some(*on),
            _ => None,
        }
    }

    /// A whole number that is not negative, written as such.
    pub(crate) fn whole(&self) -> Option<u64> {
        match self {
            Self::Number(_, text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The text of a key.
    pub(crate) fn text_of(&self, key: &str) -> Option<String> {
        self.get(key)?.text()
    }

    /// The value that a vector means: `{"$json": text}` stands for what strict JSON cannot hold.
    pub(crate) fn meant(&self) -> Self {
        let text = match self.entries() {
            Some([(_, value)]) => self.get("$json").and(value.text()),
            _ => None,
        };
        text.and_then(|text| Self::parse(&text))
            .unwrap_or_else(|| self.clone())
    }

    /// Whether JavaScript could not tell them apart, but for the order of keys. A number beyond
    /// the largest is reported as `null`.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self.finite(), other.finite()) {
            (Self::Number(a, _), Self::Number(b, _)) => a.partial_cmp(b) == Some(Ordering::Equal),
            (Self::List(a), Self::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_same(b))
            }
            (Self::Object(a), Self::Object(b)) => {
                let (a, b) = (last_of_each(a), last_of_each(b));
                a.len() == b.len()
                    && a.iter()
                        .all(|(key, value)| b.get(key).is_some_and(|other| value.is_same(other)))
            }
            (a, b) => a == b,
        }
    }

    const fn finite(&self) -> &Self {
        match self {
            Self::Number(value, _) if !value.is_finite() => &Self::Null,
            other => other,
        }
    }

    /// `JSON.stringify`.
    pub(crate) fn stringify(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self.finite() {
            Self::Null => out.push_str("null"),
            Self::Bool(on) => out.push_str(if *on { "true" } else { "false" }),
            Self::Number(value, _) => out.push_str(&number_text(*value)),
            Self::Text(units) => write_text(units, out),
            Self::List(items) => {
                out.push('[');
                for (n, item) in items.iter().enumerate() {
                    out.push_str(if n == 0 { "" } else { "," });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(entries) => {
                out.push('{');
                for (n, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if n == 0 { "" } else { "," });
                    write_text(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

fn last_of_each(entries: &[(Vec<u16>, Json)]) -> BTreeMap<&[u16], &Json> {
    entries.iter().map(|(key, value)| (&**key, value)).collect()
}

fn write_text(units: &[u16], out: &mut String) {
    out.push('"');
    for unit in char::decode_utf16(units.iter().copied()) {
        // Writing to a String cannot fail.
        let _ = match unit {
            Ok('"') => write!(out, "\\\""),
            Ok('\\') => write!(out, "\\\\"),
            Ok('\u{8}') => write!(out, "\\b"),
            Ok('\u{c}') => write!(out, "\\f"),
            Ok('\n') => write!(out, "\\n"),
            Ok('\r') => write!(out, "\\r"),
            Ok('\t') => write!(out, "\\t"),
            Ok(c) if c < ' ' => write!(out, "\\u{:04x}", u32::from(c)),
            Ok(c) => write!(out, "{c}"),
            Err(half) => write!(out, "\\u{:04x}", half.unpaired_surrogate()),
        };
    }
    out.push('"');
}

/// `String(number)` (ECMA-262, 6.1.6.1.20): the shortest digits, with an exponent from 1e21 on and
/// below 1e-6.
fn number_text(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let exponent = format!("{value:e}");
    let exponent = exponent
        .rsplit_once('e')
        .and_then(|(mantissa, power)| Some((mantissa, power.parse::<i32>().ok()?)));
    match exponent {
        Some((mantissa, power)) if power >= 21 => format!("{mantissa}e+{power}"),
        Some((mantissa, power)) if power < -6 => format!("{mantissa}e{power}"),
        _ => value.to_string(),
    }
}
