//! What a field's type must be able to do, so that the compiler says so at the field.

use std::{
    collections::{BTreeSet, HashSet},
    hash::Hash,
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
    #[doc(hidden)]
    const RULE: () = ();
}

#[diagnostic::do_not_recommend]
impl<P: std::fmt::Display + PartialEq> PrincipalField for Option<P> {}

/// A field whose concurrent changes can be added up.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be merged by adding",
    label = "expected a number",
    note = "`merge = \"add\"` is for integers and floats"
)]
pub trait MergeAdd {
    #[doc(hidden)]
    const RULE: () = ();
}

macro_rules! numbers {
    ($($number:ty)*) => { $(#[diagnostic::do_not_recommend] impl MergeAdd for $number {})* };
}

numbers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64);

/// A field whose concurrent changes can be united.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be merged by union",
    label = "expected a set or a list",
    note = "`merge = \"union\"` is for `Vec`, `BTreeSet` and `HashSet`"
)]
pub trait MergeUnion {
    #[doc(hidden)]
    const RULE: () = ();
}

#[diagnostic::do_not_recommend]
impl<V: PartialEq> MergeUnion for Vec<V> {}
#[diagnostic::do_not_recommend]
impl<V: Ord> MergeUnion for BTreeSet<V> {}
#[diagnostic::do_not_recommend]
impl<V: Eq + Hash, S> MergeUnion for HashSet<V, S> {}

/// A field of whose concurrent changes the greater can be kept.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be merged by taking the greater",
    label = "this type has no order",
    note = "`merge = \"max\"` needs `PartialOrd`"
)]
pub trait MergeMax {
    #[doc(hidden)]
    const RULE: () = ();
}

#[diagnostic::do_not_recommend]
impl<V: PartialOrd> MergeMax for V {}

/// A field that is empty once it has been read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a flash field",
    label = "expected `Option`, `Vec` or `String`",
    note = "a flash field is empty after `take_…`: `#[session(flash)]` is for `Option`, `Vec` and `String`"
)]
pub trait FlashField {
    #[doc(hidden)]
    const RULE: () = ();
}

#[diagnostic::do_not_recommend]
impl<V> FlashField for Option<V> {}
#[diagnostic::do_not_recommend]
impl<V> FlashField for Vec<V> {}
#[diagnostic::do_not_recommend]
impl FlashField for String {}
