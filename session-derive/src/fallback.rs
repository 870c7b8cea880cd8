//! What a failing derive emits beside its errors, so that one mistake gives one error: whatever
//! uses the session finds its types, accessors and traits.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Ident, ext::IdentExt};

use crate::{
    check::names,
    expand,
    model::{self, Access, Session},
    registry::{self, Registry},
};

/// The session without what was refused: the accessors of a field that must be renamed, and what
/// the type of a field might be asked for.
pub(crate) fn session(mut session: Session<'_>) -> TokenStream {
    let refused: Vec<u32> = names::conflicts(&session)
        .iter()
        .map(|c| c.field.bit)
        .collect();
    let mut has_principal = false;
    for field in &mut session.fields {
        has_principal |= field.attr.principal.is_some();
        if refused.contains(&field.bit) {
            field.access = Access::None;
        }
        field.attr.principal = None;
        field.attr.merge = None;
        field.attr.flash = None;
    }
    let expanded = expand::session(&session);
    let principal = has_principal.then(|| nobody(session.ident, &session.krate));
    quote!(#expanded #principal)
}

/// ```text
/// impl HasPrincipal for Auth { … }
/// ```
///
/// So that `Authenticated<Auth>` is no second mistake.
fn nobody(ident: &Ident, krate: &TokenStream) -> TokenStream {
    quote! {
        #[allow(dead_code)]
        const _: () = {
            impl #krate::__private::HasPrincipal for #ident {
                fn __who(&self) -> ::core::option::Option<&#krate::__private::NoPrincipal> {
                    ::core::option::Option::None
                }
            }
        };
    }
}

/// For what is not a struct with named fields.
///
/// ```text
/// pub struct AuthFields(());
/// impl Deref for AuthFields { type Target = Auth; … }
/// impl SecureSession for Auth where for<'__a> Auth: Default { … }
/// impl<__S> AvailableIn<__S> for Auth {}
/// impl HasPrincipal for Auth where for<'__a> Auth: Default { … }
/// ```
///
/// Nothing for generics and unions: an `impl` for those would bring errors of its own. `for<'__a>`
/// keeps the compiler from asking for `Default` before the session is used: an enum has none.
pub(crate) fn no_session(input: &DeriveInput) -> TokenStream {
    if has_generics(input) || matches!(input.data, Data::Union(_)) {
        return TokenStream::new();
    }
    let (ident, vis, krate) = (&input.ident, &input.vis, model::krate_of(input));
    let accessors = format_ident!("{}Fields", ident.unraw(), span = ident.span());
    quote! {
        #[doc(hidden)]
        #[allow(dead_code)]
        #vis struct #accessors(());

        #[allow(dead_code)]
        const _: () = {
            impl ::core::ops::Deref for #accessors {
                type Target = #ident;
                fn deref(&self) -> &#ident { ::core::unreachable!() }
            }
            impl #krate::__private::SecureSession for #ident
            where
                for<'__a> #ident: ::core::default::Default,
            {
                type Fields = #accessors;
                type Prefix = #krate::__private::NoPrefix;
                type Principal = #krate::__private::NoPrincipal;
                const FIELDS: &'static [#krate::__private::FieldInfo] = &[];
                const DECLARATION: #krate::__private::Declaration =
                    #krate::__private::Declaration::new("", "", #krate::__private::Format::Sealed);
                fn __duplicate(&self) -> Self { ::core::unreachable!() }
                fn __keep(_: Self, _: u64) -> Self { ::core::unreachable!() }
                fn __merge(_: &Self, _: Self, _: &mut Self, _: u64) -> u64 {
                    ::core::unreachable!()
                }
                fn __fields(_: #krate::__private::Handle<Self>) -> #accessors {
                    ::core::unreachable!()
                }
                fn __handle(_: &#accessors) -> &#krate::__private::Handle<Self> {
                    ::core::unreachable!()
                }
                fn __handle_mut(_: &mut #accessors) -> &mut #krate::__private::Handle<Self> {
                    ::core::unreachable!()
                }
            }
            impl<__S> #krate::__private::AvailableIn<__S> for #ident {}
            impl #krate::__private::HasPrincipal for #ident
            where
                for<'__a> #ident: ::core::default::Default,
            {
                fn __who(&self) -> ::core::option::Option<&#krate::__private::NoPrincipal> {
                    ::core::unreachable!()
                }
            }
        };
    }
}

/// The registry with those of its sessions that could be read, each once.
pub(crate) fn registry(mut registry: Registry<'_>) -> TokenStream {
    registry.forget_repeated();
    expand::registry::registry(&registry)
}

/// ```text
/// impl SessionRegistry for AppSessions { fn __register(self, _: &mut Entries) {} }
/// ```
pub(crate) fn no_registry(input: &DeriveInput) -> TokenStream {
    if has_generics(input) {
        return TokenStream::new();
    }
    let (ident, krate) = (&input.ident, registry::krate_of(input));
    quote! {
        impl #krate::__private::SessionRegistry for #ident {
            fn __register(self, _: &mut #krate::__private::Entries) { ::core::unreachable!() }
        }
    }
}

fn has_generics(input: &DeriveInput) -> bool {
    !input.generics.params.is_empty() || input.generics.where_clause.is_some()
}
