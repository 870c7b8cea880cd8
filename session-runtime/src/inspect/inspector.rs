//! Opens and seals the cookies of one kind.

use std::fmt;

use http::HeaderValue;

use super::{Inspected, MintError};
use crate::{
    Clock, Deviation, Format, Random,
    cookie::{SetCookie, header},
    error::{OpenError, Oversized, SealError},
    expiry::Expiry,
    format::CookieFormat,
    payload::{self, Decoded, Envelope, Rules, Unknown, Untyped},
    reason::Reason,
};

/// Opens and seals the cookies of one kind, without the type of their session.
///
/// Made by [`Subject::with_keys`](super::Subject::with_keys); the [module](super) has an example.
pub struct Inspector {
    pub(super) codec: Box<dyn CookieFormat>,
    pub(super) rules: Rules,
    pub(super) expiry: Expiry,
    pub(super) set_cookie: SetCookie,
    pub(super) version: u32,
    pub(super) clock: Clock,
    pub(super) random: Random,
}

impl Inspector {
    /// The cookie's name.
    pub fn cookie_name(&self) -> &str {
        self.set_cookie.name()
    }

    /// The values of every cookie of this kind's name in a `Cookie` header, in the order sent.
    pub fn values_in<'a>(&'a self, header: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        header::values_in(header, self.cookie_name())
    }

    /// What is in a cookie with this value, as it stands in the header.
    ///
    /// A session that a handler would not get, because it has ended or does not fit the policy, is
    /// opened nevertheless: [`Inspected::refusal`] says so.
    ///
    /// # Errors
    ///
    /// When no key vouches for the value, so that nothing can be said of what is in it.
    pub fn open(&self, value: impl AsRef<[u8]>) -> Result<Inspected, OpenError> {
        let value = value.as_ref();
        let opened = self.codec.open(value).map_err(OpenError::new)?;
        let now = self.clock.now_ms();
        let decoded = self.decode(opened.plaintext());
        let refusal = match &decoded {
            Ok(decoded) => self.expiry.check(&decoded.envelope, now).err(),
            Err(reason) => Some(*reason),
        };
        let (decoded, deviation) = match (decoded, refusal) {
            (Ok(decoded), Some(Reason::FromFuture)) if self.rules.format == Format::Fastify => {
                (Some(decoded), Some(Deviation::FutureTimestamp))
            }
            (Ok(decoded), _) => (Some(decoded), None),
            (Err(_), _) => self.decode_as_node(opened.plaintext()).unzip(),
        };
        let (envelope, fields) = decoded
            .map(|decoded| (decoded.envelope, decoded.unknown))
            .unzip();
        Ok(Inspected {
            format: self.rules.format,
            key: opened.key,
            size: self.cookie_name().len() + value.len(),
            envelope: envelope.unwrap_or_default(),
            fields,
            refusal,
            deviation,
            expiry: self.expiry,
            now,
        })
    }

    fn decode(&self, plaintext: &[u8]) -> Result<Decoded<Untyped>, Reason> {
        payload::decode(plaintext, self.rules)
    }

    /// What Node would make of a plaintext that is refused here, and the deviation that it is
    /// refused for.
    fn decode_as_node(&self, plaintext: &[u8]) -> Option<(Decoded<Untyped>, Deviation)> {
        let about_the_timestamp = [
            Deviation::MissingTimestamp,
            Deviation::TimestampNotInteger,
            Deviation::DuplicateTimestamp,
        ];
        about_the_timestamp.into_iter().find_map(|deviation| {
            let mut rules = self.rules;
            rules.policy = rules.policy.as_node_in(deviation);
            let decoded = payload::decode(plaintext, rules).ok()?;
            Some((decoded, deviation))
        })
    }

    /// The value of a new session's cookie with these fields, a JSON object. It is created and
    /// last used now.
    ///
    /// # Errors
    ///
    /// When the text is no JSON object, holds a field that is the format's own, or would fail as a
    /// response's session.
    pub fn seal(&self, fields: &str) -> Result<String, MintError> {
        let fields = Unknown::from_json(fields).map_err(|error| MintError::from_json(&error))?;
        let reserved = payload::reserved_field(self.rules.format);
        if let Some(name) = reserved.filter(|own| fields.iter().any(|(name, _)| name == *own)) {
            return Err(MintError::Reserved { name });
        }
        let (format, now) = (self.rules.format, self.clock.now_ms());
        let mut envelope = Envelope::default();
        envelope.touch(now, format);
        envelope.complete(now, format, &self.random)?;
        let data = Untyped::of_version(self.version);
        let plaintext = payload::encode(&data, &envelope, &fields, format)?;
        let end = self.expiry.end(envelope.created, envelope.touched);
        let end = end.unwrap_or(u64::MAX);
        let value = self.codec.seal(&plaintext, end, &self.random)?;
        if !self.sends_oversized() {
            let size = self.cookie_name().len() + value.len();
            Oversized::check(size, || payload::largest_fields(&data, &fields))?;
        }
        Ok(value)
    }

    fn sends_oversized(&self) -> bool {
        let policy = self.rules.policy;
        self.rules.format == Format::Fastify && policy.follows_node(Deviation::OversizedCookie)
    }

    /// The `Set-Cookie` header that gives a browser this value, with the attributes that the format
    /// has by default.
    ///
    /// # Errors
    ///
    /// When the value holds what no header can, which none of [`seal`](Self::seal) does.
    pub fn set_cookie(&self, value: &str) -> Result<HeaderValue, SealError> {
        let header = self.set_cookie.set(value, self.clock.now_ms());
        header.ok_or(SealError::InvalidAttribute { attribute: "value" })
    }
}

impl fmt::Debug for Inspector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspector")
            .field("cookie_name", &self.cookie_name())
            .field("format", &self.rules.format)
            .finish_non_exhaustive()
    }
}
