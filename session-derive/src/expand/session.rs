//! `impl SecureSession`, what the runtime knows of a session.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use super::{
    accessors::{bits, duplicate},
    declaration::declaration,
};
use crate::{
    attr::field::Merge,
    model::{Access, Field, Session},
    types::{argument, is_scalar, is_string},
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
    let always = [
        principal_type(session),
        duplicate_all(session),
        keep(session),
        merge(session),
    ];
    let asked = [
        shareable(session),
        principal(session),
        too_long(session),
        migrate(session),
    ];
    let asked = asked.into_iter().flatten();
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
    format_ident!("{prefix}")
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
/// const __SHAREABLE: bool = {
///     use MayChange as _;
///     (Probe::<Option<u64>>::IS_IMMUTABLE || Probe::<Option<u64>>::IS_COPY) && …
/// };
/// ```
///
/// `None`: some of it is made by a function of the user's, which may make another value each time.
fn shareable(session: &Session<'_>) -> Option<TokenStream> {
    let krate = &session.krate;
    let mut fields = session.fields.iter();
    if session.serde.reads_otherwise || fields.any(|field| field.serde.reads_otherwise) {
        return None;
    }
    let fields = session.fields.iter().map(|field| {
        let ty = field.ty;
        let probe = quote!(#krate::__private::Probe::<#ty>);
        if field.serde.unread {
            // The default of a type of the user's may be another one each time.
            return quote!(#probe::IS_IMMUTABLE);
        }
        quote!((#probe::IS_IMMUTABLE || #probe::IS_COPY))
    });
    Some(quote! {
        const __SHAREABLE: bool = {
            #[allow(unused_imports)]
            use #krate::__private::MayChange as _;
            true #(&& #fields)*
        };
    })
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

/// `type Principal = u64;`
///
/// A field of another type than `Option` is told so once, by [`principal`].
fn principal_type(session: &Session<'_>) -> TokenStream {
    let krate = &session.krate;
    let none = quote!(type Principal = #krate::__private::NoPrincipal;);
    let Some(field) = principal_field(session) else {
        return none;
    };
    if let Some(principal) = argument(field.ty, "Option") {
        return quote!(type Principal = #principal;);
    }
    if is_scalar(field.ty) || is_string(field.ty) {
        return none;
    }
    // Another name for an `Option`.
    let principal = rule(field, krate, "PrincipalField", "Principal");
    quote!(type Principal = #principal;)
}

/// ```text
/// const __PRINCIPAL_BITS: u64 = 1;
/// fn __principal(&self) -> Option<String> { PrincipalField::principal(&self.user_id) }
/// ```
fn principal(session: &Session<'_>) -> Option<TokenStream> {
    let krate = &session.krate;
    let field = principal_field(session)?;
    let (ident, name) = (
        field.ident,
        rule(field, krate, "PrincipalField", "principal"),
    );
    let bits = bits(field);
    Some(quote! {
        const __PRINCIPAL_BITS: u64 = #bits;
        fn __principal(&self) -> ::core::option::Option<::std::string::String> {
            #name(&self.#ident)
        }
    })
}

/// ```text
/// impl HasPrincipal for Auth {
///     fn __who(&self) -> Option<&u64> { PrincipalField::who(&self.user_id) }
/// }
/// ```
pub(super) fn has_principal(session: &Session<'_>) -> TokenStream {
    let Session { ident, krate, .. } = session;
    let Some(field) = principal_field(session) else {
        return TokenStream::new();
    };
    // A field of such a type is told what is wrong with it once, by `principal`.
    let who = if is_scalar(field.ty) || is_string(field.ty) {
        quote!(::core::option::Option::None)
    } else {
        let (field, who) = (field.ident, rule(field, krate, "PrincipalField", "who"));
        quote!(#who(&self.#field))
    };
    quote! {
        #[automatically_derived]
        impl #krate::__private::HasPrincipal for #ident {
            fn __who(&self) -> ::core::option::Option<
                &<Self as #krate::__private::SecureSession>::Principal,
            > {
                #who
            }
        }
    }
}

/// `<Option<u64> as PrincipalField>::principal`, at the field's type: a type that does not fit is
/// told so there.
fn rule(field: &Field<'_>, krate: &TokenStream, name: &str, item: &str) -> TokenStream {
    let ty = field.ty;
    let (name, item) = (format_ident!("{name}"), format_ident!("{item}"));
    quote_spanned!(ty.span()=> <#ty as #krate::__private::#name>::#item)
}

fn principal_field<'s, 'a>(session: &'s Session<'a>) -> Option<&'s Field<'a>> {
    let mut fields = session.fields.iter();
    fields.find(|field| field.attr.principal.is_some())
}

/// ```text
/// fn __merge(__base: &Self, mut __theirs: Self, __ours: &mut Self, __dirty: u64) -> u64 {
///     use ByValue as _; …
///     let mut __both = 0;
///     let __same = (&&&Same(&__base.user_id)).__by();
///     let __is_dirty = __dirty & 1 != 0;
///     if merge(__is_dirty, &__base.user_id, &mut __theirs.user_id, &mut __ours.user_id, __same) {
///         __both |= 1;
///     }
///     if __dirty & 2 == 0 {
///         mem::swap(&mut __ours.visits, &mut __theirs.visits);
///     } else {
///         <u32 as MergeAdd>::add(&mut __ours.visits, &__base.visits, &mut __theirs.visits);
///     }
///     __both
/// }
/// ```
fn merge(session: &Session<'_>) -> TokenStream {
    let krate = &session.krate;
    let merged = session.fields.iter().map(|field| {
        let (ident, bits) = (field.ident, bits(field));
        let Some(merge) = &field.attr.merge else {
            return quote! {
                let __same = (&&&#krate::__private::Same(&__base.#ident)).__by();
                let __is_dirty = __dirty & #bits != 0;
                if #krate::__private::merge(
                    __is_dirty,
                    &__base.#ident,
                    &mut __theirs.#ident,
                    &mut __ours.#ident,
                    __same,
                ) {
                    __both |= #bits;
                }
            };
        };
        let (name, merging) = match merge.value {
            Merge::Add => ("MergeAdd", "add"),
            Merge::Union => ("MergeUnion", "unite"),
            Merge::Max => ("MergeMax", "keep_greater"),
        };
        let rule = rule(field, krate, name, merging);
        quote! {
            if __dirty & #bits == 0 {
                ::core::mem::swap(&mut __ours.#ident, &mut __theirs.#ident);
            } else {
                #rule(&mut __ours.#ident, &__base.#ident, &mut __theirs.#ident);
            }
        }
    });
    quote! {
        fn __merge(__base: &Self, mut __theirs: Self, __ours: &mut Self, __dirty: u64) -> u64 {
            #[allow(unused_imports)]
            use #krate::__private::{ByJson as _, ByValue as _, Unknown as _};
            let mut __both = 0;
            #(#merged)*
            __both
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
