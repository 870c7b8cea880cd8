//! The deserializer that the user's struct sees.

use std::{borrow::Cow, error::Error, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, IgnoredAny, IntoDeserializer, MapAccess, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Value, value::RawValue};

use super::{Findings, Interruption, Plan};

/// Shows a struct its own fields of an object, and keeps the others from it.
pub(super) struct Fields<'a, D> {
    pub(super) inner: D,
    pub(super) plan: &'a Plan,
    pub(super) findings: &'a mut Findings,
}

impl<'de, D: Deserializer<'de>> Fields<'_, D> {
    fn object<V: Visitor<'de>>(
        self,
        visitor: V,
        known: Option<&'static [&'static str]>,
    ) -> Result<V::Value, D::Error> {
        let Self {
            inner,
            plan,
            findings,
        } = self;
        inner.deserialize_map(ObjectVisitor {
            visitor,
            known,
            plan,
            findings,
        })
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Fields<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, D::Error> {
        Err(de::Error::custom("a session is a struct with named fields"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.object(visitor, Some(fields))
    }

    /// A struct with `#[serde(flatten)]` asks for a map: any key may be its.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.object(visitor, None)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct enum identifier ignored_any
    }
}

struct ObjectVisitor<'a, V> {
    visitor: V,
    known: Option<&'static [&'static str]>,
    plan: &'a Plan,
    findings: &'a mut Findings,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for ObjectVisitor<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a session's fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<V::Value, A::Error> {
        let Self {
            visitor,
            known,
            plan,
            findings,
        } = self;
        findings.reached = true;
        let fields = OwnFields {
            object,
            known,
            plan,
            findings: &mut *findings,
            index: 0,
            drained: false,
            filled: 0,
        };
        visitor
            .visit_map(fields)
            .map_err(|interrupt| match interrupt {
                Interrupt::Inner(error) => error,
                Interrupt::Missing(name) => {
                    findings.interrupt = Some(Interruption::Missing(name));
                    de::Error::missing_field(name)
                }
                Interrupt::Duplicate(name) => {
                    findings.interrupt = Some(Interruption::Duplicate);
                    de::Error::duplicate_field(name)
                }
            })
    }
}

/// The entries of the object that are the struct's own, and after them what was missing.
struct OwnFields<'a, A> {
    object: A,
    known: Option<&'static [&'static str]>,
    plan: &'a Plan,
    findings: &'a mut Findings,
    index: usize,
    drained: bool,
    filled: usize,
}

impl<'de, A: MapAccess<'de>> OwnFields<'_, A> {
    fn is_own(&self, key: &str) -> bool {
        self.known.is_none_or(|known| known.contains(&key))
    }

    /// Takes an entry that is not the struct's: the library's own, or unknown.
    fn take(&mut self, key: Key<'de>) -> Result<(), A::Error> {
        if self.plan.reserved == Some(&key.0) {
            if self.findings.reserved.is_empty() {
                self.findings.reserved_index = self.index;
            }
            self.findings.reserved.push(self.object.next_value()?);
        } else if self.plan.preserve_unknown {
            let value: Box<RawValue> = self.object.next_value()?;
            self.findings.unknown.insert(key.0.into_owned(), value);
        } else {
            self.object.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn next_own_key(&mut self) -> Result<Option<Key<'de>>, A::Error> {
        while !self.drained {
            let Some(key) = self.object.next_key::<Key<'de>>()? else {
                self.drained = true;
                break;
            };
            if self.plan.reserved != Some(&key.0) && self.is_own(&key.0) {
                self.index += 1;
                return Ok(Some(key));
            }
            self.take(key)?;
            self.index += 1;
        }
        Ok(None)
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for OwnFields<'_, A> {
    type Error = Interrupt<A::Error>;

    fn next_key_seed<K>(&mut self, seed: K) -> Result<Option<K::Value>, Self::Error>
    where
        K: DeserializeSeed<'de>,
    {
        if let Some(key) = self.next_own_key().map_err(Interrupt::Inner)? {
            return seed.deserialize(key.0.into_deserializer()).map(Some);
        }
        let Some((name, _)) = self.plan.fill.get(self.filled) else {
            return Ok(None);
        };
        seed.deserialize(IntoDeserializer::<Self::Error>::into_deserializer(*name))
            .map(Some)
    }

    fn next_value_seed<S>(&mut self, seed: S) -> Result<S::Value, Self::Error>
    where
        S: DeserializeSeed<'de>,
    {
        if !self.drained {
            return self.object.next_value_seed(seed).map_err(Interrupt::Inner);
        }
        let value = self
            .plan
            .fill
            .get(self.filled)
            .map_or(Value::Null, |(_, v)| v.clone());
        self.filled += 1;
        seed.deserialize(value).map_err(de::Error::custom)
    }
}

/// The error type that the struct sees: the real one, but for the two cases it is asked about.
pub(super) enum Interrupt<E> {
    Inner(E),
    Missing(&'static str),
    Duplicate(&'static str),
}

impl<E: de::Error> de::Error for Interrupt<E> {
    fn custom<M: fmt::Display>(message: M) -> Self {
        Self::Inner(E::custom(message))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::Duplicate(field)
    }
}

impl<E: fmt::Display> fmt::Display for Interrupt<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inner(error) => error.fmt(f),
            Self::Missing(field) => write!(f, "missing field `{field}`"),
            Self::Duplicate(field) => write!(f, "duplicate field `{field}`"),
        }
    }
}

impl<E: fmt::Display> fmt::Debug for Interrupt<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<E: fmt::Display> Error for Interrupt<E> {}

/// A key, borrowed from the payload unless it has escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field's name")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}
