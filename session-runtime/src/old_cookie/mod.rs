//! A cookie of another library, whose sessions are taken over until a date.
//!
//! ```text
//! Cookie: old=… ──▶ Opener ──▶ its text ──▶ the application's function, or JSON ──▶ a new session
//!                      │ Reason                     │ Reason
//! ```
//!
//! It is looked at where no cookie of ours is found, and removed when ours is set: `layer/old_cookie`
//! decides that. Nothing vouches for its age, so the session that it becomes begins when it is read.

#[cfg(feature = "cookie-jar")]
pub(crate) mod jar;

use std::{
    any::Any,
    borrow::Cow,
    fmt,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use http::HeaderMap;
use percent_encoding::percent_decode;

use crate::{
    Format, SecureSession,
    cookie::{Attributes, MAX_COOKIE, MAX_LIFETIME, Overrides, SetCookie, header, name_problem},
    expiry::milliseconds,
    payload::{self, Rules},
    reason::Reason,
};

/// Cookies of the name that are tried: a bound on what a request can cost.
const MAX_CANDIDATES: usize = 16;

/// What an application says of the old cookie of one session.
#[derive(Clone)]
pub(crate) struct OldCookie {
    name: Cow<'static, str>,
    /// As it stands in a header: some characters of names are escaped.
    name_on_the_wire: String,
    /// The first millisecond at which it is taken over no more.
    until: u64,
    /// Whether it stays in the browser beside ours.
    pub(crate) stays: bool,
    overrides: Overrides,
    opener: Arc<dyn Opener>,
    reader: Option<Reader>,
}

/// What authenticates the values of an old cookie.
pub(crate) trait Opener: Send + Sync {
    /// The text that was sealed or signed under this name. `None`: it was not.
    fn open(&self, name: &str, value: &str) -> Option<String>;

    /// Whether no two cookies have one value.
    fn is_unique(&self) -> bool;
}

/// The application's function from the text to a session.
#[derive(Clone)]
struct Reader(Arc<dyn Any + Send + Sync>);

type Read<T> = Box<dyn Fn(&str) -> Option<T> + Send + Sync>;

/// What old cookies of one request came to.
pub(crate) struct Found<'h, T> {
    pub(crate) cookies: usize,
    pub(crate) valid: usize,
    /// The data and the value that they were in, or the most telling of the reasons.
    ///
    /// The value as the opener has read it: a header can spell one in many ways.
    pub(crate) best: Result<(T, Cow<'h, str>), Reason>,
}

impl OldCookie {
    pub(crate) fn new(
        name: Cow<'static, str>,
        name_on_the_wire: String,
        until: SystemTime,
        opener: impl Opener + 'static,
    ) -> Self {
        let until = until.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            name,
            name_on_the_wire,
            until: milliseconds(until),
            stays: false,
            overrides: Overrides::default(),
            opener: Arc::new(opener),
            reader: None,
        }
    }

    pub(crate) fn read_with<T: 'static>(
        &mut self,
        read: impl Fn(&str) -> Option<T> + Send + Sync + 'static,
    ) {
        let read: Read<T> = Box::new(read);
        self.reader = Some(Reader(Arc::new(read)));
    }

    pub(crate) fn set_attributes(&mut self, overrides: Overrides) {
        self.overrides = overrides;
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) const fn until(&self) -> u64 {
        self.until
    }

    pub(crate) fn has_unique_values(&self) -> bool {
        self.opener.is_unique()
    }

    /// The attributes that it was set with, as far as they matter to its removal.
    pub(crate) fn attributes(&self) -> Attributes {
        Attributes::defaults(Format::Sealed, false).with(self.overrides.clone())
    }

    /// What removes it.
    pub(crate) fn set_cookie(&self, over_http: bool) -> SetCookie {
        let attributes = self.attributes();
        let attributes = if over_http {
            attributes.over_http()
        } else {
            attributes
        };
        SetCookie::new(self.name_on_the_wire.clone(), attributes)
    }

    /// Settings that cannot work, at `now`.
    pub(crate) fn problems(&self, now: u64) -> Vec<String> {
        let mut problems = Vec::new();
        problems.extend(name_problem(&self.name));
        for (attribute, problem) in self.attributes().problems(&self.name_on_the_wire) {
            problems.push(format!("attributes: {attribute}: {problem}"));
        }
        if self.until > now.saturating_add(milliseconds(MAX_LIFETIME)) {
            problems.push(
                "its end is more than 400 days ahead, when no browser has the old cookies any \
                 more: give the day on which the last of them is to count"
                    .to_owned(),
            );
        }
        problems
    }

    /// The old cookie that came with a request.
    pub(crate) fn find<'h, T: SecureSession>(
        &self,
        headers: &'h HeaderMap,
        name_on_the_wire: &'h str,
        rules: Rules,
        now: u64,
    ) -> Found<'h, T> {
        let mut found = Found {
            cookies: 0,
            valid: 0,
            best: Err(Reason::Absent),
        };
        for value in header::candidates(headers, name_on_the_wire).take(MAX_CANDIDATES) {
            found.cookies += 1;
            match self.open(value, rules, now) {
                Ok((data, value)) => found.offer(data, value),
                Err(reason) => found.refuse(reason),
            }
        }
        found
    }

    fn open<'h, T: SecureSession>(
        &self,
        value: &'h [u8],
        rules: Rules,
        now: u64,
    ) -> Result<(T, Cow<'h, str>), Reason> {
        if self.until <= now {
            return Err(Reason::Expired);
        }
        if value.len() > MAX_COOKIE {
            return Err(Reason::Oversized);
        }
        let value = percent_decode(value).decode_utf8();
        let value = value.map_err(|_| Reason::Malformed)?;
        let text = self.opener.open(&self.name, &value);
        let data = self.read(&text.ok_or(Reason::Tampered)?, rules)?;
        Ok((data, value))
    }

    fn read<T: SecureSession>(&self, text: &str, rules: Rules) -> Result<T, Reason> {
        let Some(Reader(read)) = &self.reader else {
            // The fields and nothing beside them.
            let format = Format::InsecureUnsigned;
            let decoded = payload::decode::<T>(text.as_bytes(), Rules { format, ..rules });
            return decoded
                .map(|decoded| decoded.data)
                .map_err(|_| Reason::SchemaMismatch);
        };
        let read = read.downcast_ref::<Read<T>>();
        read.and_then(|read| read(text))
            .ok_or(Reason::SchemaMismatch)
    }
}

impl<'h, T> Found<'h, T> {
    /// None of them says when it was written: the greatest text counts, whatever their order.
    fn offer(&mut self, data: T, value: Cow<'h, str>) {
        self.valid += 1;
        if !matches!(&self.best, Ok((_, best)) if *best >= value) {
            self.best = Ok((data, value));
        }
    }

    fn refuse(&mut self, reason: Reason) {
        if let Err(known) = &mut self.best {
            *known = reason.max(*known);
        }
    }
}

impl fmt::Debug for OldCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OldCookie")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
