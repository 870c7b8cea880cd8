//! The serializer that the user's struct sees.

use serde::{
    Serialize, Serializer,
    ser::{Error as _, Impossible, SerializeMap, SerializeStruct},
};

use crate::payload::Unknown;

/// A key of the library's own to write between the fields.
#[derive(Clone, Copy)]
pub(in crate::payload) struct Reserved<'a, V> {
    pub(in crate::payload) key: &'static str,
    pub(in crate::payload) value: &'a V,
    /// How many keys stand before it.
    pub(in crate::payload) index: usize,
}

/// Appends the object of `data`'s fields to `out`, with `reserved` at its place and the unknown
/// fields behind.
pub(in crate::payload) fn write<T: Serialize, V: Serialize>(
    out: &mut Vec<u8>,
    data: &T,
    unknown: &Unknown,
    reserved: Option<Reserved<'_, V>>,
) -> Result<(), serde_json::Error> {
    data.serialize(Fields {
        inner: &mut serde_json::Serializer::new(out),
        unknown,
        reserved,
    })
}

/// Lets a struct or a map through, and nothing else.
struct Fields<'a, S, V> {
    inner: S,
    unknown: &'a Unknown,
    reserved: Option<Reserved<'a, V>>,
}

impl<'a, S: Serializer, V: Serialize> Fields<'a, S, V> {
    fn object(self) -> Result<Object<'a, S::SerializeMap, V>, S::Error> {
        Ok(Object {
            map: self.inner.serialize_map(None)?,
            unknown: self.unknown,
            reserved_key: self.reserved.as_ref().map(|reserved| reserved.key),
            reserved: self.reserved,
            index: 0,
            skip_value: false,
        })
    }
}

fn not_a_struct<R, E: serde::ser::Error>() -> Result<R, E> {
    Err(E::custom("a session is a struct with named fields"))
}

macro_rules! refuse {
    ($($method:ident($($argument:ty),*) -> $ok:ty;)*) => {
        $(fn $method(self, $(_: $argument),*) -> Result<$ok, S::Error> {
            not_a_struct()
        })*
    };
}

impl<'a, S: Serializer, V: Serialize> Serializer for Fields<'a, S, V> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Impossible<S::Ok, S::Error>;
    type SerializeTuple = Impossible<S::Ok, S::Error>;
    type SerializeTupleStruct = Impossible<S::Ok, S::Error>;
    type SerializeTupleVariant = Impossible<S::Ok, S::Error>;
    type SerializeStructVariant = Impossible<S::Ok, S::Error>;
    type SerializeMap = Object<'a, S::SerializeMap, V>;
    type SerializeStruct = Object<'a, S::SerializeMap, V>;

    fn serialize_struct(
        self,
        _name: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeStruct, S::Error> {
        self.object()
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        self.object()
    }

    refuse! {
        serialize_bool(bool) -> S::Ok;
        serialize_i8(i8) -> S::Ok;
        serialize_i16(i16) -> S::Ok;
        serialize_i32(i32) -> S::Ok;
        serialize_i64(i64) -> S::Ok;
        serialize_u8(u8) -> S::Ok;
        serialize_u16(u16) -> S::Ok;
        serialize_u32(u32) -> S::Ok;
        serialize_u64(u64) -> S::Ok;
        serialize_f32(f32) -> S::Ok;
        serialize_f64(f64) -> S::Ok;
        serialize_char(char) -> S::Ok;
        serialize_str(&str) -> S::Ok;
        serialize_bytes(&[u8]) -> S::Ok;
        serialize_none() -> S::Ok;
        serialize_unit() -> S::Ok;
        serialize_unit_struct(&'static str) -> S::Ok;
        serialize_unit_variant(&'static str, u32, &'static str) -> S::Ok;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize)
            -> Self::SerializeTupleVariant;
        serialize_struct_variant(&'static str, u32, &'static str, usize)
            -> Self::SerializeStructVariant;
    }

    fn serialize_some<T: ?Sized + Serialize>(self, _: &T) -> Result<S::Ok, S::Error> {
        not_a_struct()
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: &T,
    ) -> Result<S::Ok, S::Error> {
        not_a_struct()
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<S::Ok, S::Error> {
        not_a_struct()
    }
}

/// An object being written.
struct Object<'a, M, V> {
    map: M,
    unknown: &'a Unknown,
    /// Stays when `reserved` has been written.
    reserved_key: Option<&'static str>,
    reserved: Option<Reserved<'a, V>>,
    index: usize,
    /// The value to come belongs to a key that is the library's.
    skip_value: bool,
}

impl<M: SerializeMap, V: Serialize> Object<'_, M, V> {
    #[inline]
    fn before_key(&mut self, key: &str) -> Result<(), M::Error> {
        if self.reserved.is_none() {
            return Ok(());
        }
        let index = self.index;
        self.index += 1;
        if is_array_index(key) {
            return Ok(());
        }
        self.write_reserved(|at| at <= index)
    }

    fn write_reserved(&mut self, due: impl FnOnce(usize) -> bool) -> Result<(), M::Error> {
        match self.reserved.take_if(|reserved| due(reserved.index)) {
            Some(Reserved { key, value, .. }) => self.map.serialize_entry(key, value),
            None => Ok(()),
        }
    }

    fn finish(mut self) -> Result<M::Ok, M::Error> {
        for (key, value) in &self.unknown.0 {
            self.before_key(key)?;
            self.map.serialize_entry(key, value)?;
        }
        self.write_reserved(|_| true)?;
        self.map.end()
    }
}

impl<M: SerializeMap, V: Serialize> SerializeStruct for Object<'_, M, V> {
    type Ok = M::Ok;
    type Error = M::Error;

    fn serialize_field<T>(&mut self, key: &'static str, value: &T) -> Result<(), M::Error>
    where
        T: ?Sized + Serialize,
    {
        self.before_key(key)?;
        self.map.serialize_entry(key, value)
    }

    fn end(self) -> Result<M::Ok, M::Error> {
        self.finish()
    }
}

/// Whether JavaScript takes this key for an array index, which it puts in front of all other keys
/// (ECMA-262, 10.1.11.1), the library's own included.
fn is_array_index(key: &str) -> bool {
    let is_canonical = key == "0"
        || key
            .bytes()
            .next()
            .is_some_and(|b| (b'1'..=b'9').contains(&b));
    is_canonical && key.parse::<u32>().is_ok_and(|index| index < u32::MAX)
}

/// A struct with `#[serde(flatten)]`, which may hold any key: also the library's, which is left
/// out.
impl<M: SerializeMap, V: Serialize> SerializeMap for Object<'_, M, V> {
    type Ok = M::Ok;
    type Error = M::Error;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), M::Error> {
        if let Some(reserved) = self.reserved_key {
            let name = serde_json::to_value(key).map_err(M::Error::custom)?;
            if name == reserved {
                self.skip_value = true;
                return Ok(());
            }
            self.before_key(name.as_str().unwrap_or_default())?;
        }
        self.map.serialize_key(key)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), M::Error> {
        if std::mem::take(&mut self.skip_value) {
            return Ok(());
        }
        self.map.serialize_value(value)
    }

    fn end(self) -> Result<M::Ok, M::Error> {
        self.finish()
    }
}
