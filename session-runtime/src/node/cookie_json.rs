//! The `cookie` object of a record as JSON, written as Node writes it and read as Node reads it.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};
use serde_json::Value;

use super::{
    cookie::{RecordCookie, StatedSameSite},
    date,
};
use crate::SameSite;

impl Serialize for RecordCookie {
    /// In the order of Node's `toJSON`; what it leaves undefined is not there.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("cookie", 9)?;
        object.serialize_field("expires", &self.expires.map(date::write))?;
        object.serialize_field("originalMaxAge", &self.original_max_age)?;
        if let Some(at) = self.original_expires {
            object.serialize_field("originalExpires", &date::write(at))?;
        }
        object.serialize_field("sameSite", &self.same_site)?;
        object.serialize_field("secure", &self.secure)?;
        object.serialize_field("path", &self.path)?;
        object.serialize_field("httpOnly", &self.http_only)?;
        object.serialize_field("domain", &self.domain)?;
        if let Some(partitioned) = self.partitioned {
            object.serialize_field("partitioned", &partitioned)?;
        }
        object.end()
    }
}

impl Serialize for StatedSameSite {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::True => serializer.serialize_bool(true),
            Self::Word(SameSite::Strict) => serializer.serialize_str("strict"),
            Self::Word(SameSite::Lax) => serializer.serialize_str("lax"),
            Self::Word(SameSite::None) => serializer.serialize_str("none"),
        }
    }
}

/// The `cookie` object of a record, as it was read.
#[derive(Debug, Default)]
pub(super) struct RecordedCookie {
    pub(super) expires: Key<i64>,
    pub(super) original_max_age: Option<u64>,
    pub(super) same_site: Key<StatedSameSite>,
    pub(super) secure: Key<bool>,
    pub(super) path: Key<String>,
    pub(super) http_only: Key<bool>,
    pub(super) domain: Key<String>,
    pub(super) partitioned: Key<bool>,
}

/// A key of the object. `Present(None)`: it is `null`, or nothing that it could be.
#[derive(Debug, Default)]
pub(super) enum Key<V> {
    #[default]
    Absent,
    Present(Option<V>),
}

impl<V> Key<V> {
    fn of<'v>(value: Option<&'v Value>, read: impl FnOnce(&'v Value) -> Option<V>) -> Self {
        value.map_or(Self::Absent, |value| Self::Present(read(value)))
    }

    pub(super) fn or(self, configured: Option<V>) -> Option<V> {
        match self {
            Self::Absent => configured,
            Self::Present(value) => value,
        }
    }
}

impl<'de> Deserialize<'de> for RecordedCookie {
    /// Fails for a date that is none, with which Node answers 500; what else makes no sense counts
    /// as not there, as in Node.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Value::Object(object) = Value::deserialize(deserializer)? else {
            // `{ ...null }` is `{}`.
            return Ok(Self::default());
        };
        let text = |key| Key::of(object.get(key), |value| value.as_str().map(str::to_owned));
        let flag = |key| Key::of(object.get(key), Value::as_bool);
        let is_said = |value: &&Value| {
            let is_nothing = value.as_i64() == Some(0) || value.as_str() == Some("");
            !matches!(value, Value::Null | Value::Bool(false)) && !is_nothing
        };
        let expires = match object.get("expires").filter(is_said) {
            None => Key::of(object.get("expires"), |_| None),
            Some(value) => {
                let date = parse_date(value);
                let no_date = || serde::de::Error::custom("`expires` is no date");
                Key::Present(Some(date.ok_or_else(no_date)?))
            }
        };
        Ok(Self {
            expires,
            // 0 is as good as none, to JavaScript.
            original_max_age: object
                .get("originalMaxAge")
                .and_then(milliseconds)
                .filter(|age| *age > 0),
            same_site: Key::of(object.get("sameSite"), same_site),
            secure: flag("secure"),
            path: text("path"),
            http_only: flag("httpOnly"),
            domain: text("domain"),
            partitioned: flag("partitioned"),
        })
    }
}

fn same_site(value: &Value) -> Option<StatedSameSite> {
    match value {
        Value::Bool(true) => Some(StatedSameSite::True),
        Value::String(word) if word.eq_ignore_ascii_case("strict") => {
            Some(StatedSameSite::Word(SameSite::Strict))
        }
        Value::String(word) if word.eq_ignore_ascii_case("lax") => {
            Some(StatedSameSite::Word(SameSite::Lax))
        }
        Value::String(word) if word.eq_ignore_ascii_case("none") => {
            Some(StatedSameSite::Word(SameSite::None))
        }
        _ => None,
    }
}

/// A whole number of milliseconds; what JavaScript has beside is rounded.
fn milliseconds(value: &Value) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and is positive"
    )]
    let rounded = |number: f64| (number > 0.0).then(|| number.round() as u64);
    value.as_u64().or_else(|| value.as_f64().and_then(rounded))
}

/// The latest time that JavaScript's `Date` holds, and the earliest with the other sign
/// (ECMA-262, 21.4.1.1).
const LAST: i64 = 8_640_000_000_000_000;

/// A date as JSON has it: a text of ISO 8601, or a number of milliseconds.
fn parse_date(value: &Value) -> Option<i64> {
    if let Some(number) = value.as_i64() {
        return (-LAST..=LAST).contains(&number).then_some(number);
    }
    date::parse(value.as_str()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn recorded(value: Value) -> Result<RecordedCookie, serde_json::Error> {
        serde_json::from_value(value)
    }

    #[test]
    fn a_number_is_a_date_and_what_is_neither_a_number_nor_a_text_is_none() {
        assert_eq!(parse_date(&json!(34_214_461_000_i64)), Some(34_214_461_000));
        for no_date in [json!(""), json!([]), json!(i64::MAX), json!({})] {
            assert_eq!(parse_date(&no_date), None, "{no_date}");
        }
    }

    #[test]
    fn a_cookie_object_of_any_shape_is_read_without_a_panic() {
        for odd in [
            json!(null),
            json!([]),
            json!("x"),
            json!({"path": 1, "secure": "auto"}),
        ] {
            assert!(recorded(odd).is_ok());
        }
        assert!(recorded(json!({"expires": "garbage"})).is_err());
    }
}
