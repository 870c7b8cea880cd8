//! The trait that `#[derive(SecureSession)]` implements.

use std::{fmt, ops::Deref};

use serde::{Serialize, de::DeserializeOwned};

use crate::{cookie::CookiePrefix, declaration::Declaration, field::FieldInfo, handle::Handle};

/// A struct that is kept as a session.
///
/// Implemented by [`#[derive(SecureSession)]`](macro@crate::SecureSession), never by hand: the
/// hidden items belong to the derive and change with it.
///
/// Use it as a bound in code that serves any session, together with
/// [`Field`](crate::Field) tokens:
///
/// ```
/// use session_runtime::{Field, SecureSession, Session};
///
/// fn forget<T: SecureSession, V>(session: &mut Session<T>, field: Field<T, Option<V>>) {
///     session.set(field, None);
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session",
    label = "not a session",
    note = "add `#[derive(SecureSession, Serialize, Deserialize, Default)]` to `{Self}`"
)]
pub trait SecureSession:
    Serialize + DeserializeOwned + Default + Send + Sync + Sized + 'static
{
    /// The generated accessors: what [`Session<Self>`](crate::Session) derefs to.
    type Fields: Deref<Target = Self> + Send + Sync + 'static;

    /// The prefix of the cookie's name, which decides the attributes a request may change.
    type Prefix: CookiePrefix;

    /// Whose session it is: what the field marked `#[session(principal)]` holds, for
    /// [`Sessions::of`](crate::Sessions::of). [`NoPrincipal`](crate::NoPrincipal) without one.
    type Principal;

    /// The fields that have accessors, in the order of the struct.
    const FIELDS: &'static [FieldInfo];

    #[doc(hidden)]
    const DECLARATION: Declaration;

    /// The field that says whose it is; 0 without one.
    #[doc(hidden)]
    const __PRINCIPAL_BITS: u64 = 0;

    /// Whether requests may share one value of it: as far as a macro can see it is made of its text
    /// alone, and nothing changes it behind a shared reference.
    #[doc(hidden)]
    const __SHAREABLE: bool = false;

    #[doc(hidden)]
    #[must_use]
    fn __duplicate(&self) -> Self;

    /// A default value that takes the fields of `bits` from `old`.
    #[doc(hidden)]
    #[must_use]
    fn __keep(old: Self, bits: u64) -> Self;

    #[doc(hidden)]
    fn __fields(handle: Handle<Self>) -> Self::Fields;

    #[doc(hidden)]
    fn __handle(fields: &Self::Fields) -> &Handle<Self>;

    #[doc(hidden)]
    fn __handle_mut(fields: &mut Self::Fields) -> &mut Handle<Self>;

    /// The first field of `bits` that takes more than its `max_len` bytes.
    #[doc(hidden)]
    fn __too_long(&self, bits: u64) -> Option<&'static str> {
        let _ = bits;
        None
    }

    /// What the principal is called. `None`: nobody's.
    #[doc(hidden)]
    fn __principal(&self) -> Option<String> {
        None
    }

    /// Puts what `ours` changed since `base`, in the fields `dirty` at most, on top of `theirs`.
    /// Returns the plain fields that both had changed.
    #[doc(hidden)]
    fn __merge(base: &Self, theirs: Self, ours: &mut Self, dirty: u64) -> u64;

    /// Brings the fields of an older version to this one. `None`: they cannot be used.
    #[doc(hidden)]
    fn __migrate(from: u32, fields: &str) -> Option<Self> {
        let _ = (from, fields);
        None
    }
}

/// A session with a field marked `#[session(principal)]`: it says who is signed in.
///
/// Implemented by [`#[derive(SecureSession)]`](macro@crate::SecureSession), never by hand. What asks
/// whether somebody is signed in, and since when, has it as a bound:
/// [`Authenticated`](crate::Authenticated), [`require_fresh`](crate::require_fresh),
/// [`Meta::authenticated_at`](crate::Meta::authenticated_at).
#[diagnostic::on_unimplemented(
    message = "session `{Self}` does not say who is signed in",
    label = "no field of `{Self}` is marked `#[session(principal)]`",
    note = "mark the field that names somebody: `#[session(principal)] user_id: Option<u64>`"
)]
pub trait HasPrincipal: SecureSession {
    #[doc(hidden)]
    fn __who(&self) -> Option<&Self::Principal>;
}

/// The principal of a session that has none: no value of it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it has no values, and never will")]
pub enum NoPrincipal {}

impl fmt::Display for NoPrincipal {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}
