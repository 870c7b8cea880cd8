//! `impl SecureSession`, what the runtime knows of a session.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::{
    accessors::{bits, duplicate},
    declaration::declaration,
};
use crate::{
    model::{Access, Field, Session},
    types::argument,
};

/// ```text
/// impl SecureSession for Auth {
///     type Fields = AuthFields;
///     type Prefix = HostPrefix;
///     const FIELDS: &'static [FieldInfo] = &[…];
///     const DECLARATION: Declaration = …;
///     fn __fields(handle: Handle<Self>) -> AuthFields { AuthFields(handle) }
///     …
/// }
/// ```
pub(super) fn implement(session: &Session<'_>) -> TokenStream {
    let Session { ident, krate, .. } = session;
    let accessors = session.accessors();
    let prefix = prefix(session);
    let infos = infos(session);
    let declaration = declaration(session);
    let always = [duplicate_all(session), keep(session)];
    let asked = [too_long(session), migrate(session)].into_iter().flatten();
    quote! {
        #[automatically_derived]
        impl #krate::__private::SecureSession for #ident {
            type Fields = #accessors;
            type Prefix = #krate::__private::#prefix;
            const FIELDS: &'static [#krate::__private::FieldInfo] = &[#infos];
            const DECLARATION: #krate::__private::Declaration = #declaration;
            fn __fields(__handle: #krate::__private::Handle<Self>) -> #accessors {
                #accessors(__handle)
            }
            fn __handle(__fields: &#accessors) -> &#krate::__private::Handle<Self> {
                &__fields.0
            }
            fn __handle_mut(__fields: &mut #accessors) -> &mut #krate::__private::Handle<Self> {
                &mut __fields.0
            }
            #(#always)*
            #(#asked)*
        }
    }
}

fn prefix(session: &Session<'_>) -> Ident {
    let name = &session.cookie_name.value;
    let prefix = if name.starts_with("__Host-") {
        "HostPrefix"
    } else if name.starts_with("__Secure-") {
        "SecurePrefix"
    } else {
        "NoPrefix"
    };
    quote::format_ident!("{prefix}")
}

/// `FieldInfo::__new(0, "user_id", false), …`
fn infos(session: &Session<'_>) -> TokenStream {
    let krate = &session.krate;
    let shown = session
        .fields
        .iter()
        .filter(|field| field.access != Access::None);
    let infos = shown.map(|field| {
        let (bit, name, secret) = (
            field.bit,
            field.name.to_string(),
            field.attr.secret.is_some(),
        );
        quote!(#krate::__private::FieldInfo::__new(#bit, #name, #secret),)
    });
    infos.collect()
}

/// ```text
/// fn __duplicate(&self) -> Self {
///     Self { user_id: <Option<u64> as SessionField>::duplicate(&self.user_id), … }
/// }
/// ```
///
/// Field by field, so that nobody need derive `Clone`.
fn duplicate_all(session: &Session<'_>) -> TokenStream {
    let copies = session.fields.iter().map(|field| {
        let (ident, duplicate) = (field.ident, duplicate(field, session));
        quote!(#ident: #duplicate(&self.#ident),)
    });
    quote! {
        fn __duplicate(&self) -> Self {
            Self { #(#copies)* }
        }
    }
}

/// ```text
/// fn __keep(mut __old: Self, __bits: u64) -> Self {
///     let mut __new = __default::<Self>();
///     if __bits & 1 != 0 { mem::swap(&mut __new.user_id, &mut __old.user_id); }
///     …
///     __new
/// }
/// ```
fn keep(session: &Session<'_>) -> TokenStream {
    let kept = session.fields.iter().map(|field| {
        let (ident, bits) = (field.ident, bits(field));
        quote! {
            if __bits & #bits != 0 {
                ::core::mem::swap(&mut __new.#ident, &mut __old.#ident);
            }
        }
    });
    quote! {
        fn __keep(mut __old: Self, __bits: u64) -> Self {
            let mut __new = __default::<Self>();
            #(#kept)*
            __new
        }
    }
}

/// ```text
/// fn __too_long(&self, __bits: u64) -> Option<&'static str> {
///     if __bits & 2 != 0 && self.email.is_some() && json_len(&self.email) > 100 {
///         return Some("email");
///     }
///     None
/// }
/// ```
fn too_long(session: &Session<'_>) -> Option<TokenStream> {
    let limits: Vec<_> = session
        .fields
        .iter()
        .filter_map(|f| length(f, session))
        .collect();
    (!limits.is_empty()).then(|| {
        quote! {
            fn __too_long(&self, __bits: u64) -> ::core::option::Option<&'static str> {
                #(#limits)*
                ::core::option::Option::None
            }
        }
    })
}

fn length(field: &Field<'_>, session: &Session<'_>) -> Option<TokenStream> {
    let krate = &session.krate;
    let (ident, bits, name) = (field.ident, bits(field), field.name.to_string());
    let most = field.attr.max_len.as_ref()?.value;
    // `null` is none of the user's text, however short he wants it.
    let some = argument(field.ty, "Option").map(|_| quote!(&& self.#ident.is_some()));
    Some(quote! {
        if __bits & #bits != 0 #some && #krate::__private::json_len(&self.#ident) > #most {
            return ::core::option::Option::Some(#name);
        }
    })
}

/// ```text
/// fn __migrate(__from: u32, __fields: &str) -> Option<Self> {
///     let __migrate: fn(u32, &str) -> Option<Self> = path::to::migrate;
///     __migrate(__from, __fields)
/// }
/// ```
///
/// The type is asked for on its own, so that another one is told so at the path.
fn migrate(session: &Session<'_>) -> Option<TokenStream> {
    let path = &session.attr.migrate.as_ref()?.value;
    Some(quote! {
        fn __migrate(__from: u32, __fields: &str) -> ::core::option::Option<Self> {
            let __migrate: fn(u32, &str) -> ::core::option::Option<Self> = #path;
            __migrate(__from, __fields)
        }
    })
}

/// ```text
/// impl<__S> AvailableIn<__S> for Auth {}
/// impl<__S: HasSession<Auth>> AvailableIn<__S> for Auth {}     // checked
/// ```
pub(super) fn available(session: &Session<'_>) -> TokenStream {
    let Session { ident, krate, .. } = session;
    let bound = session
        .attr
        .checked
        .as_ref()
        .map(|_| quote!(: #krate::__private::HasSession<#ident>));
    quote! {
        #[automatically_derived]
        impl<__S #bound> #krate::__private::AvailableIn<__S> for #ident {}
    }
}
