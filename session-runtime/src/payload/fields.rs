//! The user's struct, read and written as part of a larger object.
//!
//! Reading tells the struct's fields from others by the names that serde itself passes to
//! `deserialize_struct`, after `rename` and `alias`. A field that is missing, because it was added
//! after the cookie was written, is taken from `T::default()`: serde reports it through
//! `Error::missing_field`, which [`Interrupt`] intercepts, and the payload is read once more with
//! that field filled in. Filling in everything absent at once would be wrong: an absent `Option`
//! means `None`, whatever the default says, and an `alias` may stand in for the name.

mod deserializer;
mod serializer;

use serde::{Deserializer, de::DeserializeSeed};
use serde_json::{Value, value::RawValue};
use std::marker::PhantomData;

use super::{Content, Unknown};
pub(super) use serializer::{Reserved, write};

/// What reading the fields found besides them.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) unknown: Unknown,
    /// Every value of the reserved key, and the place of the first among the keys.
    pub(super) reserved: Vec<Box<RawValue>>,
    pub(super) reserved_index: usize,
    /// The object was reached: what fails from here on is the fault of the fields.
    pub(super) reached: bool,
    interrupt: Option<Interruption>,
}

/// Why the struct gave up, if the payload is worth another reading.
#[derive(Clone, Copy)]
enum Interruption {
    Missing(&'static str),
    Duplicate,
}

/// Reads the fields out of an object, as one value of a larger document or as the whole of it.
pub(super) struct FieldsSeed<'a, T> {
    pub(super) plan: &'a Plan,
    pub(super) findings: &'a mut Findings,
    pub(super) session: PhantomData<fn() -> T>,
}

/// What to do with keys that are no fields.
pub(super) struct Plan {
    pub(super) preserve_unknown: bool,
    /// A key of the library's own between the fields.
    pub(super) reserved: Option<&'static str>,
    /// Missing fields, with the value to take.
    fill: Vec<(&'static str, Value)>,
}

impl Plan {
    pub(super) const fn new(preserve_unknown: bool, reserved: Option<&'static str>) -> Self {
        Self {
            preserve_unknown,
            reserved,
            fill: Vec::new(),
        }
    }
}

impl<'de, T: Content> DeserializeSeed<'de> for FieldsSeed<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer::Fields {
            inner: deserializer,
            plan: self.plan,
            findings: self.findings,
        })
    }
}

/// Runs `attempt` until no field is missing that the default could give.
///
/// `attempt` reads the whole document anew. At most one round for each field.
pub(super) fn filling_in<T: Content, R>(
    mut plan: Plan,
    mut attempt: impl FnMut(&Plan, &mut Findings) -> Result<R, serde_json::Error>,
) -> (Result<R, serde_json::Error>, Findings) {
    let mut defaults: Option<Vec<(String, Value)>> = None;
    loop {
        let mut findings = Findings::default();
        let result = attempt(&plan, &mut findings);
        let (Err(_), Some(Interruption::Missing(name))) = (&result, findings.interrupt) else {
            return (result, findings);
        };
        let defaults = defaults.get_or_insert_with(default_fields::<T>);
        let Some(at) = defaults.iter().position(|(field, _)| field == name) else {
            return (result, findings);
        };
        let (_, value) = defaults.swap_remove(at);
        plan.fill.push((name, value));
    }
}

impl Findings {
    pub(super) const fn has_duplicate(&self) -> bool {
        matches!(self.interrupt, Some(Interruption::Duplicate))
    }
}

/// As pairs: what removes from a map would be compiled for this alone.
fn default_fields<T: Content>() -> Vec<(String, Value)> {
    match serde_json::to_value(T::default()) {
        Ok(Value::Object(fields)) => fields.into_iter().collect(),
        _ => Vec::new(),
    }
}
