//! The payload of a format that carries the end of the session itself: the fields, and nothing
//! beside them.

use super::{
    Content, Decoded, Envelope, Rules, Unknown, canonical, fields, fields::Reserved, flat,
};
use crate::{error::SealError, reason::Reason};

pub(super) fn encode<T: Content>(data: &T, unknown: &Unknown) -> Result<Vec<u8>, SealError> {
    let mut out = Vec::with_capacity(256);
    fields::write(&mut out, data, unknown, None::<Reserved<'_, ()>>)
        .map_err(|_| SealError::Unserializable)?;
    Ok(out)
}

pub(super) fn decode<T: Content>(json: &[u8], rules: Rules) -> Result<Decoded<T>, Reason> {
    let (data, unknown) = if let Some(data) = canonical::bare(json) {
        (data, Unknown::default())
    } else {
        let (data, findings) = flat::read_as_node(json, rules)?;
        (data, findings.unknown)
    };
    Ok(Decoded {
        data,
        envelope: Envelope::default(),
        unknown,
    })
}
