//! The accessors of one field.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, ext::IdentExt, spanned::Spanned};

use super::{docs, getter};
use crate::{
    model::{Access, Field, Session},
    types::argument,
};

/// `user_id`, `set_user_id`, `update_user_id`, `take_user_id`, `clear_user_id`
pub(super) fn accessors(field: &Field<'_>, session: &Session<'_>) -> TokenStream {
    let writers: &[Writer] = match field.access {
        Access::None => return TokenStream::new(),
        Access::ReadOnly => &[],
        Access::ReadWrite => &[set_field, update_field, take_field, clear_field],
        Access::Flash => &[set_field, take_field],
    };
    let getter = (field.access != Access::Flash).then(|| getter::expand(field));
    let writers = writers.iter().map(|writer| writer(field, session));
    quote!(#getter #(#writers)*)
}

/// The field's token for its own accessors, whoever may see the other: `__0`.
pub(super) fn private(field: &Field<'_>) -> Ident {
    format_ident!("__{}", field.bit)
}

/// Writes one accessor.
type Writer = fn(&Field<'_>, &Session<'_>) -> TokenStream;

/// ```text
/// /// Sets `user_id`.
/// ///
/// /// Who.
/// pub fn set_user_id(&mut self, value: impl IntoField<Option<u64>>) -> &mut Self {
///     self.0.set(__0, IntoField::into_field(value));
///     self
/// }
/// ```
fn set_field(field: &Field<'_>, session: &Session<'_>) -> TokenStream {
    let Field { ty, set, .. } = field;
    let (krate, token) = (&session.krate, private(field));
    let docs = docs::of_writer(field, &format!("Sets `{}`.", field.name));
    let name = field.method("set");
    quote! {
        #docs
        #set fn #name(&mut self, value: impl #krate::__private::IntoField<#ty>) -> &mut Self {
            self.0.set(#token, #krate::__private::IntoField::into_field(value));
            self
        }
    }
}

/// ```text
/// /// Changes `roles` in place.
/// pub fn update_roles<R>(&mut self, f: impl FnOnce(&mut Vec<String>) -> R) -> R {
///     self.0.update_field(__2, f)
/// }
/// ```
fn update_field(field: &Field<'_>, _: &Session<'_>) -> TokenStream {
    let ty = field.ty;
    let vis = field.get_and_set();
    let (token, returned) = (private(field), free_parameter(&quote!(#ty)));
    let docs = docs::of_writer(field, &format!("Changes `{}` in place.", field.name));
    let name = field.method("update");
    quote! {
        #docs
        #vis fn #name<#returned>(
            &mut self,
            f: impl ::core::ops::FnOnce(&mut #ty) -> #returned,
        ) -> #returned {
            self.0.update_field(#token, f)
        }
    }
}

/// ```text
/// /// Takes `email` out, leaving `None`.
/// pub fn take_email(&mut self) -> Option<String> {
///     self.0.replace(__1, None)
/// }
///
/// /// Takes `roles` out, leaving the value of [`Auth::default`].
/// pub fn take_roles(&mut self) -> Vec<String> {
///     self.0.take(__2, <Vec<String> as SessionField>::duplicate)
/// }
/// ```
///
/// The default is copied, not moved out: `Auth` may implement `Drop`.
///
/// ```text
/// pub fn take_notice(&mut self) -> Option<String> {        // flash
///     if <Option<String> as FlashField>::is_empty(&self.0.read().notice) {
///         return Default::default();
///     }
///     …
/// }
/// ```
///
/// Every page takes a flash, and most find none: they are to send no cookie.
fn take_field(field: &Field<'_>, session: &Session<'_>) -> TokenStream {
    let Field { ident, ty, .. } = field;
    let vis = field.get_and_set();
    let token = private(field);
    let docs = docs::of_writer(
        field,
        &format!(
            "Takes `{}` out, leaving {}.",
            field.name,
            left(field, session)
        ),
    );
    let name = field.method("take");
    let take = if is_option(field) {
        quote!(self.0.replace(#token, ::core::option::Option::None))
    } else {
        let duplicate = duplicate(field, session);
        quote!(self.0.take(#token, #duplicate))
    };
    let unless_empty = field.attr.flash.as_ref().map(|_| {
        let krate = &session.krate;
        let is_empty = quote_spanned! {ty.span()=>
            <#ty as #krate::__private::FlashField>::is_empty
        };
        quote! {
            if #is_empty(&self.0.read().#ident) {
                return ::core::default::Default::default();
            }
        }
    });
    quote! {
        #docs
        #vis fn #name(&mut self) -> #ty {
            #unless_empty
            #take
        }
    }
}

/// ```text
/// /// Sets `email` to `None`.
/// pub fn clear_email(&mut self) -> &mut Self {
///     self.0.set(__1, None);
///     self
/// }
///
/// /// Sets `roles` to the value of [`Auth::default`].
/// pub fn clear_roles(&mut self) -> &mut Self {
///     self.0.clear(__2);
///     self
/// }
/// ```
fn clear_field(field: &Field<'_>, session: &Session<'_>) -> TokenStream {
    let (set, token) = (&field.set, private(field));
    let docs = docs::of_writer(
        field,
        &format!("Sets `{}` to {}.", field.name, left(field, session)),
    );
    let name = field.method("clear");
    let write = if is_option(field) {
        quote!(self.0.set(#token, ::core::option::Option::None);)
    } else {
        quote!(self.0.clear(#token);)
    };
    quote! {
        #docs
        #set fn #name(&mut self) -> &mut Self {
            #write
            self
        }
    }
}

/// `<Vec<String> as SessionField>::duplicate`, at the type: one that cannot be cloned is told so.
pub(super) fn duplicate(field: &Field<'_>, session: &Session<'_>) -> TokenStream {
    let (ty, krate) = (field.ty, &session.krate);
    quote_spanned!(ty.span()=> <#ty as #krate::__private::SessionField>::duplicate)
}

pub(super) fn bits(field: &Field<'_>) -> u64 {
    1_u64.checked_shl(field.bit).unwrap_or_default()
}

fn is_option(field: &Field<'_>) -> bool {
    argument(field.ty, "Option").is_some()
}

/// What `take_` and `clear_` leave behind.
fn left(field: &Field<'_>, session: &Session<'_>) -> String {
    if is_option(field) {
        return "`None`".to_owned();
    }
    format!("the value of [`{}::default`]", session.ident.unraw())
}

/// `R`, unless a type of that name is meant.
pub(super) fn free_parameter(used: &TokenStream) -> Ident {
    let taken = used
        .to_string()
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| word == "R");
    format_ident!("{}", if taken { "__R" } else { "R" })
}
