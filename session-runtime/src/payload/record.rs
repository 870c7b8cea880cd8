//! The payload of a record that is shared with Node: the fields, and with @fastify/session its
//! `cookie` object in front of them.

use serde::{Serialize, de::DeserializeOwned};

use super::{Content, Decoded, Envelope, Rules, Unknown, fields, fields::Reserved, flat};
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
    let (data, findings) = flat::read_as_node(text.as_bytes(), rules)?;
    let cookie = match findings.reserved.last() {
        None => None,
        Some(json) => Some(serde_json::from_str(json.get()).map_err(|_| Reason::Malformed)?),
    };
    let decoded = Decoded {
        data,
        envelope: Envelope::default(),
        unknown: findings.unknown,
    };
    Ok(DecodedRecord { decoded, cookie })
}
