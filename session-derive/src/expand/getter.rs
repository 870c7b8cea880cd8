//! What a getter returns: numbers by value, the rest by reference and without its container.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::docs;
use crate::{
    model::Field,
    types::{argument, is_scalar, is_string},
};

/// | field                         | getter                       |
/// |-------------------------------|------------------------------|
/// | `u64`, `Option<u64>`, `copy`  | `-> u64`, `-> Option<u64>`   |
/// | `String`, `Option<String>`    | `-> &str`, `-> Option<&str>` |
/// | `Vec<T>`, `Option<Vec<T>>`    | `-> &[T]`, `-> Option<&[T]>` |
/// | `Option<T>`                   | `-> Option<&T>`              |
/// | `T`                           | `-> &T`                      |
///
/// ```text
/// /// Who.
/// pub fn user_id(&self) -> Option<u64> { self.0.read().user_id }
/// ```
pub(super) fn expand(field: &Field<'_>) -> TokenStream {
    let (docs, name) = (
        docs::of_reader(field, &format!("Reads `{}`.", field.name)),
        field.getter(),
    );
    let (vis, (returned, body)) = (&field.get, returned(field));
    quote! {
        #docs
        #vis fn #name(&self) -> #returned { #body }
    }
}

/// The type of a getter and its body.
fn returned(field: &Field<'_>) -> (TokenStream, TokenStream) {
    let Field { ident, ty, .. } = field;
    let read = quote!(self.0.read().#ident);
    if field.attr.copy.is_some() {
        // The type is named, so that one which is not `Copy` is told so at its own place.
        let copied = quote_spanned!(ty.span()=> __copied::<#ty>);
        return (quote!(#ty), quote!(#copied(&#read)));
    }
    if let Some(inner) = argument(ty, "Option") {
        let (inner, body) = if is_scalar(inner) {
            return (quote!(#ty), read);
        } else if is_string(inner) {
            (quote!(&str), quote!(#read.as_deref()))
        } else if let Some(item) = argument(inner, "Vec") {
            (quote!(&[#item]), quote!(#read.as_deref()))
        } else {
            (quote!(&#inner), quote!(#read.as_ref()))
        };
        return (quote!(::core::option::Option<#inner>), body);
    }
    if is_scalar(ty) {
        (quote!(#ty), read)
    } else if is_string(ty) {
        (quote!(&str), quote!(#read.as_str()))
    } else if let Some(item) = argument(ty, "Vec") {
        (quote!(&[#item]), quote!(#read.as_slice()))
    } else {
        (quote!(&#ty), quote!(&#read))
    }
}
