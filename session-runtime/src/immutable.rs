//! Which sessions requests may share.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    marker::PhantomData,
    time::{Duration, SystemTime},
};

use serde_json::{Number, Value};

/// A type whose values nothing changes behind a shared reference: no `Cell`, no `Mutex`, no atomic
/// number in it, and none behind a pointer of it.
///
/// A session all of whose fields are of such types is decoded once for all requests that come with
/// the same cookie or record, which share it until one of them writes: see
/// [`Config::cached_sessions`](crate::Config::cached_sessions). It is implemented for what the
/// standard library and `serde_json` have for data, and every `Copy` type counts as one. Say it of
/// others that hold no more than data:
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use session_runtime::Immutable;
///
/// #[derive(Clone, Serialize, Deserialize)]
/// pub struct Address {
///     street: String,
///     city: String,
/// }
///
/// impl Immutable for Address {}
/// ```
///
/// A session with another field works as well, and is decoded with each request.
///
/// # Security
///
/// Its `Deserialize` is called once for many requests: say it of no type that draws a random number
/// or reads a clock there.
pub trait Immutable {}

macro_rules! immutable {
    ($([$($parameters:tt)*] $type:ty;)*) => { $(
        impl<$($parameters)*> Immutable for $type {}
    )* };
}

immutable! {
    [] bool; [] char; [] ();
    [] u8; [] u16; [] u32; [] u64; [] u128; [] usize;
    [] i8; [] i16; [] i32; [] i64; [] i128; [] isize;
    [] f32; [] f64;
    [] str; [] String; [] Duration; [] SystemTime; [] Number; [] Value;
    [T: Immutable] [T]; [T: Immutable, const N: usize] [T; N];
    [T: Immutable + ?Sized] Box<T>; [T: Immutable + ?Sized] std::sync::Arc<T>;
    [T: Immutable] Option<T>; [T: Immutable] Vec<T>; [T: Immutable] VecDeque<T>;
    [T: Immutable] BTreeSet<T>; [T: Immutable, S] HashSet<T, S>;
    [K: Immutable, V: Immutable] BTreeMap<K, V>;
    [K: Immutable, V: Immutable, S] HashMap<K, V, S>;
    [A: Immutable] (A,); [A: Immutable, B: Immutable] (A, B);
    [A: Immutable, B: Immutable, C: Immutable] (A, B, C);
    [A: Immutable, B: Immutable, C: Immutable, D: Immutable] (A, B, C, D);
    ['a, T: Immutable + ToOwned + ?Sized] Cow<'a, T>;
}

/// Asks of a field's type what it is: `Probe::<u64>::IS_IMMUTABLE`.
///
/// An item of its own goes before one of a trait, where its bound holds.
#[derive(Debug)]
pub struct Probe<V: ?Sized>(PhantomData<V>);

/// The answer of every other type.
pub trait MayChange {
    /// Whether it is [`Immutable`].
    const IS_IMMUTABLE: bool = false;
    /// Whether it is `Copy`, which nothing is that changes behind a shared reference.
    const IS_COPY: bool = false;
}

impl<V: ?Sized> MayChange for Probe<V> {}

impl<V: Immutable + ?Sized> Probe<V> {
    /// It is.
    pub const IS_IMMUTABLE: bool = true;
}

impl<V: Copy> Probe<V> {
    /// It is.
    pub const IS_COPY: bool = true;
}

#[cfg(test)]
mod tests {
    use std::{
        cell::Cell,
        sync::{Mutex, atomic::AtomicU32},
    };

    use super::{Cow, HashMap, HashSet, MayChange as _, Probe, Value};

    #[derive(Clone, Copy)]
    #[expect(dead_code, reason = "only its type matters")]
    enum Role {
        Reader,
    }

    struct Own(#[expect(dead_code, reason = "only its type matters")] u8);

    macro_rules! can_be_shared {
        ($($type:ty),* $(,)?) => {
            [$(Probe::<$type>::IS_IMMUTABLE || Probe::<$type>::IS_COPY),*]
        };
    }

    #[test]
    fn data_of_the_standard_library_can_be_shared() {
        let all = can_be_shared![
            u64,
            Option<String>,
            Vec<(u8, f64)>,
            HashMap<String, Vec<Value>>,
            HashSet<[char; 4]>,
            Box<str>,
            Cow<'static, str>,
            std::collections::BTreeMap<String, std::time::Duration>,
            Role,
            Option<Role>,
            std::net::IpAddr,
        ];
        assert!(!all.contains(&false), "{all:?}");
    }

    #[test]
    fn what_may_change_behind_a_reference_cannot() {
        let all = can_be_shared![
            Cell<u8>,
            AtomicU32,
            Vec<AtomicU32>,
            Option<Mutex<String>>,
            Box<Cell<u8>>,
            std::sync::Arc<Mutex<u8>>,
            (String, Cell<u8>),
            Own,
            HashMap<String, Own>,
        ];
        assert!(!all.contains(&true), "{all:?}");
    }
}
