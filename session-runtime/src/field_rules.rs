//! What a field's type must be able to do, so that the compiler says so at the field.

use std::{
    collections::{BTreeSet, HashSet},
    fmt,
    hash::{BuildHasher, Hash},
};

/// A type that can be a field of a session.
pub trait SessionField: Clone + Send + Sync + 'static {
    #[doc(hidden)]
    #[must_use]
    fn duplicate(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<V: Clone + Send + Sync + 'static> SessionField for V {
    #[inline]
    fn duplicate(&self) -> Self {
        self.clone()
    }
}

/// A field that names whose session it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the principal of a session",
    label = "expected `Option` of a type that names somebody",
    note = "`#[session(principal)]` needs `Option<P>` with `P: Display + PartialEq`, such as `Option<u64>` or `Option<String>`"
)]
pub trait PrincipalField {
    /// What names somebody.
    type Principal: fmt::Display;

    #[doc(hidden)]
    fn principal(&self) -> Option<String>;

    #[doc(hidden)]
    fn who(&self) -> Option<&Self::Principal>;
}

#[diagnostic::do_not_recommend]
impl<P: fmt::Display + PartialEq> PrincipalField for Option<P> {
    type Principal = P;

    fn principal(&self) -> Option<String> {
        self.as_ref().map(ToString::to_string)
    }

    fn who(&self) -> Option<&P> {
        self.as_ref()
    }
}

/// A field whose concurrent changes can be added up.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be merged by adding",
    label = "expected a number",
    note = "`merge = \"add\"` is for integers and floats"
)]
pub trait MergeAdd {
    /// What `self` is more than `base`, or less, on top of `theirs`; never beyond the type's ends.
    #[doc(hidden)]
    fn add(&mut self, base: &Self, theirs: &mut Self);
}

macro_rules! integers {
    ($($number:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl MergeAdd for $number {
            fn add(&mut self, base: &Self, theirs: &mut Self) {
                let change = self.abs_diff(*base);
                let more = *self >= *base;
                // A change wider than the type, as from the least to the greatest, ends at its end.
                let by = Self::try_from(change).unwrap_or(Self::MAX);
                let theirs = *theirs;
                *self = if more { theirs.saturating_add(by) } else { theirs.saturating_sub(by) };
            }
        }
    )* };
}

macro_rules! floats {
    ($($number:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl MergeAdd for $number {
            fn add(&mut self, base: &Self, theirs: &mut Self) {
                *self = *theirs + (*self - *base);
            }
        }
    )* };
}

integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
floats!(f32 f64);

/// A field whose concurrent changes can be united.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be merged by union",
    label = "expected a set or a list",
    note = "`merge = \"union\"` is for `Vec`, `BTreeSet` and `HashSet`"
)]
pub trait MergeUnion {
    /// What `self` has beside `base`, and without what it lacks of it, on top of `theirs`.
    #[doc(hidden)]
    fn unite(&mut self, base: &Self, theirs: &mut Self);
}

#[diagnostic::do_not_recommend]
impl<V: PartialEq> MergeUnion for Vec<V> {
    fn unite(&mut self, base: &Self, theirs: &mut Self) {
        theirs.retain(|value| self.contains(value) || !base.contains(value));
        for value in self.drain(..) {
            if !base.contains(&value) && !theirs.contains(&value) {
                theirs.push(value);
            }
        }
        std::mem::swap(self, theirs);
    }
}

#[diagnostic::do_not_recommend]
impl<V: Ord> MergeUnion for BTreeSet<V> {
    fn unite(&mut self, base: &Self, theirs: &mut Self) {
        theirs.retain(|value| self.contains(value) || !base.contains(value));
        let ours = std::mem::take(self).into_iter();
        theirs.extend(ours.filter(|value| !base.contains(value)));
        std::mem::swap(self, theirs);
    }
}

#[diagnostic::do_not_recommend]
impl<V: Eq + Hash, S: BuildHasher> MergeUnion for HashSet<V, S> {
    fn unite(&mut self, base: &Self, theirs: &mut Self) {
        theirs.retain(|value| self.contains(value) || !base.contains(value));
        theirs.extend(self.drain().filter(|value| !base.contains(value)));
        std::mem::swap(self, theirs);
    }
}

/// A field of whose concurrent changes the greater can be kept.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be merged by taking the greater",
    label = "this type has no order",
    note = "`merge = \"max\"` needs `PartialOrd`"
)]
pub trait MergeMax {
    /// The greater of the two; of two that cannot be compared, `self`.
    #[doc(hidden)]
    fn keep_greater(&mut self, base: &Self, theirs: &mut Self);
}

#[diagnostic::do_not_recommend]
impl<V: PartialOrd> MergeMax for V {
    fn keep_greater(&mut self, _: &Self, theirs: &mut Self) {
        if theirs > self {
            std::mem::swap(self, theirs);
        }
    }
}

/// A field that is empty once it has been read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a flash field",
    label = "expected `Option`, `Vec` or `String`",
    note = "a flash field is empty after `take_…`: `#[session(flash)]` is for `Option`, `Vec` and `String`"
)]
pub trait FlashField {
    #[doc(hidden)]
    fn is_empty(&self) -> bool;
}

#[diagnostic::do_not_recommend]
impl<V> FlashField for Option<V> {
    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

#[diagnostic::do_not_recommend]
impl<V> FlashField for Vec<V> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

#[diagnostic::do_not_recommend]
impl FlashField for String {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added<V: MergeAdd + Copy>(base: V, theirs: V, mut ours: V) -> V {
        ours.add(&base, &mut { theirs });
        ours
    }

    #[test]
    fn numbers_add_up_and_stay_within_their_type() {
        assert_eq!(added(10_u8, 12, 11), 13);
        assert_eq!(added(10_u8, 5, 8), 3);
        assert_eq!(added(10_u8, 250, 20), 255);
        assert_eq!(added(10_u8, 1, 0), 0);
        assert_eq!(added(-5_i32, -7, -4), -6);
        assert_eq!(added(i8::MIN, 0, i8::MAX), i8::MAX);
        assert!((added(0.5_f64, 1.0, 0.75) - 1.25).abs() < f64::EPSILON);
    }

    fn united<V: MergeUnion + FromIterator<u8>>(base: &[u8], theirs: &[u8], ours: &[u8]) -> V {
        let of = |values: &[u8]| values.iter().copied().collect::<V>();
        let mut merged = of(ours);
        merged.unite(&of(base), &mut of(theirs));
        merged
    }

    #[test]
    fn sets_and_lists_keep_what_either_added_and_lose_what_either_removed() {
        // They removed 1 and added 4; we removed 2 and added 5; both added 6.
        let (base, theirs, ours) = (&[1, 2, 3], &[2, 3, 4, 6], &[1, 3, 5, 6]);
        let expected = [3, 4, 6, 5];
        assert_eq!(united::<Vec<_>>(base, theirs, ours), expected);
        assert_eq!(united::<BTreeSet<_>>(base, theirs, ours), expected.into());
        assert_eq!(united::<HashSet<_>>(base, theirs, ours), expected.into());
    }

    #[test]
    fn the_greater_stays() {
        for (theirs, ours, expected) in [(3, 5, 5), (5, 3, 5), (4, 4, 4)] {
            let mut merged = ours;
            merged.keep_greater(&0, &mut { theirs });
            assert_eq!(merged, expected);
        }
    }
}
