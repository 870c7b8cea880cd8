//! The payload of the fastify format: `__ts` among the fields.

use std::marker::PhantomData;

use serde::de::DeserializeSeed;

use super::{
    Decoded, Envelope, NodeTimestamp, Rules, Unknown,
    fields::{self, FieldsSeed, Findings, Plan, Reserved},
};
use crate::{Deviation, SecureSession, error::SealError, reason::Reason};

/// The key that holds the time of the last write.
const TIMESTAMP: &str = "__ts";

pub(super) fn encode<T: SecureSession>(
    data: &T,
    envelope: &Envelope,
    unknown: &Unknown,
) -> Result<Vec<u8>, SealError> {
    let written = NodeTimestamp::Seconds(envelope.touched.unwrap_or_default() / 1000);
    // Node writes it first in a new session, and leaves it where it stands in one it has read.
    let (value, index) = envelope
        .node
        .as_ref()
        .map_or((&written, 0), |(value, index)| (value, *index));
    let mut out = Vec::with_capacity(256);
    let reserved = (*value != NodeTimestamp::Missing).then_some(Reserved {
        key: TIMESTAMP,
        value,
        index,
    });
    fields::write(&mut out, data, unknown, reserved).map_err(|_| SealError::Unserializable)?;
    Ok(out)
}

pub(super) fn decode<T: SecureSession>(json: &[u8], rules: Rules) -> Result<Decoded<T>, Reason> {
    let (result, findings) = read::<T>(json, rules);
    // JSON.parse takes the last of two equal keys, serde neither.
    let (result, findings) = if findings.has_duplicate() {
        let value: serde_json::Value =
            serde_json::from_slice(json).map_err(|_| Reason::Malformed)?;
        read::<T>(value.to_string().as_bytes(), rules)
    } else {
        (result, findings)
    };
    match result {
        Ok(data) => assemble(data, findings, rules),
        Err(error) if error.is_data() && findings.reached => Err(Reason::SchemaMismatch),
        Err(_) => Err(Reason::Malformed),
    }
}

fn read<T: SecureSession>(json: &[u8], rules: Rules) -> (Result<T, serde_json::Error>, Findings) {
    let plan = Plan::new(rules.preserve_unknown, Some(TIMESTAMP));
    fields::filling_in::<T, _>(plan, |plan, findings| {
        let mut json = serde_json::Deserializer::from_slice(json);
        let seed = FieldsSeed {
            plan,
            findings,
            session: PhantomData,
        };
        let data = seed.deserialize(&mut json)?;
        json.end().map(|()| data)
    })
}

fn assemble<T>(data: T, findings: Findings, rules: Rules) -> Result<Decoded<T>, Reason> {
    let timestamp = NodeTimestamp::read(&findings.reserved);
    let touched = timestamp.milliseconds();
    let deviation = match &timestamp {
        NodeTimestamp::Missing => Some(Deviation::MissingTimestamp),
        _ if findings.reserved.len() > 1 => Some(Deviation::DuplicateTimestamp),
        NodeTimestamp::Seconds(_) if touched.is_some() => None,
        _ => Some(Deviation::TimestampNotInteger),
    };
    if deviation.is_some_and(|deviation| !rules.policy.follows_node(deviation)) {
        return Err(Reason::Malformed);
    }
    // Where it is missing, Node adds it as the last key.
    let index = if findings.reserved.is_empty() {
        usize::MAX
    } else {
        findings.reserved_index
    };
    let envelope = Envelope {
        touched,
        node: Some((timestamp, index)),
        ..Envelope::default()
    };
    Ok(Decoded {
        data,
        envelope,
        unknown: findings.unknown,
    })
}
