//! The fields of a session as they may be shown.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{Format, SecureSession, csrf, payload::Unknown, revocation::Marks};

/// One field on the wire.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: Value,
    /// Bytes of its name and value in JSON.
    pub(crate) size: usize,
    /// How much shorter the cookie would be without it, if it stands there.
    pub(crate) in_cookie: Option<usize>,
    /// The struct has it.
    pub(crate) is_known: bool,
}

pub(crate) enum Value {
    Shown(Box<RawValue>),
    /// Marked `#[session(secret)]`.
    Secret,
    /// An id, a secret or a number of this library's own.
    Own,
}

/// The fields of `data`, and those that the struct does not know.
pub(crate) fn of<T: SecureSession>(data: &T, unknown: &Unknown, format: Format) -> Vec<Field> {
    let mut fields = known(data);
    for (name, json) in unknown.iter() {
        let is_own = format != Format::Sealed && (Marks::have(name) || name == csrf::FIELD);
        let value = if is_own { Value::Own } else { shown(json) };
        fields.push(Field::new(name, json, value, false));
    }
    fields
}

/// Which fields on the wire are secret is found out by their values, as the struct's `Serialize` may
/// name and shape them as it likes: what is different when the secret fields have their defaults is
/// not shown. So no value of a secret field is ever written into what is shown.
fn known<T: SecureSession>(data: &T) -> Vec<Field> {
    let secret = || T::FIELDS.iter().filter(|field| field.is_secret());
    let bits = secret().fold(0, |bits, field| bits | 1 << field.bit());
    let without = T::__keep(data.__duplicate(), !bits);
    let (Some(all), Some(open)) = (on_the_wire(data), on_the_wire(&without)) else {
        return Vec::new();
    };
    let is_named = |name: &str| secret().any(|field| reads_alike(field.name(), name));
    let fields = all.iter().map(|(name, json)| {
        let value = match open.get(name) {
            Some(open) if open == json && !is_named(name) => shown(open),
            _ => Value::Secret,
        };
        Field::new(name, json, value, true)
    });
    fields.collect()
}

/// Whether two names differ in their case and their joints alone, as by serde's `rename_all`: also an
/// empty secret is not shown.
fn reads_alike(a: &str, b: &str) -> bool {
    let letters = |name| str::chars(name).filter(|c| c.is_alphanumeric());
    let lower = |c: char| c.to_lowercase();
    letters(a).flat_map(lower).eq(letters(b).flat_map(lower))
}

fn on_the_wire(data: &impl Serialize) -> Option<Unknown> {
    let json = serde_json::to_string(data).ok()?;
    Unknown::from_json(&json).ok()
}

fn shown(json: &str) -> Value {
    let value = RawValue::from_string(json.to_owned());
    value.map_or(Value::Secret, Value::Shown)
}

impl Field {
    /// Where it stands: in the cookie, or in a record.
    pub(super) fn bytes(&self) -> usize {
        self.in_cookie.unwrap_or(self.size)
    }

    fn new(name: &str, json: &str, value: Value, is_known: bool) -> Self {
        // Its quotes and escapes, a colon, and the comma behind.
        let key = serde_json::to_string(name).map_or(0, |key| key.len());
        Self {
            name: name.to_owned(),
            value,
            size: key + 1 + json.len() + 1,
            in_cookie: None,
            is_known,
        }
    }
}
