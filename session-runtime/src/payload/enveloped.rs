//! The payload of the sealed format: an envelope with the fields inside.

use std::{fmt, marker::PhantomData};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Content, Decoded, Envelope, ID_LENGTH, Reading, Rules, Unknown, canonical, fields};
use crate::{
    error::SealError,
    payload::fields::{FieldsSeed, Findings, Plan, Reserved},
    reason::Reason,
};

pub(super) fn encode<T: Content>(
    data: &T,
    envelope: &Envelope,
    unknown: &Unknown,
) -> Result<Vec<u8>, SealError> {
    let mut out = Vec::with_capacity(512);
    write(&mut out, data, envelope, unknown).map_err(|_| SealError::Unserializable)?;
    Ok(out)
}

fn write<T: Content>(
    out: &mut Vec<u8>,
    data: &T,
    envelope: &Envelope,
    unknown: &Unknown,
) -> Result<(), serde_json::Error> {
    let mut id = [0; (ID_LENGTH * 4).div_ceil(3)];
    let written = URL_SAFE_NO_PAD.encode_slice(envelope.id.unwrap_or_default(), &mut id);
    debug_assert_eq!(written, Ok(id.len()));
    out.extend_from_slice(br#"{"id":""#);
    out.extend_from_slice(&id);
    let mut number = |before: &[u8], number: u64| {
        out.extend_from_slice(before);
        serde_json::to_writer(&mut *out, &number)
    };
    number(br#"","iat":"#, envelope.created.unwrap_or_default())?;
    number(br#","ts":"#, envelope.touched.unwrap_or_default())?;
    number(br#","v":"#, u64::from(data.version()))?;
    if envelope.epoch != 0 {
        number(br#","ep":"#, envelope.epoch)?;
    }
    if let Some(authenticated) = envelope.authenticated {
        number(br#","auth_time":"#, authenticated)?;
    }
    if let Some(lifetime) = envelope.lifetime {
        number(br#","max_age":"#, lifetime.into())?;
    }
    out.extend_from_slice(br#","d":"#);
    fields::write(out, data, unknown, None::<Reserved<'_, ()>>)?;
    out.push(b'}');
    Ok(())
}

pub(super) fn decode<T: Content>(json: &[u8], rules: Rules) -> Result<Decoded<T>, Reason> {
    if let Some(decoded) = canonical::enveloped(json) {
        return Ok(decoded);
    }
    decode_with_care(json, rules)
}

/// Any payload, also one that another version of this library wrote.
pub(super) fn decode_with_care<T: Content>(
    json: &[u8],
    rules: Rules,
) -> Result<Decoded<T>, Reason> {
    let plan = Plan::new(rules.preserve_unknown, None);
    let (result, findings) = fields::filling_in::<T, _>(plan, |plan, findings| {
        let mut json = serde_json::Deserializer::from_slice(json);
        let seed = EnvelopeVisitor {
            plan,
            findings,
            session: PhantomData,
        };
        let opened = json.deserialize_map(seed)?;
        json.end().map(|()| opened)
    });
    match result {
        Ok((envelope, Some(data))) => Ok(Decoded {
            data,
            envelope,
            unknown: findings.unknown,
        }),
        Ok((_, None)) => Err(Reason::SchemaMismatch),
        Err(error) if error.is_data() && findings.reached => Err(Reason::SchemaMismatch),
        Err(_) => Err(Reason::Malformed),
    }
}

/// Reads the envelope and, as soon as its version is known, the fields in the same pass.
struct EnvelopeVisitor<'a, T> {
    plan: &'a Plan,
    findings: &'a mut Findings,
    session: PhantomData<fn() -> T>,
}

impl<'de, T: Content> Visitor<'de> for EnvelopeVisitor<'_, T> {
    /// `None`: the fields are of another version, and nothing brings them to this one.
    type Value = (Envelope, Option<T>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a session's envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut envelope = Envelope::default();
        let mut version: Option<u32> = None;
        while let Some(key) = map.next_key::<&str>()? {
            match key {
                "id" => envelope.id = Some(id(map.next_value()?)?),
                "iat" => envelope.created = Some(map.next_value()?),
                "ts" => envelope.touched = Some(map.next_value()?),
                "v" => version = Some(map.next_value()?),
                "ep" => envelope.epoch = map.next_value()?,
                "auth_time" => envelope.authenticated = Some(map.next_value()?),
                "max_age" => envelope.lifetime = Some(map.next_value()?),
                // Always last: its version decides how it is read.
                "d" => return self.fields(map, envelope, version),
                // A later version of this library may note more.
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Err(A::Error::missing_field("d"))
    }
}

impl<T: Content> EnvelopeVisitor<'_, T> {
    fn fields<'de, A: MapAccess<'de>>(
        self,
        mut map: A,
        mut envelope: Envelope,
        version: Option<u32>,
    ) -> Result<(Envelope, Option<T>), A::Error> {
        if envelope.id.is_none() || envelope.created.is_none() || envelope.touched.is_none() {
            return Err(A::Error::custom("incomplete envelope"));
        }
        let version = version.ok_or_else(|| A::Error::missing_field("v"))?;
        envelope.version = Some(version);
        let data = match T::reading(version) {
            Reading::Direct => {
                let Self {
                    plan,
                    findings,
                    session,
                } = self;
                Some(map.next_value_seed(FieldsSeed {
                    plan,
                    findings,
                    session,
                })?)
            }
            Reading::Migration => T::migrate(version, map.next_value::<&RawValue>()?.get()),
            Reading::Refused => {
                map.next_value::<IgnoredAny>()?;
                None
            }
        };
        match map.next_key::<IgnoredAny>()? {
            None => Ok((envelope, data)),
            Some(_) => Err(A::Error::custom("the fields are not last")),
        }
    }
}

fn id<E: Error>(text: &str) -> Result<[u8; ID_LENGTH], E> {
    let mut id = [0; ID_LENGTH];
    match URL_SAFE_NO_PAD.decode_slice(text, &mut id) {
        Ok(ID_LENGTH) => Ok(id),
        _ => Err(E::custom("not a session id")),
    }
}

impl<'de, T: Content> DeserializeSeed<'de> for EnvelopeVisitor<'_, T> {
    type Value = (Envelope, Option<T>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}
