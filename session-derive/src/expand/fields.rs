//! `AuthFields`: what `Session<Auth>` derefs to.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

use super::accessors::{accessors, free_parameter};
use crate::model::Session;

/// ```text
/// /// Typed access to the fields of [`Auth`]: what `Session<Auth>` derefs to.
/// pub struct AuthFields(Handle<Auth>);
/// ```
pub(super) fn declare(session: &Session<'_>) -> TokenStream {
    let Session {
        ident, vis, krate, ..
    } = session;
    let accessors = session.accessors();
    let of = ident.unraw();
    let line = format!(" Typed access to the fields of [`{of}`]: what `Session<{of}>` derefs to.");
    quote! {
        #[doc = #line]
        #vis struct #accessors(#krate::__private::Handle<#ident>);
    }
}

/// ```text
/// impl AuthFields {
///     pub fn user_id(&self) -> Option<u64> { … }
///     pub fn set_user_id(&mut self, value: impl IntoField<Option<u64>>) -> &mut Self { … }
///     …
///     pub fn edit(&mut self) -> Edit<'_, Auth> { … }
/// }
/// ```
pub(super) fn implement(session: &Session<'_>) -> TokenStream {
    let ident = session.accessors();
    let methods = session.fields.iter().map(|field| accessors(field, session));
    let edit = edit(session);
    let update = update(session);
    quote! {
        impl #ident {
            #(#methods)*
            #edit
            #update
        }
    }
}

/// ```text
/// /// Opens all fields for writing; the changes count when the guard is dropped.
/// pub(crate) fn edit(&mut self) -> Edit<'_, Auth> { self.0.edit() }
/// ```
fn edit(session: &Session<'_>) -> TokenStream {
    let Session { ident, krate, .. } = session;
    let vis = session.whole_set();
    quote! {
        /// Opens all fields for writing; the changes count when the guard is dropped.
        #vis fn edit(&mut self) -> #krate::__private::Edit<'_, #ident> {
            self.0.edit()
        }
    }
}

/// ```text
/// /// Changes any of the fields in place.
/// pub(crate) fn update<R>(&mut self, f: impl FnOnce(&mut Auth) -> R) -> R { self.0.update(f) }
/// ```
fn update(session: &Session<'_>) -> TokenStream {
    let ident = session.ident;
    let vis = session.whole_set();
    let returned = free_parameter(&quote!(#ident));
    quote! {
        /// Changes any of the fields in place.
        #vis fn update<#returned>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut #ident) -> #returned,
        ) -> #returned {
            self.0.update(f)
        }
    }
}

/// ```text
/// impl Deref for AuthFields {
///     type Target = Auth;
///     fn deref(&self) -> &Auth { self.0.read() }
/// }
/// impl Debug for AuthFields { … }
/// ```
///
/// No `DerefMut`: a write through it could not be seen. `Debug` shows no field, as some are secret.
pub(super) fn deref(session: &Session<'_>) -> TokenStream {
    let ident = session.ident;
    let accessors = session.accessors();
    let name = accessors.to_string();
    quote! {
        #[automatically_derived]
        impl ::core::ops::Deref for #accessors {
            type Target = #ident;
            fn deref(&self) -> &#ident {
                self.0.read()
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for #accessors {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                __f.debug_struct(#name).finish_non_exhaustive()
            }
        }
    }
}
