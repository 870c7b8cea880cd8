//! The deserializer that the user's struct sees.

use std::{error::Error, fmt};

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor, value::BorrowedStrDeserializer},
    forward_to_deserialize_any,
};

use super::text::Text;
use crate::payload::Content;

/// The object of a session's fields, from behind its first bracket or a key of the library's own.
/// `None`: it is not canonical, or the struct refuses it.
pub(super) fn fields<T: Content>(text: &mut Text<'_>) -> Option<T> {
    T::deserialize(Session(text)).ok()
}

/// Reading begins anew, elsewhere: why it stopped does not matter.
#[derive(Debug)]
struct Elsewhere;

type Read<V> = Result<V, Elsewhere>;

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not canonical")
    }
}

impl Error for Elsewhere {}

impl de::Error for Elsewhere {
    fn custom<M: fmt::Display>(_: M) -> Self {
        Self
    }
}

/// The whole: a struct with named fields, or it is no session's.
struct Session<'a, 'de>(&'a mut Text<'de>);

impl<'de> Deserializer<'de> for Session<'_, 'de> {
    type Error = Elsewhere;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
        Err(Elsewhere)
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        object(self.0, fields, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// A struct's object, from behind its first bracket.
#[inline]
fn object<'de, V: Visitor<'de>>(
    text: &mut Text<'de>,
    fields: &'static [&'static str],
    visitor: V,
) -> Read<V::Value> {
    let object = visitor.visit_map(Object {
        text,
        due: fields,
        is_first: true,
    })?;
    text.leave("}").ok_or(Elsewhere)?;
    Ok(object)
}

/// One value of the text.
struct Value<'a, 'de>(&'a mut Text<'de>);

impl<'de> Value<'_, 'de> {
    fn list<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.0.enter("[").ok_or(Elsewhere)?;
        let list = visitor.visit_seq(List {
            text: self.0,
            is_first: true,
        })?;
        self.0.leave("]").ok_or(Elsewhere)?;
        Ok(list)
    }

    /// As `serde_json` reads it, once it is known how far it reaches.
    fn general(self) -> Read<serde_json::Deserializer<serde_json::de::StrRead<'de>>> {
        let json = self.0.value().ok_or(Elsewhere)?;
        Ok(serde_json::Deserializer::from_str(json))
    }
}

/// Each method, if the text is not what the library writes for such a value.
macro_rules! general {
    ($value:ident.$method:ident($($argument:expr),*)) => {
        $value.general()?.$method($($argument),*).map_err(|_| Elsewhere)
    };
}

macro_rules! plain {
    ($read:ident as $visit:ident: $($method:ident)*) => {
        $(#[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            match self.0.$read() {
                Some(value) => visitor.$visit(value),
                None => general!(self.$method(visitor)),
            }
        })*
    };
}

macro_rules! others {
    ($($method:ident($($argument:ident: $of:ty),*))*) => {
        $(fn $method<V: Visitor<'de>>(self, $($argument: $of,)* visitor: V) -> Read<V::Value> {
            general!(self.$method($($argument,)* visitor))
        })*
    };
}

/// A visitor is called as `serde_json` calls it.
impl<'de> Deserializer<'de> for Value<'_, 'de> {
    type Error = Elsewhere;

    #[inline]
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.0.eat("true").is_some() {
            visitor.visit_bool(true)
        } else if self.0.eat("false").is_some() {
            visitor.visit_bool(false)
        } else {
            Err(Elsewhere)
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.0.eat("null").is_some() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Read<V::Value> {
        // By such names its own types make themselves known to `serde_json`.
        if name.starts_with('$') {
            return general!(self.deserialize_newtype_struct(name, visitor));
        }
        visitor.visit_newtype_struct(self)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Read<V::Value> {
        self.list(visitor)
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.0.enter("{").ok_or(Elsewhere)?;
        object(self.0, fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        match self.0.string() {
            Some(variant) => visitor.visit_enum(BorrowedStrDeserializer::new(variant)),
            None => general!(self.deserialize_enum(name, variants, visitor)),
        }
    }

    plain! { unsigned as visit_u64:
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    plain! { string as visit_borrowed_str: deserialize_str deserialize_string }

    others! {
        deserialize_any()
        deserialize_i128()
        deserialize_u128()
        deserialize_f32()
        deserialize_f64()
        deserialize_char()
        deserialize_bytes()
        deserialize_byte_buf()
        deserialize_unit()
        deserialize_unit_struct(name: &'static str)
        deserialize_map()
        deserialize_identifier()
        deserialize_ignored_any()
    }
}

/// The fields of a struct, in its order. Some may be missing.
struct Object<'a, 'de> {
    text: &'a mut Text<'de>,
    due: &'static [&'static str],
    is_first: bool,
}

impl<'de> MapAccess<'de> for Object<'_, 'de> {
    type Error = Elsewhere;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if self.text.peek() == Some(b'}') {
            return Ok(None);
        }
        if !std::mem::take(&mut self.is_first) {
            self.text.eat(",").ok_or(Elsewhere)?;
        }
        while let Some((name, due)) = self.due.split_first() {
            self.due = due;
            if self.text.key(name).is_some() {
                return seed
                    .deserialize(BorrowedStrDeserializer::new(name))
                    .map(Some);
            }
        }
        Err(Elsewhere)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<S::Value> {
        seed.deserialize(Value(self.text))
    }
}

/// The elements of a list.
struct List<'a, 'de> {
    text: &'a mut Text<'de>,
    is_first: bool,
}

impl<'de> SeqAccess<'de> for List<'_, 'de> {
    type Error = Elsewhere;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<Option<S::Value>> {
        if self.text.peek() == Some(b']') {
            return Ok(None);
        }
        if !std::mem::take(&mut self.is_first) {
            self.text.eat(",").ok_or(Elsewhere)?;
        }
        seed.deserialize(Value(self.text)).map(Some)
    }
}
