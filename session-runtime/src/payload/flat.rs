//! The payload of the fastify format: `__ts` among the fields.

use std::marker::PhantomData;

use serde::de::DeserializeSeed;

use super::{
    Content, Decoded, Envelope, NodeTimestamp, Placed, Rules, Unknown, Untyped, canonical,
    fields::{self, FieldsSeed, Findings, Plan, Reserved},
    reserved_field,
};
use crate::{Deviation, error::SealError, reason::Reason};

/// The key that holds the time of the last write.
pub(super) const TIMESTAMP: &str = "__ts";

pub(super) fn encode<T: Content>(
    data: &T,
    envelope: &Envelope,
    unknown: &Unknown,
) -> Result<Vec<u8>, SealError> {
    let written = NodeTimestamp::Seconds(envelope.touched.unwrap_or_default() / 1000);
    // Node writes it first in a new session, and leaves it where it stands in one it has read.
    let (value, index) = envelope
        .node
        .as_ref()
        .map_or((&written, 0), |node| (&node.timestamp, node.index));
    let mut out = Vec::with_capacity(256);
    let reserved = (*value != NodeTimestamp::Missing).then_some(Reserved {
        key: TIMESTAMP,
        value,
        index,
    });
    fields::write(&mut out, data, unknown, reserved).map_err(|_| SealError::Unserializable)?;
    Ok(out)
}

pub(super) fn decode<T: Content>(json: &[u8], rules: Rules) -> Result<Decoded<T>, Reason> {
    if let Some((seconds, data)) = canonical::flat(json)
        && let Some(touched) = NodeTimestamp::Seconds(seconds).milliseconds()
    {
        let envelope = Envelope {
            touched: Some(touched),
            node: Some(Box::new(Placed {
                timestamp: NodeTimestamp::Seconds(seconds),
                index: 0,
            })),
            ..Envelope::default()
        };
        return Ok(Decoded {
            data,
            envelope,
            unknown: Unknown::default(),
        });
    }
    decode_with_care(json, rules)
}

/// Any payload, also one that Node wrote.
pub(super) fn decode_with_care<T: Content>(
    json: &[u8],
    rules: Rules,
) -> Result<Decoded<T>, Reason> {
    let (data, findings) = read_as_node(json, rules)?;
    let (envelope, unknown) = beside(findings, rules)?;
    Ok(Decoded {
        data,
        envelope,
        unknown,
    })
}

/// The fields of an object as `JSON.parse` reads it.
pub(super) fn read_as_node<T: Content>(json: &[u8], rules: Rules) -> Result<(T, Findings), Reason> {
    // As Node: bytes that are no UTF-8 become U+FFFD.
    let json = String::from_utf8_lossy(json);
    let (result, findings) = read::<T>(&json, rules);
    // JSON.parse takes the last of two equal keys, serde neither.
    let (result, findings) = if findings.has_duplicate() {
        read_last_of_each::<T>(&json, rules)
    } else {
        (result, findings)
    };
    match result {
        Ok(data) => Ok((data, findings)),
        Err(error) if error.is_data() && findings.reached => Err(Reason::SchemaMismatch),
        Err(_) => Err(Reason::Malformed),
    }
}

fn read<T: Content>(json: &str, rules: Rules) -> (Result<T, serde_json::Error>, Findings) {
    let plan = Plan::new(rules.preserve_unknown, reserved_field(rules.format));
    fields::filling_in::<T, _>(plan, |plan, findings| {
        let mut json = serde_json::Deserializer::from_str(json);
        let seed = FieldsSeed {
            plan,
            findings,
            session: PhantomData,
        };
        let data = seed.deserialize(&mut json)?;
        json.end().map(|()| data)
    })
}

/// Reads again, with the last of equal keys in the place of the first.
fn read_last_of_each<T: Content>(
    json: &str,
    rules: Rules,
) -> (Result<T, serde_json::Error>, Findings) {
    let keep_all = Rules {
        preserve_unknown: true,
        ..rules
    };
    let (untyped, all) = read::<Untyped>(json, keep_all);
    let mut last_of_each = Vec::new();
    let written = untyped.and_then(|untyped| {
        let nothing_reserved = None::<Reserved<'_, ()>>;
        fields::write(&mut last_of_each, &untyped, &all.unknown, nothing_reserved)
    });
    if let Err(error) = written {
        return (Err(error), all);
    }
    let (result, mut findings) = read::<T>(&String::from_utf8_lossy(&last_of_each), rules);
    // Of those, more than one is still more than one.
    findings.reserved = all.reserved;
    findings.reserved_index = all.reserved_index;
    (result, findings)
}

/// What is noted beside the fields.
fn beside(findings: Findings, rules: Rules) -> Result<(Envelope, Unknown), Reason> {
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
        node: Some(Box::new(Placed { timestamp, index })),
        ..Envelope::default()
    };
    Ok((envelope, findings.unknown))
}
