//! Whether two values of a field are equal, by the best means its type has.
//!
//! Generated code calls `(&&&Same(a)).same(b)`. Of the three traits, method resolution takes the first
//! whose bound holds: `PartialEq`, else `Serialize`, else none.

use serde::Serialize;

/// One of the values.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "hidden: made by generated code")]
pub struct Same<'a, V>(pub &'a V);

/// By `PartialEq`.
pub trait ByValue<V> {
    /// Whether `other` is equal.
    fn same(&self, other: &V) -> bool;
}

/// By what is written of it.
pub trait ByJson<V> {
    /// Whether `other` is written equally.
    fn same(&self, other: &V) -> bool;
}

/// By nothing.
pub trait Unknown<V> {
    /// Not known: taken for changed.
    fn same(&self, other: &V) -> bool;
}

impl<V: PartialEq> ByValue<V> for &&Same<'_, V> {
    fn same(&self, other: &V) -> bool {
        self.0 == other
    }
}

impl<V: Serialize> ByJson<V> for &Same<'_, V> {
    fn same(&self, other: &V) -> bool {
        match (serde_json::to_value(self.0), serde_json::to_value(other)) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        }
    }
}

impl<V> Unknown<V> for Same<'_, V> {
    fn same(&self, _: &V) -> bool {
        false
    }
}

#[cfg(test)]
#[expect(
    clippy::needless_borrow,
    reason = "as generated code writes it, for any type"
)]
mod tests {
    use std::collections::HashSet;

    use super::{ByJson as _, ByValue as _, Same, Unknown as _};

    #[derive(serde::Serialize)]
    struct Written(u8);

    struct Opaque;

    #[test]
    fn each_type_is_compared_by_the_best_it_has() {
        let (one, other): (HashSet<u32>, HashSet<u32>) =
            ((0..99).collect(), (0..99).rev().collect());
        assert!((&&&Same(&one)).same(&other));
        assert!(!(&&&Same(&1)).same(&2));
        assert!((&&&Same(&Written(1))).same(&Written(1)));
        assert!(!(&&&Same(&Written(1))).same(&Written(2)));
        assert!(!(&&&Same(&Opaque)).same(&Opaque));
    }
}
