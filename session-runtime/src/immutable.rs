//! Which sessions requests may share.

use std::{
    borrow::Cow,
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque},
    ffi::{CString, OsStr, OsString},
    marker::PhantomData,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    ops::{Bound, Range, RangeInclusive},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde_json::{Map, Number, Value, value::RawValue};

/// A type whose values nothing changes behind a shared reference, and which `Deserialize` makes of its
/// text alone.
///
/// A session all of whose fields are of such types is decoded once for all requests that come with
/// the same cookie or record, which share it until one of them writes: see
/// [`Config::cached_sessions`](crate::Config::cached_sessions). It is implemented for most of what the
/// standard library and `serde_json` have for data, and every `Copy` type counts as one: it can hold no
/// cell or lock, and at most refer to one that is there for the whole program. Say it of others that
/// hold no more than data, and of another crate's by a type of your own around it:
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
/// or reads a clock there, and write no such `Deserialize` for a `Copy` type of a session.
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
    [] str; [] String; [] Path; [] PathBuf; [] OsStr; [] OsString; [] CString;
    [] Duration; [] SystemTime; [] IpAddr; [] Ipv4Addr; [] Ipv6Addr; [] SocketAddr;
    [] Number; [] Value; [] Map<String, Value>; [] RawValue;
    [T: Immutable] [T]; [T: Immutable, const N: usize] [T; N];
    [T: Immutable + ?Sized] Box<T>;
    [T: Immutable] Option<T>; [T: Immutable, E: Immutable] Result<T, E>;
    [T: Immutable] Reverse<T>; [T: Immutable] Bound<T>;
    [T: Immutable] Range<T>; [T: Immutable] RangeInclusive<T>;
    [T: Immutable] Vec<T>; [T: Immutable] VecDeque<T>; [T: Immutable] LinkedList<T>;
    [T: Immutable] BinaryHeap<T>; [T: Immutable] BTreeSet<T>; [T: Immutable] HashSet<T>;
    [K: Immutable, V: Immutable] BTreeMap<K, V>; [K: Immutable, V: Immutable] HashMap<K, V>;
    [A: Immutable] (A,); [A: Immutable, B: Immutable] (A, B);
    [A: Immutable, B: Immutable, C: Immutable] (A, B, C);
    [A: Immutable, B: Immutable, C: Immutable, D: Immutable] (A, B, C, D);
    [A: Immutable, B: Immutable, C: Immutable, D: Immutable, E: Immutable] (A, B, C, D, E);
    [A: Immutable, B: Immutable, C: Immutable, D: Immutable, E: Immutable, F: Immutable]
        (A, B, C, D, E, F);
}

impl<T: Immutable + ToOwned + ?Sized> Immutable for Cow<'_, T> where T::Owned: Immutable {}

/// Asks of a field's type what it is: `Probe::<u64>::IS_IMMUTABLE`.
///
/// An item of its own goes before one of a trait, where its bound holds.
#[derive(Debug)]
pub struct Probe<V: ?Sized>(PhantomData<V>);

/// The answer of every other type.
pub trait MayChange {
    /// Whether it is [`Immutable`].
    const IS_IMMUTABLE: bool = false;
    /// Whether it is `Copy`, which no cell and no lock is.
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

    use super::{Cow, HashMap, HashSet, Immutable, Map, MayChange as _, Probe, Value};

    #[derive(Clone, Copy)]
    #[expect(dead_code, reason = "only its type matters")]
    enum Role {
        Reader,
    }

    struct Own(#[expect(dead_code, reason = "only its type matters")] u8);

    /// Data, whose owned form is none.
    struct Plain(u8);

    impl Immutable for Plain {}

    impl ToOwned for Plain {
        type Owned = Locked;

        fn to_owned(&self) -> Locked {
            Locked(Mutex::new(()), Self(self.0))
        }
    }

    #[expect(dead_code, reason = "only its type matters")]
    struct Locked(Mutex<()>, Plain);

    impl std::borrow::Borrow<Plain> for Locked {
        fn borrow(&self) -> &Plain {
            &self.1
        }
    }

    #[expect(dead_code, reason = "only its type matters")]
    struct Counting(AtomicU32);

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
            Map<String, Value>,
            (String, String, String, String, String),
            Result<String, std::path::PathBuf>,
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
            // What is in it can be changed in place until somebody shares it.
            std::sync::Arc<str>,
            (String, Cell<u8>),
            Own,
            HashMap<String, Own>,
            HashMap<String, u8, Counting>,
            HashSet<String, Counting>,
            Cow<'static, Plain>,
        ];
        assert!(!all.contains(&true), "{all:?}");
    }
}
