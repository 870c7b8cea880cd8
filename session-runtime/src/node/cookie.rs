//! The cookie of a session as its record has it: the `cookie` object of @fastify/session and
//! express-session.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::cookie_json::{Key, RecordedCookie};
use crate::{
    SameSite,
    cookie::{Attributes, Overrides},
};

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
        if over.ends_with_browser {
            (self.max_age, self.expires) = (None, None);
        }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_record_does_not_say_is_as_configured_and_null_is_said() {
        let attributes = Attributes {
            domain: Some("example.org".into()),
            ..Attributes::defaults(crate::Format::FastifySession, false)
        };
        let configured = CookieSettings::new(&attributes, Some(1000), false);
        let silent = configured
            .clone()
            .restored(serde_json::from_value(json!({})).unwrap());
        assert_eq!(silent.domain.as_deref(), Some("example.org"));
        assert_eq!(silent.max_age, Some(1000));
        let said = json!({"domain": null, "secure": false, "originalMaxAge": null, "path": "/x"});
        let said = configured.restored(serde_json::from_value(said).unwrap());
        assert_eq!((said.domain, said.secure), (None, Secure::Never));
        assert_eq!(
            (said.path.as_deref(), said.max_age),
            (Some("/x"), Some(1000))
        );
    }
}
