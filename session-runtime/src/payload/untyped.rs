//! The data of a session whose type is not at hand.
//!
//! A struct without fields: to it, each field of a payload is one that it does not know, which are
//! kept as they came and in their order. So a payload is read and written here by the code that
//! reads and writes it for a handler.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize, de::DeserializeSeed};
use serde_json::value::RawValue;

use super::{
    Content, Reading, Unknown,
    fields::{FieldsSeed, Findings, Plan},
};

/// No fields of its own, of any version.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Untyped {
    /// The version to write.
    #[serde(skip)]
    version: u32,
}

impl Untyped {
    pub(crate) const fn of_version(version: u32) -> Self {
        Self { version }
    }
}

impl Content for Untyped {
    fn version(&self) -> u32 {
        self.version
    }

    fn reading(_: u32) -> Reading {
        Reading::Direct
    }

    fn migrate(_: u32, _: &str) -> Option<Self> {
        None
    }
}

impl Unknown {
    /// The fields of a JSON object, without the white space between them.
    pub(crate) fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        let mut findings = Findings::default();
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let seed = FieldsSeed {
            plan: &Plan::new(true, None),
            findings: &mut findings,
            session: PhantomData::<fn() -> Untyped>,
        };
        seed.deserialize(&mut deserializer)?;
        deserializer.end()?;
        let fields = findings.unknown.0.into_iter();
        let compacted = fields.map(|(name, json)| {
            RawValue::from_string(without_white_space(json.get())).map(|json| (name, json))
        });
        compacted.collect::<Result<_, _>>().map(Self)
    }
}

/// `json` without white space outside its strings, which a cookie has no room for.
fn without_white_space(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let kept = json.chars().filter(|&c| {
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            return true;
        }
        in_string = c == '"';
        !c.is_ascii_whitespace()
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> Vec<(String, String)> {
        let unknown = Unknown::from_json(json).unwrap();
        let owned = unknown
            .iter()
            .map(|(name, json)| (name.to_owned(), json.to_owned()));
        owned.collect()
    }

    #[test]
    fn fields_keep_their_order_and_their_digits() {
        let json = "{\n  \"z\": [1, 2.50, {\"b\": \"a  \\\" b\", \"a\": 1e400}],\n  \"a\": \"\\\\\" ,\
                    \"n\": 123456789012345678901234567890\n}\n";
        let expected = [
            ("z", "[1,2.50,{\"b\":\"a  \\\" b\",\"a\":1e400}]"),
            ("a", "\"\\\\\""),
            ("n", "123456789012345678901234567890"),
        ];
        assert_eq!(
            fields(json),
            expected.map(|(name, json)| (name.to_owned(), json.to_owned()))
        );
    }

    #[test]
    fn of_two_equal_keys_the_last_counts() {
        assert_eq!(
            fields("{\"a\":1,\"b\":2,\"a\":3}"),
            [
                ("a".to_owned(), "3".to_owned()),
                ("b".to_owned(), "2".to_owned())
            ]
        );
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for json in [
            "", "[]", "null", "7", "\"{}\"", "{} {}", "{\"a\":}", "{\"a\":1",
        ] {
            assert!(Unknown::from_json(json).is_err(), "{json}");
        }
        assert!(fields(" {} ").is_empty());
    }
}
