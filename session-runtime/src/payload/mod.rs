//! What is sealed into a cookie: the user's struct as JSON, and what the library notes beside it.
//!
//! ```text
//! sealed   {"id":"…","iat":…,"ts":…,"v":1,"d":{ the fields }}     enveloped.rs
//!          before "d", where there is such a thing: "ep", "auth_time", "max_age"
//! fastify  {"__ts":…, the fields }                                flat.rs
//! hattip   { the fields }                                         bare.rs
//! record   {"cookie":{…}, the fields }                            record.rs
//!                          └─ read and written by fields.rs
//! ```
//!
//! What stands exactly as this library writes it is read by `canonical`, in one pass; everything else,
//! and all that Node wrote in its own way, by the files above.
//!
//! The struct stays plain: its own `Serialize` and `Deserialize` are wrapped, so that serde's
//! attributes (`rename`, `alias`, `skip`, `flatten`, `with`) work as ever.

mod bare;
mod canonical;
mod content;
mod enveloped;
mod fields;
mod flat;
mod node_timestamp;
mod probe;
mod record;
mod untyped;

use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use crate::{
    FastifyPolicy,
    cookie::{KeptLifetime, Overrides},
    declaration::Format,
    error::SealError,
    random::Random,
    reason::Reason,
};
pub(crate) use content::{Content, Reading};
pub(crate) use node_timestamp::NodeTimestamp;
pub(crate) use record::{COOKIE, DecodedRecord, decode_record, encode_record};
pub(crate) use untyped::Untyped;

/// The most random bytes an id has: 128 bits (ASVS 5.0, 7.2.3).
pub(crate) const ID_LENGTH: usize = 16;

/// A `__ts`, and its place among the keys.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed {
    pub(crate) timestamp: NodeTimestamp,
    pub(crate) index: usize,
}

/// What is noted beside the fields. `None`: to be decided when the cookie is sealed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Envelope {
    pub(crate) id: Option<[u8; ID_LENGTH]>,
    /// Unix milliseconds.
    pub(crate) created: Option<u64>,
    /// Unix milliseconds.
    pub(crate) touched: Option<u64>,
    /// When its principal proved last who he is, in Unix milliseconds. `None`: when it was created.
    pub(crate) authenticated: Option<u64>,
    /// How long the browser is to keep its cookies, where a handler has said so.
    pub(crate) lifetime: Option<KeptLifetime>,
    /// The epoch of the session's principal, for revoking all of his sessions at once.
    pub(crate) epoch: u64,
    /// The version of the fields as they came, in a format that carries it.
    pub(crate) version: Option<u32>,
    /// The fastify format's `__ts` as it came, and its place among the keys.
    pub(crate) node: Option<Box<Placed>>,
}

impl Envelope {
    /// Of `authenticated`: nobody knows when, and nothing that asks for a recent sign-in takes it.
    pub(crate) const LONG_AGO: u64 = 0;

    /// A new session, and with `keep_created` one that is as old as this.
    pub(crate) fn renew(&mut self, keep_created: bool) {
        *self = Self {
            created: self.created.filter(|_| keep_created),
            authenticated: self.authenticated.filter(|_| keep_created),
            lifetime: self.lifetime.filter(|_| keep_created),
            ..Self::default()
        };
    }

    /// Notes how long the browser is to keep the session's cookies, if `options` say so.
    pub(crate) fn keep_lifetime(&mut self, options: Option<&Overrides>) {
        let asked = options.and_then(Overrides::lifetime_to_keep);
        self.lifetime = asked.or(self.lifetime);
    }

    /// Notes that the session was written at `now`, in Unix milliseconds.
    pub(crate) fn touch(&mut self, now: u64, format: Format) {
        self.touched = Some(now);
        if format == Format::Fastify {
            // Math.round(Date.now() / 1000)
            let timestamp = NodeTimestamp::Seconds((now + 500) / 1000);
            let index = self.node.as_ref().map_or(0, |node| node.index);
            self.node = Some(Box::new(Placed { timestamp, index }));
        }
    }

    /// Decides what is open still when the session is sealed at `now`.
    pub(crate) fn complete(
        &mut self,
        now: u64,
        format: Format,
        random: &Random,
    ) -> Result<(), SealError> {
        if format == Format::Sealed {
            self.created.get_or_insert(now);
            if self.id.is_none() {
                self.id = Some(random.array()?);
            }
        }
        Ok(())
    }

    /// Whether the time of the last write is known.
    pub(crate) fn is_touched(&self) -> bool {
        match &self.node {
            Some(node) => node.timestamp != NodeTimestamp::Missing,
            None => self.touched.is_some(),
        }
    }
}

/// Fields that a shared cookie holds and the struct does not know, as they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unknown(Vec<(String, Box<RawValue>)>);

impl Unknown {
    /// The names, and the JSON of the values as it came.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, value.get()))
    }

    /// The JSON of one of them.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.iter();
        all.find_map(|(known, json)| (known == name).then_some(json))
    }

    /// Adds one, or replaces it.
    pub(crate) fn set(&mut self, name: &str, json: String) -> Result<(), SealError> {
        let value = RawValue::from_string(json).map_err(|_| SealError::Unserializable)?;
        self.insert(name.to_owned(), value);
        Ok(())
    }

    /// As JavaScript: the last of two equal keys wins, at the place of the first.
    fn insert(&mut self, key: String, value: Box<RawValue>) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key, value)),
        }
    }
}

/// How payloads of one session are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) format: Format,
    pub(crate) preserve_unknown: bool,
    /// What `__ts` may be.
    pub(crate) policy: FastifyPolicy,
}

/// A payload, read.
#[derive(Clone)]
pub(crate) struct Decoded<T> {
    pub(crate) data: T,
    pub(crate) envelope: Envelope,
    pub(crate) unknown: Unknown,
}

impl<T> Decoded<T> {
    /// To where it stays: it is large, and the rest of its way is long.
    #[inline]
    pub(crate) fn into_shared(self) -> Decoded<Arc<T>> {
        let Self {
            data,
            envelope,
            unknown,
        } = self;
        Decoded {
            data: Arc::new(data),
            envelope,
            unknown,
        }
    }
}

pub(crate) fn decode<T: Content>(json: &[u8], rules: Rules) -> Result<Decoded<T>, Reason> {
    match rules.format {
        Format::Sealed => enveloped::decode(json, rules),
        Format::Fastify => flat::decode(json, rules),
        _ => bare::decode(json, rules),
    }
}

pub(crate) fn encode<T: Content>(
    data: &T,
    envelope: &Envelope,
    unknown: &Unknown,
    format: Format,
) -> Result<Vec<u8>, SealError> {
    let json = match format {
        Format::Sealed => enveloped::encode(data, envelope, unknown),
        Format::Fastify => flat::encode(data, envelope, unknown),
        _ => bare::encode(data, unknown),
    }?;
    if is_readable::<T>(&json, format) {
        Ok(json)
    } else {
        Err(SealError::Unserializable)
    }
}

/// The levels that `serde_json` reads. It writes as many as there are.
const MAX_DEPTH: usize = 127;

/// Whether what was written can be read again: a session nested too deep would be lost with the
/// next request.
fn is_readable<T: Content>(json: &[u8], format: Format) -> bool {
    // Never less than the depth, and counted in no time.
    let brackets = memchr::memchr2_iter(b'[', b'{', json);
    let rules = Rules {
        format,
        preserve_unknown: false,
        policy: FastifyPolicy::AS_NODE,
    };
    brackets.count() <= MAX_DEPTH || decode::<T>(json, rules).err() != Some(Reason::Malformed)
}

/// The name that no field may have, because the format writes it among them.
pub(crate) const fn reserved_field(format: Format) -> Option<&'static str> {
    match format {
        Format::Fastify => Some(flat::TIMESTAMP),
        Format::FastifySession => Some(COOKIE),
        _ => None,
    }
}

/// Whether a session has a field of this name on the wire, as far as its default tells, and what it
/// reads.
pub(crate) fn has_field<T: Content>(name: &str) -> bool {
    let fields = serde_json::to_value(T::default());
    fields.is_ok_and(|fields| fields.get(name).is_some()) || probe::reads::<T>(name)
}

/// The three largest fields, known or not, with the bytes of their JSON.
pub(crate) fn largest_fields<T: Serialize>(data: &T, unknown: &Unknown) -> Vec<(String, usize)> {
    match serde_json::to_value(data) {
        Ok(Value::Object(fields)) => largest(fields, unknown),
        _ => Vec::new(),
    }
}

/// Apart, so that it is compiled once and not for each session. With a heap: a sort is much more
/// code, in every application.
fn largest(fields: Map<String, Value>, unknown: &Unknown) -> Vec<(String, usize)> {
    let mut sizes = BinaryHeap::new();
    for (name, value) in fields {
        sizes.push((value.to_string().len(), Reverse(name)));
    }
    for (name, json) in unknown.iter() {
        sizes.push((json.len(), Reverse(name.to_owned())));
    }
    let mut largest = Vec::new();
    for _ in 0..3 {
        if let Some((size, Reverse(name))) = sizes.pop() {
            largest.push((name, size));
        }
    }
    largest
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Default, Serialize, Deserialize)]
    struct Nested {
        value: Value,
    }

    impl Content for Nested {
        fn version(&self) -> u32 {
            1
        }

        fn reading(_: u32) -> Reading {
            Reading::Direct
        }

        fn migrate(_: u32, _: &str) -> Option<Self> {
            None
        }
    }

    fn nested(depth: usize) -> Value {
        (1..depth).fold(json!([]), |inner, _| json!([inner]))
    }

    fn written(value: Value, unknown: &str, format: Format) -> Result<Vec<u8>, SealError> {
        let envelope = Envelope::default();
        let unknown = Unknown::from_json(unknown).unwrap();
        encode(&Nested { value }, &envelope, &unknown, format)
    }

    /// The object of the fields is a level, and so is the envelope of the sealed format.
    #[test]
    fn what_is_nested_too_deep_to_be_read_is_not_written() {
        for (format, deepest) in [(Format::Fastify, 126), (Format::Sealed, 125)] {
            let rules = Rules {
                format,
                preserve_unknown: false,
                policy: FastifyPolicy::AS_NODE,
            };
            let json = written(nested(deepest), "{}", format).unwrap();
            let read = decode::<Nested>(&json, rules).ok().unwrap();
            assert_eq!(read.data.value, nested(deepest));
            let refused = written(nested(deepest + 1), "{}", format);
            assert_eq!(refused, Err(SealError::Unserializable));
        }
    }

    #[test]
    fn many_brackets_are_not_depth_and_unknown_fields_have_any_depth() {
        for format in [Format::Fastify, Format::Sealed] {
            let wide = json!([vec![json!([]); 200], "[[{{".repeat(100)]);
            assert!(written(wide, "{}", format).is_ok());
            let unknown = format!("{{\"deep\":{}}}", "[".repeat(300) + &"]".repeat(300));
            assert!(written(json!(null), &unknown, format).is_ok());
        }
    }
}
