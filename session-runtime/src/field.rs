//! Field tokens: a field of a session as a value.

use std::{fmt, marker::PhantomData, ops::BitOr};

/// What a [`SecureSession`](crate::SecureSession) says of one of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldInfo {
    bit: u32,
    name: &'static str,
    secret: bool,
}

impl FieldInfo {
    #[doc(hidden)]
    pub const fn __new(bit: u32, name: &'static str, secret: bool) -> Self {
        Self { bit, name, secret }
    }

    /// The name of the field's accessor.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether the field is marked `#[session(secret)]`: to be masked wherever a session is shown.
    pub const fn is_secret(&self) -> bool {
        self.secret
    }

    pub(crate) const fn bit(&self) -> u32 {
        self.bit
    }
}

/// Marks a [`Field`] that [`Session::set`](crate::Session::set) may write.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Writable;

/// Marks a [`Field`] that can be read and kept, not written (`#[session(readonly)]`).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ReadOnly;

/// A field of the session `T` that holds a `V`, as a value: `Auth::EMAIL`.
///
/// The derive makes one for each field, named like it in upper case. Use it in code that serves
/// several sessions, and to name fields, as in
/// [`regenerate_keep`](crate::Session::regenerate_keep):
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{SecureSession, Session};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     user_id: Option<u64>,
///     email: Option<String>,
/// }
///
/// # pub fn main() {
/// let mut session = Session::detached(Auth::default());
/// session.set(Auth::EMAIL, "ada@example.org");
/// assert_eq!(session.get(Auth::EMAIL).as_deref(), Some("ada@example.org"));
/// assert!(session.meta().changed_fields().contains(Auth::EMAIL));
/// assert!(!session.meta().changed_fields().contains(Auth::USER_ID));
/// # }
/// # }
/// # example::main();
/// ```
///
/// A token of another session does not compile.
pub struct Field<T, V, A = Writable> {
    bit: u32,
    name: &'static str,
    get: fn(&T) -> &V,
    get_mut: fn(&mut T) -> &mut V,
    access: PhantomData<fn() -> A>,
}

impl<T, V, A> Field<T, V, A> {
    #[doc(hidden)]
    pub const fn __new(
        bit: u32,
        name: &'static str,
        get: fn(&T) -> &V,
        get_mut: fn(&mut T) -> &mut V,
    ) -> Self {
        Self {
            bit,
            name,
            get,
            get_mut,
            access: PhantomData,
        }
    }

    /// The name of the field's accessor.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn bits(self) -> u64 {
        1 << self.bit
    }

    pub(crate) fn of(self, data: &T) -> &V {
        (self.get)(data)
    }

    pub(crate) fn of_mut(self, data: &mut T) -> &mut V {
        (self.get_mut)(data)
    }
}

impl<T, V, A> Clone for Field<T, V, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, V, A> Copy for Field<T, V, A> {}

impl<T, V, A> fmt::Debug for Field<T, V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Field").field(&self.name).finish()
    }
}

/// Several fields of one session: `Auth::USER_ID | Auth::EMAIL`.
///
/// For [`regenerate_keep`](crate::Session::regenerate_keep), and from
/// [`Meta::changed_fields`](crate::Meta::changed_fields).
///
/// ```
/// # mod example {
/// use session_runtime::{SecureSession, Session};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     user_id: Option<u64>,
/// #     email: Option<String>,
/// # }
///
/// # pub fn main() {
/// let mut session = Session::detached(Auth { user_id: Some(7), ..Auth::default() });
/// session.regenerate_keep(Auth::USER_ID | Auth::EMAIL);
/// session.set_email("ada@example.org");
/// assert!(session.meta().changed_fields().contains(Auth::EMAIL));
/// # }
/// # }
/// # example::main();
/// ```
pub struct FieldSet<T> {
    bits: u64,
    session: PhantomData<fn() -> T>,
}

impl<T> FieldSet<T> {
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self {
            bits,
            session: PhantomData,
        }
    }

    pub(crate) const fn bits(self) -> u64 {
        self.bits
    }

    /// Whether `field` is one of them.
    pub fn contains<V, A>(&self, field: Field<T, V, A>) -> bool {
        self.bits & field.bits() != 0
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.bits == 0
    }
}

impl<T> Clone for FieldSet<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for FieldSet<T> {}

impl<T: crate::SecureSession> FieldSet<T> {
    /// The names of their accessors, in the order of the struct.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        T::FIELDS
            .iter()
            .filter(move |field| self.bits >> field.bit() & 1 == 1)
            .map(FieldInfo::name)
    }
}

impl<T: crate::SecureSession> fmt::Debug for FieldSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl<T, V, A> From<Field<T, V, A>> for FieldSet<T> {
    fn from(field: Field<T, V, A>) -> Self {
        Self::from_bits(field.bits())
    }
}

/// What [`Session::regenerate_keep`](crate::Session::regenerate_keep) takes: a field, or several.
///
/// There is nothing to implement: `Into<FieldSet<T>>` is enough. It is a trait of its own for what the
/// compiler says of a name in quotes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no fields of session `{T}`",
    label = "expected fields of `{T}`",
    note = "a field is named by a constant in capitals, several with `|`: `{T}::USER_ID | {T}::EMAIL`"
)]
pub trait IntoFieldSet<T> {
    /// The fields.
    fn into_field_set(self) -> FieldSet<T>;
}

#[diagnostic::do_not_recommend]
impl<T, F: Into<FieldSet<T>>> IntoFieldSet<T> for F {
    fn into_field_set(self) -> FieldSet<T> {
        self.into()
    }
}

impl<T, V, A, W, B> BitOr<Field<T, W, B>> for Field<T, V, A> {
    type Output = FieldSet<T>;

    fn bitor(self, other: Field<T, W, B>) -> FieldSet<T> {
        FieldSet::from_bits(self.bits() | other.bits())
    }
}

impl<T, W, B> BitOr<Field<T, W, B>> for FieldSet<T> {
    type Output = Self;

    fn bitor(self, other: Field<T, W, B>) -> Self {
        Self::from_bits(self.bits | other.bits())
    }
}

/// What a setter takes for a field of type `V`: a `V`, what an `Option` wraps, or a `&str` for a
/// `String`.
///
/// The list is closed, so that `set_user_id(7)`, `set_user_id(None)` and `set_email("x")` each
/// have one meaning.
///
/// Bound a function of yours by it to take what the setter takes.
///
/// ```
/// # mod example {
/// use session_runtime::{IntoField, SecureSession, Session};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     user_id: Option<u64>,
/// #     email: Option<String>,
/// # }
///
/// pub fn sign_in(session: &mut Session<Auth>, user: u64, email: impl IntoField<Option<String>>) {
///     session.regenerate();
///     session.set_user_id(user).set_email(email);
/// }
/// # pub fn main() {
/// let mut session = Session::detached(Auth::default());
/// sign_in(&mut session, 7, "ada@example.org");
/// assert_eq!(session.email(), Some("ada@example.org"));
/// # }
/// # }
/// # example::main();
/// ```
#[diagnostic::on_unimplemented(
    message = "a field of type `{V}` cannot be set from `{Self}`",
    label = "expected `{V}`",
    note = "a setter takes the field's type, the value of an `Option`, or `&str` for `String`"
)]
pub trait IntoField<V> {
    /// The field's value.
    fn into_field(self) -> V;
}

#[diagnostic::do_not_recommend]
impl<V> IntoField<V> for V {
    fn into_field(self) -> V {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<V> IntoField<Option<V>> for V {
    fn into_field(self) -> Option<V> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl IntoField<String> for &str {
    fn into_field(self) -> String {
        self.to_owned()
    }
}

#[diagnostic::do_not_recommend]
impl IntoField<Option<String>> for &str {
    fn into_field(self) -> Option<String> {
        Some(self.to_owned())
    }
}
