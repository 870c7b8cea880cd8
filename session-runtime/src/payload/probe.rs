//! Which names a struct asks for when it is read.

use serde::{
    de::{Deserialize, Deserializer, Error, Visitor, value},
    forward_to_deserialize_any,
};

/// Whether a struct reads a field of this name: also one that its default does not write.
pub(super) fn reads<'de, T: Deserialize<'de>>(name: &str) -> bool {
    let mut found = false;
    let probe = Probe {
        name,
        found: &mut found,
    };
    // It gives nothing to read.
    let _failed = T::deserialize(probe).err();
    found
}

struct Probe<'a> {
    name: &'a str,
    found: &'a mut bool,
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, value::Error> {
        Err(Error::custom("a probe"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, value::Error> {
        *self.found = fields.contains(&self.name);
        Err(Error::custom("a probe"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct enum identifier ignored_any map
    }
}
