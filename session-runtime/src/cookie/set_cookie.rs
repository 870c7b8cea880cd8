//! The Set-Cookie header out.
//!
//! ```text
//! name=value; Max-Age; Domain; Path; Expires; HttpOnly; Secure; Partitioned; Priority; SameSite
//! ```
//!
//! The order is that of Node's `cookie` package, so that a cookie shared with Node is the same to
//! the byte.

use std::{
    borrow::Cow,
    fmt::Write as _,
    time::{Duration, UNIX_EPOCH},
};

use http::HeaderValue;

use super::{Attributes, MAX_LIFETIME};

/// The Set-Cookie headers of one session: everything behind the value is written once, at start.
#[derive(Debug, Clone)]
pub(crate) struct SetCookie {
    name: String,
    attributes: Attributes,
    /// `None` where it depends on the time of the response.
    suffix: Option<String>,
    removal: String,
}

impl SetCookie {
    pub(crate) fn new(name: String, attributes: Attributes) -> Self {
        let suffix = attributes
            .expires
            .is_none()
            .then(|| suffix(&attributes, None));
        let removal = removal(&attributes);
        Self {
            name,
            attributes,
            suffix,
            removal,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) const fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// The attributes as a response of now would state them.
    #[cfg(feature = "inspector")]
    pub(crate) fn attributes_text(&self, now_ms: u64) -> String {
        let text = suffix(&self.attributes, Some(now_ms));
        text.trim_start_matches("; ").to_owned()
    }

    /// Whether the browser keeps it for a time of its own, which every new one lengthens.
    pub(crate) const fn is_persistent(&self) -> bool {
        self.attributes.max_age.is_some() || self.attributes.expires.is_some()
    }

    /// The header that sets `value`. `None`: the value holds what no header can.
    pub(crate) fn set(&self, value: &str, now_ms: u64) -> Option<HeaderValue> {
        self.begin(value.len(), || now_ms).with(value)
    }

    /// The header that sets a value of so many bytes, which is yet to be written.
    pub(crate) fn begin(&self, length: usize, now_ms: impl FnOnce() -> u64) -> Line<'_> {
        let suffix = match &self.suffix {
            Some(suffix) => Cow::Borrowed(&**suffix),
            None => Cow::Owned(suffix(&self.attributes, Some(now_ms()))),
        };
        Line::new(&self.name, length, suffix)
    }

    /// The header that removes the cookie: the same attributes, or the browser removes another.
    pub(crate) fn remove(&self, value: &str) -> Option<HeaderValue> {
        Line::new(&self.name, value.len(), Cow::Borrowed(&self.removal)).with(value)
    }
}

/// A header up to its value, in a buffer that has room for the whole: if the length was foretold
/// right, nothing is moved.
pub(crate) struct Line<'a> {
    bytes: Vec<u8>,
    suffix: Cow<'a, str>,
}

impl<'a> Line<'a> {
    fn new(name: &str, length: usize, suffix: Cow<'a, str>) -> Self {
        let mut bytes = Vec::with_capacity(name.len() + 1 + length + suffix.len());
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(b'=');
        Self { bytes, suffix }
    }

    /// Where the value goes.
    pub(crate) const fn value(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// `None`: the value holds what no header can.
    pub(crate) fn finish(mut self) -> Option<HeaderValue> {
        self.bytes.extend_from_slice(self.suffix.as_bytes());
        HeaderValue::try_from(self.bytes).ok()
    }

    fn with(mut self, value: &str) -> Option<HeaderValue> {
        self.bytes.extend_from_slice(value.as_bytes());
        self.finish()
    }
}

fn suffix(attributes: &Attributes, now_ms: Option<u64>) -> String {
    let latest = now_ms.map_or(u64::MAX, |now| now / 1000 + MAX_LIFETIME.as_secs());
    let expires = attributes.expires.map(|at| (at / 1000).min(latest));
    write_attributes(attributes, attributes.max_age, expires)
}

fn removal(attributes: &Attributes) -> String {
    write_attributes(attributes, Some(0), Some(0))
}

fn write_attributes(a: &Attributes, max_age: Option<u64>, expires: Option<u64>) -> String {
    let mut out = String::new();
    if let Some(seconds) = max_age {
        push(&mut out, "Max-Age=", &seconds.to_string());
    }
    if let Some(domain) = &a.domain {
        push(&mut out, "Domain=", domain);
    }
    if let Some(path) = &a.path {
        push(&mut out, "Path=", path);
    }
    if let Some(seconds) = expires {
        push(&mut out, "Expires=", &http_date(seconds));
    }
    for (name, on) in [
        ("HttpOnly", a.http_only),
        ("Secure", a.secure),
        ("Partitioned", a.partitioned),
    ] {
        if on {
            push(&mut out, name, "");
        }
    }
    if let Some(priority) = a.priority {
        push(&mut out, "Priority=", priority.as_str());
    }
    if let Some(value) = a.same_site {
        push(&mut out, "SameSite=", value.as_str());
    }
    out
}

fn push(out: &mut String, name: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = write!(out, "; {name}{value}");
}

/// The date as RFC 9110 (section 5.6.7) writes it. A time that it cannot write (past the year 9999)
/// becomes the last that it can.
fn http_date(unix_seconds: u64) -> String {
    const LAST: u64 = 253_402_300_799;
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(unix_seconds.min(LAST)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SameSite, cookie::Priority, declaration::Format};

    fn all() -> Attributes {
        Attributes {
            path: Some("/app".into()),
            domain: Some("example.org".into()),
            same_site: Some(SameSite::None),
            secure: true,
            http_only: true,
            partitioned: true,
            priority: Some(Priority::High),
            max_age: Some(60),
            expires: Some(1_790_003_600_000),
        }
    }

    fn text(header: Option<HeaderValue>) -> String {
        header
            .expect("a header")
            .to_str()
            .expect("ASCII")
            .to_owned()
    }

    #[test]
    fn attributes_stand_in_the_order_of_node() {
        assert_eq!(
            text(SetCookie::new("s".into(), all()).set("v", 1_790_000_000_000)),
            "s=v; Max-Age=60; Domain=example.org; Path=/app; \
             Expires=Mon, 21 Sep 2026 15:13:20 GMT; HttpOnly; Secure; Partitioned; \
             Priority=High; SameSite=None"
        );
    }

    #[test]
    fn d13_the_default_cookie_is_closed_to_scripts_and_to_plain_http() {
        let plain = Attributes::defaults(Format::Sealed, false);
        assert_eq!(
            text(SetCookie::new("__Host-a".into(), plain).set("v", 0)),
            "__Host-a=v; Path=/; HttpOnly; Secure; SameSite=Lax"
        );
    }

    #[test]
    fn d18_expires_is_400_days_ahead_at_most() {
        let far = Attributes {
            expires: Some(u64::MAX),
            max_age: None,
            ..all()
        };
        let line = text(SetCookie::new("s".into(), far).set("v", 1_790_000_000_000));
        assert!(
            line.contains("Expires=Tue, 26 Oct 2027 14:13:20 GMT"),
            "{line}"
        );
    }

    #[test]
    fn d23_removal_repeats_the_attributes_with_no_life_left() {
        assert_eq!(
            text(SetCookie::new("s".into(), all()).remove("")),
            "s=; Max-Age=0; Domain=example.org; Path=/app; \
             Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; Partitioned; \
             Priority=High; SameSite=None"
        );
    }

    #[test]
    fn a_value_that_breaks_the_header_gives_none() {
        assert!(SetCookie::new("s".into(), all()).set("a\nb", 0).is_none());
    }

    #[test]
    fn dates_past_the_last_year_are_the_last_date() {
        assert_eq!(http_date(u64::MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
    }
}
