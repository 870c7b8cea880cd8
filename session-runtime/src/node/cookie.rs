//! The cookie of a session as its record has it: the `cookie` object of @fastify/session and
//! express-session.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use ::cookie::{
    SameSite,
    time::{OffsetDateTime, format_description::well_known::Rfc3339},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};
use serde_json::Value;

use crate::cookie::{Attributes, Overrides};

/// What cookies of a session are made of: the configuration, and on top of it what the record has.
#[derive(Debug, Clone)]
pub(crate) struct CookieSettings {
    pub(super) path: Option<String>,
    pub(super) secure: Secure,
    pub(super) same_site: Option<StatedSameSite>,
    pub(super) domain: Option<String>,
    pub(super) http_only: bool,
    pub(super) partitioned: Option<bool>,
    /// Unix milliseconds.
    pub(super) expires: Option<i64>,
    /// Milliseconds.
    pub(super) max_age: Option<u64>,
    /// For development: never `Secure`, whatever a record says.
    over_http: bool,
}

/// Whether a cookie goes over https only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secure {
    Always,
    Never,
    /// As the request came: `secure: "auto"` in Node.
    AsRequest,
}

/// `sameSite` as it stands in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StatedSameSite {
    /// `true`: another word for strict.
    True,
    Word(SameSite),
}

/// The cookie of a session that is shared with Node, as its record has it: `session.cookie` of
/// @fastify/session. From [`NodeRecord::cookie`](super::NodeRecord::cookie); as JSON the same as in
/// the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordCookie {
    /// When the session ends. Unix milliseconds.
    pub(super) expires: Option<i64>,
    pub(super) original_max_age: Option<u64>,
    pub(super) original_expires: Option<i64>,
    pub(super) same_site: Option<StatedSameSite>,
    pub(super) secure: bool,
    pub(super) path: String,
    pub(super) http_only: bool,
    pub(super) domain: Option<String>,
    pub(super) partitioned: Option<bool>,
}

impl CookieSettings {
    pub(crate) fn new(attributes: &Attributes, max_age: Option<u64>, is_auto: bool) -> Self {
        Self {
            path: attributes.path.as_deref().map(str::to_owned),
            secure: match (is_auto, attributes.secure) {
                (true, _) => Secure::AsRequest,
                (false, true) => Secure::Always,
                (false, false) => Secure::Never,
            },
            same_site: attributes.same_site.map(StatedSameSite::Word),
            domain: attributes.domain.as_deref().map(str::to_owned),
            http_only: attributes.http_only,
            partitioned: attributes.partitioned.then_some(true),
            expires: attributes.expires.and_then(|at| i64::try_from(at).ok()),
            max_age,
            over_http: false,
        }
    }

    /// For development over plain http.
    pub(crate) const fn over_http(mut self) -> Self {
        self.over_http = true;
        self
    }

    /// For records that end by the store's time alone.
    pub(crate) const fn without_date(mut self) -> Self {
        self.expires = None;
        self
    }

    /// What a response asks for, over what is set.
    pub(super) fn with(mut self, over: &Overrides) -> Self {
        let text = |text: &Option<Cow<'static, str>>| text.as_deref().map(str::to_owned);
        self.path = text(&over.path).or(self.path);
        self.domain = text(&over.domain).or(self.domain);
        if let Some(secure) = over.secure {
            self.secure = if secure {
                Secure::Always
            } else {
                Secure::Never
            };
        }
        self.same_site = over.same_site.map(StatedSameSite::Word).or(self.same_site);
        self.http_only = over.http_only.unwrap_or(self.http_only);
        self.partitioned = over.partitioned.or(self.partitioned);
        self.max_age = over
            .max_age
            .map(|s| s.saturating_mul(1000))
            .or(self.max_age);
        self.expires = over
            .expires
            .and_then(|at| i64::try_from(at).ok())
            .or(self.expires);
        self
    }

    /// What a record has, over what is configured: each key of it counts, also one that is `null`.
    pub(super) fn restored(self, record: RecordedCookie) -> Self {
        let secure = match record.secure {
            Key::Absent => self.secure,
            Key::Present(Some(true)) => Secure::Always,
            Key::Present(_) => Secure::Never,
        };
        Self {
            path: record.path.or(self.path),
            secure,
            same_site: record.same_site.or(self.same_site),
            domain: record.domain.or(self.domain),
            http_only: record.http_only.or(Some(self.http_only)) == Some(true),
            partitioned: record.partitioned.or(self.partitioned),
            expires: record.expires.or(self.expires),
            max_age: record.original_max_age.or(self.max_age),
            over_http: self.over_http,
        }
    }

    /// The attributes of `other`, and the time of this.
    pub(super) fn with_attributes_of(self, other: &Self) -> Self {
        Self {
            expires: self.expires,
            max_age: self.max_age,
            ..other.clone()
        }
    }

    /// For a session that takes the place of another. A date that has passed would end it at once.
    pub(super) fn for_successor(mut self, now: u64) -> Self {
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        let has_passed = self.expires.is_some_and(|at| at <= now);
        if self.max_age.is_none() && has_passed {
            self.expires = None;
        }
        self
    }

    /// When a session that was read was saved last, in Unix milliseconds; `None`: it is not known.
    pub(super) fn last_saved(&self) -> Option<u64> {
        let end = u64::try_from(self.expires?).ok()?;
        end.checked_sub(self.max_age?)
    }

    /// The cookie of a response at `now`. `is_https`: as far as it is known.
    pub(super) fn cookie(&self, now: u64, is_https: Option<bool>) -> RecordCookie {
        let max_age = self.max_age.filter(|age| *age > 0);
        let end = max_age.map(|age| i64::try_from(now.saturating_add(age)).unwrap_or(i64::MAX));
        let (secure, same_site) = match (self.secure, is_https) {
            _ if self.over_http => (false, self.same_site),
            (Secure::Never, _) => (false, self.same_site),
            (Secure::AsRequest, Some(false)) => (false, Some(StatedSameSite::Word(SameSite::Lax))),
            // What belongs to no request may be sent with any.
            (Secure::Always | Secure::AsRequest, _) => (true, self.same_site),
        };
        RecordCookie {
            expires: end.or(self.expires),
            original_max_age: max_age,
            original_expires: self.expires,
            same_site,
            secure,
            path: self.path.clone().unwrap_or_else(|| "/".to_owned()),
            http_only: self.http_only,
            domain: self.domain.clone(),
            partitioned: self.partitioned,
        }
    }
}

impl RecordCookie {
    /// When the session ends if it is not saved again; `None`: when the store's own time is up.
    pub fn expires(&self) -> Option<SystemTime> {
        let end = u64::try_from(self.expires?).unwrap_or_default();
        UNIX_EPOCH.checked_add(Duration::from_millis(end))
    }

    /// What the end is reckoned from, at every save anew: the configured life, or what a response
    /// gave the session with [`CookieOptions::max_age`](crate::CookieOptions::max_age).
    pub fn original_max_age(&self) -> Option<Duration> {
        self.original_max_age.map(Duration::from_millis)
    }

    /// `SameSite`, if the record says.
    pub fn same_site(&self) -> Option<SameSite> {
        self.same_site.map(|stated| match stated {
            StatedSameSite::True => SameSite::Strict,
            StatedSameSite::Word(word) => word,
        })
    }

    /// `Secure`.
    pub const fn secure(&self) -> bool {
        self.secure
    }

    /// `Path`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// `HttpOnly`.
    pub const fn http_only(&self) -> bool {
        self.http_only
    }

    /// `Domain`.
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// `Partitioned`.
    pub fn partitioned(&self) -> bool {
        self.partitioned == Some(true)
    }

    /// As the attributes of a Set-Cookie header: `Expires`, never `Max-Age`. `unless_said`: what
    /// stands where the record says nothing of `SameSite`.
    pub(super) fn attributes(&self, unless_said: Option<SameSite>) -> Attributes {
        Attributes {
            path: Some(Cow::Owned(self.path.clone())),
            domain: self.domain.clone().map(Cow::Owned),
            same_site: self.same_site().or(unless_said),
            secure: self.secure,
            http_only: self.http_only,
            // Over plain http no browser takes it.
            partitioned: self.partitioned == Some(true) && self.secure,
            priority: None,
            max_age: None,
            expires: self.expires.map(|at| u64::try_from(at).unwrap_or_default()),
        }
    }
}

impl Serialize for RecordCookie {
    /// In the order of Node's `toJSON`; what it leaves undefined is not there.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("cookie", 9)?;
        object.serialize_field("expires", &self.expires.map(date))?;
        object.serialize_field("originalMaxAge", &self.original_max_age)?;
        if let Some(at) = self.original_expires {
            object.serialize_field("originalExpires", &date(at))?;
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
    expires: Key<i64>,
    original_max_age: Option<u64>,
    same_site: Key<StatedSameSite>,
    secure: Key<bool>,
    path: Key<String>,
    http_only: Key<bool>,
    domain: Key<String>,
    partitioned: Key<bool>,
}

/// A key of the object. `Present(None)`: it is `null`, or nothing that it could be.
#[derive(Debug, Default)]
enum Key<V> {
    #[default]
    Absent,
    Present(Option<V>),
}

impl<V> Key<V> {
    fn of<'v>(value: Option<&'v Value>, read: impl FnOnce(&'v Value) -> Option<V>) -> Self {
        value.map_or(Self::Absent, |value| Self::Present(read(value)))
    }

    fn or(self, configured: Option<V>) -> Option<V> {
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
    let at = OffsetDateTime::parse(value.as_str()?, &Rfc3339).ok()?;
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

/// As `toISOString` writes it, with three digits of milliseconds. Beyond the year 9999, which the
/// library that writes it does not know: the last moment before.
fn date(at: i64) -> String {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn recorded(value: Value) -> Result<RecordedCookie, serde_json::Error> {
        serde_json::from_value(value)
    }

    #[test]
    fn dates_are_written_and_read_as_node_does() {
        for (at, text) in [
            (1_790_000_000_123, "2026-09-21T14:13:20.123Z"),
            (34_214_461_000, "1971-02-01T00:01:01.000Z"),
            (0, "1970-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(date(at), text);
            assert_eq!(parse_date(&json!(text)), Some(at));
            assert_eq!(parse_date(&json!(at)), Some(at));
        }
        assert_eq!(date(i64::MAX), "9999-12-31T23:59:59.999Z");
        for no_date in [
            json!("garbage"),
            json!(""),
            json!([]),
            json!(i64::MAX),
            json!({}),
        ] {
            assert_eq!(parse_date(&no_date), None, "{no_date}");
        }
    }

    #[test]
    fn what_a_record_does_not_say_is_as_configured_and_null_is_said() {
        let attributes = Attributes {
            domain: Some("example.org".into()),
            ..Attributes::defaults(crate::Format::FastifySession, false)
        };
        let configured = CookieSettings::new(&attributes, Some(1000), false);
        let silent = configured.clone().restored(recorded(json!({})).unwrap());
        assert_eq!(silent.domain.as_deref(), Some("example.org"));
        assert_eq!(silent.max_age, Some(1000));
        let said = json!({"domain": null, "secure": false, "originalMaxAge": null, "path": "/x"});
        let said = configured.restored(recorded(said).unwrap());
        assert_eq!((said.domain, said.secure), (None, Secure::Never));
        assert_eq!(
            (said.path.as_deref(), said.max_age),
            (Some("/x"), Some(1000))
        );
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
