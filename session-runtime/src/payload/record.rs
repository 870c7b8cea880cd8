//! The payload of a record that is shared with Node: the fields, and with @fastify/session its
//! `cookie` object in front of them.

use serde::{Serialize, de::DeserializeOwned};

use super::{
    Content, Decoded, Envelope, Rules, Unknown, canonical, fields, fields::Reserved, flat,
    reserved_field,
};
use crate::{error::SealError, reason::Reason};

/// The key that holds the session's cookie.
pub(crate) const COOKIE: &str = "cookie";

/// A record, read.
pub(crate) struct DecodedRecord<T, C> {
    pub(crate) decoded: Decoded<T>,
    /// Its `cookie` object, if there is one.
    pub(crate) cookie: Option<C>,
}

/// The text of a record. `cookie`: in a format that has it.
pub(crate) fn encode_record<T: Content, C: Serialize>(
    data: &T,
    unknown: &Unknown,
    cookie: Option<&C>,
    rules: Rules,
) -> Result<String, SealError> {
    let mut out = Vec::with_capacity(512);
    let reserved = cookie.map(|value| Reserved {
        key: COOKIE,
        value,
        index: 0,
    });
    fields::write(&mut out, data, unknown, reserved).map_err(|_| SealError::Unserializable)?;
    if !super::is_readable::<T>(&out, rules.format) {
        return Err(SealError::Unserializable);
    }
    String::from_utf8(out).map_err(|_| SealError::Unserializable)
}

pub(crate) fn decode_record<T: Content, C: DeserializeOwned>(
    text: &str,
    rules: Rules,
) -> Result<DecodedRecord<T, C>, Reason> {
    let has_cookie = reserved_field(rules.format) == Some(COOKIE);
    if has_cookie
        && let Some((cookie, data)) = canonical::record(text.as_bytes())
        && let Ok(cookie) = serde_json::from_str(cookie)
    {
        return Ok(decoded(data, Unknown::default(), Some(cookie)));
    }
    if !has_cookie && let Some(data) = canonical::bare(text.as_bytes()) {
        return Ok(decoded(data, Unknown::default(), None));
    }
    let (data, findings) = flat::read_as_node(text.as_bytes(), rules)?;
    let cookie = match findings.reserved.last() {
        None => None,
        Some(json) => Some(serde_json::from_str(json.get()).map_err(|_| Reason::Malformed)?),
    };
    Ok(decoded(data, findings.unknown, cookie))
}

fn decoded<T, C>(data: T, unknown: Unknown, cookie: Option<C>) -> DecodedRecord<T, C> {
    let decoded = Decoded {
        data,
        envelope: Envelope::default(),
        unknown,
    };
    DecodedRecord { decoded, cookie }
}
