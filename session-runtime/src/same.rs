//! How a field is merged whose value two requests may have changed, and when two values are equal.
//!
//! Generated code calls `(&&&Same(a)).__by()`. Of the three traits, method resolution takes the first
//! whose bound holds: `PartialEq`, else `Serialize`, else none.

use std::mem;

use serde::Serialize;

/// Tells whether two values are equal.
type Equality<V> = fn(&V, &V) -> bool;

/// A value of the type that is compared.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "hidden: made by generated code")]
pub struct Same<'a, V>(pub &'a V);

/// By `PartialEq`.
pub trait ByValue<V> {
    /// Equal if they are.
    fn __by(&self) -> Equality<V>;
}

/// By what is written of it.
pub trait ByJson<V> {
    /// Equal if they are written equally.
    fn __by(&self) -> Equality<V>;
}

/// By nothing.
pub trait Unknown<V> {
    /// Not known: taken for changed.
    fn __by(&self) -> Equality<V>;
}

impl<V: PartialEq> ByValue<V> for &&Same<'_, V> {
    fn __by(&self) -> Equality<V> {
        V::eq
    }
}

impl<V: Serialize> ByJson<V> for &Same<'_, V> {
    fn __by(&self) -> Equality<V> {
        |one, other| match (serde_json::to_value(one), serde_json::to_value(other)) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        }
    }
}

impl<V> Unknown<V> for Same<'_, V> {
    fn __by(&self) -> Equality<V> {
        |_, _| false
    }
}

/// Takes over `theirs`, what another request has saved, unless this one has changed the field
/// (`is_dirty`) from its value `before`. `true`: both have, and ours stays.
pub fn merge<V>(
    is_dirty: bool,
    before: &V,
    theirs: &mut V,
    ours: &mut V,
    same: Equality<V>,
) -> bool {
    if !is_dirty || same(before, ours) {
        mem::swap(ours, theirs);
        return false;
    }
    !same(before, theirs)
}

#[cfg(test)]
#[expect(
    clippy::needless_borrow,
    reason = "as generated code writes it, for any type"
)]
mod tests {
    use std::collections::HashSet;

    use super::{ByJson as _, ByValue as _, Same, Unknown as _, merge};

    #[derive(serde::Serialize)]
    struct Written(u8);

    struct Opaque;

    #[test]
    fn each_type_is_compared_by_the_best_it_has() {
        let (one, other): (HashSet<u32>, HashSet<u32>) =
            ((0..99).collect(), (0..99).rev().collect());
        assert!((&&&Same(&one)).__by()(&one, &other));
        assert!(!(&&&Same(&1)).__by()(&1, &2));
        assert!((&&&Same(&Written(1))).__by()(&Written(1), &Written(1)));
        assert!(!(&&&Same(&Written(1))).__by()(&Written(1), &Written(2)));
        assert!(!(&&&Same(&Opaque)).__by()(&Opaque, &Opaque));
    }

    #[test]
    fn what_only_one_has_changed_is_his_and_what_both_have_is_ours() {
        let merged = |is_dirty, before, mut theirs, mut ours: u8| {
            let both = merge(is_dirty, &before, &mut theirs, &mut ours, u8::eq);
            (both, ours)
        };
        assert_eq!(merged(false, 1, 2, 1), (false, 2));
        assert_eq!(merged(true, 1, 2, 1), (false, 2));
        assert_eq!(merged(true, 1, 1, 3), (false, 3));
        assert_eq!(merged(true, 1, 2, 3), (true, 3));
    }
}
