//! The model → code. Nothing fails here, and nothing looks at an attribute.
//!
//! Hygiene, which every function keeps to: names are absolute, and those of the runtime come
//! through `#krate::__private`; locals begin with `__`. An error that the compiler may find in a
//! type is put at the type by giving its span to one path, never to more: under the span of a token
//! that a `macro_rules!` was given, `self` and locals are not found (rust-lang/rust#121558).

mod accessors;
mod declaration;
mod docs;
mod fields;
mod getter;
pub(crate) mod registry;
mod session;
mod tokens;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Session;

/// ```text
/// pub struct AuthFields(…);
/// const _: () = {
///     impl AuthFields { … }                 // fields
///     impl Deref for AuthFields { … }
///     const __0: …                          // tokens
///     impl Auth { const USER_ID: … }
///     impl SecureSession for Auth { … }     // session
///     impl<S> AvailableIn<S> for Auth {}
///     impl HasPrincipal for Auth { … }
/// };
/// ```
pub(crate) fn session(session: &Session<'_>) -> TokenStream {
    let declared = fields::declare(session);
    let prelude = prelude(session);
    let items = [
        fields::implement(session),
        fields::deref(session),
        tokens::expand(session),
        session::implement(session),
        session::available(session),
        session::has_principal(session),
    ];
    quote! {
        #declared

        // The user's fields may be unused, deprecated or oddly named, and their types private.
        #[allow(
            clippy::impl_trait_in_params,
            dead_code,
            deprecated,
            non_snake_case,
            non_upper_case_globals,
            private_bounds,
            private_interfaces,
        )]
        const _: () = {
            #prelude
            #(#items)*
        };
    }
}

/// ```text
/// fn __default<__T: SecureSession>() -> __T { Default::default() }
/// fn __copied<__T: Copy>(__value: &__T) -> __T { *__value }
/// ```
///
/// `Default` is asked of the trait `SecureSession`, so that a struct without it is told so once.
fn prelude(session: &Session<'_>) -> TokenStream {
    let krate = &session.krate;
    quote! {
        fn __default<__T: #krate::__private::SecureSession>() -> __T {
            <__T as ::core::default::Default>::default()
        }
        fn __copied<__T: ::core::marker::Copy>(__value: &__T) -> __T {
            *__value
        }
    }
}
