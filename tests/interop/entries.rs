//! Sessions that hold whatever a cookie holds: their fields are the entries of a JavaScript
//! object, in its order and with each value as it is written.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use session_runtime::{CookieOptions, Field, SecureSession};

use crate::attributes::Attributes;

/// The entries of an object.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries(Vec<(String, Box<RawValue>)>);

impl Entries {
    /// `object[key] = value`. Keys that are array indices stand in front, in their order; others in
    /// the order in which they were added (ECMA-262, 10.1.11.1).
    pub(crate) fn set(&mut self, key: String, value: Box<RawValue>) {
        if let Some((_, old)) = self.0.iter_mut().find(|(known, _)| *known == key) {
            *old = value;
            return;
        }
        let place = array_index(&key).map_or(self.0.len(), |index| {
            let is_before = |known: &str| array_index(known).is_some_and(|known| known < index);
            self.0
                .iter()
                .take_while(|(known, _)| is_before(known))
                .count()
        });
        self.0.insert(place, (key, value));
    }

    pub(crate) fn retain(&mut self, keep: &[String]) {
        self.0.retain(|(key, _)| keep.contains(key));
    }

    /// The object as JSON.
    pub(crate) fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The number of a key such as `10`, which is no text to JavaScript; not of `010`.
fn array_index(key: &str) -> Option<u32> {
    let index: u32 = key.parse().ok().filter(|index| *index < u32::MAX)?;
    (index.to_string() == key).then_some(index)
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Entries::default();
                while let Some((key, value)) = map.next_entry()? {
                    entries.set(key, value);
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// A session of that kind.
pub(crate) trait Slot: SecureSession {
    /// All that is in it.
    const ENTRIES: Field<Self, Entries>;

    /// What a response may decide of its cookie.
    fn options(attributes: &Attributes) -> CookieOptions<Self::Prefix>;
}

macro_rules! slots {
    ($($name:ident($session:literal, $cookie:literal, $options:ident);)*) => {
        $(
            #[derive(SecureSession, Default)]
            #[session(name = $session, cookie_name = $cookie, format = "fastify")]
            pub(crate) struct $name {
                entries: Entries,
            }

            impl Slot for $name {
                const ENTRIES: Field<Self, Entries> = Self::ENTRIES;

                fn options(attributes: &Attributes) -> CookieOptions<Self::Prefix> {
                    attributes.$options()
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.entries.serialize(serializer)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    Entries::deserialize(deserializer).map(|entries| Self { entries })
                }
            }
        )*
    };
}

// What a type fixes and a configuration cannot change is its name and the prefix of its cookie.
slots! {
    First("first", "first", free_options);
    Second("second", "second", free_options);
    Third("third", "third", free_options);
    Host("host", "__Host-host", options);
    Secure("secure", "__Secure-secure", options);
}
