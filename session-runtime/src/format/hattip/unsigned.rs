//! The cookies of @hattip/session that are neither signed nor encrypted: the JSON as it is.

use crate::{
    error::SealError,
    format::{CookieFormat, Opened, fastify::codec},
    random::Random,
    reason::Reason,
};

use super::MAX_VALUE;

pub(crate) struct Unsigned;

impl CookieFormat for Unsigned {
    fn open(&self, value: &[u8]) -> Result<Opened, Reason> {
        if value.len() > MAX_VALUE {
            return Err(Reason::Oversized);
        }
        Ok(Opened {
            bytes: codec::cookie_text(value).into_owned().into_bytes(),
            start: 0,
            key: 0,
            stale_key: false,
            expires: None,
        })
    }

    fn seal_onto(
        &self,
        value: &mut Vec<u8>,
        plaintext: &[u8],
        _: u64,
        _: &Random,
    ) -> Result<(), SealError> {
        let json = str::from_utf8(plaintext).map_err(|_| SealError::Unserializable)?;
        codec::escape_onto(value, json);
        Ok(())
    }

    fn sealed_len(&self, plaintext_len: usize) -> usize {
        // Of JSON a fourth is escaped, with three bytes for one.
        plaintext_len.saturating_add(plaintext_len / 2)
    }

    fn removal_value(&self) -> String {
        String::new()
    }
}
