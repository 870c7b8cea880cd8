//! Field tokens: `Auth::EMAIL`, and those that accessors write by.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{accessors::private, docs};
use crate::model::{Access, Field, Session};

/// ```text
/// const __0: Field<Auth, Option<u64>> =
///     Field::__new(0, "user_id", |__data| &__data.user_id, |__data| &mut __data.user_id);
/// impl Auth {
///     /// The field `user_id`, as a value.
///     ///
///     /// Who.
///     pub const USER_ID: Field<Auth, Option<u64>> = __0;
/// }
/// ```
pub(super) fn expand(session: &Session<'_>) -> TokenStream {
    let ident = session.ident;
    let written = session.fields.iter().filter(|field| is_written(field));
    let privates = written.map(|field| {
        let (name, ty, new) = (private(field), typed(field, session), new(field, session));
        quote!(const #name: #ty = #new;)
    });
    let fields = session.fields.iter().filter(|field| field.has_token());
    let mut tokens = fields.map(|field| token(field, session)).peekable();
    let tokens = tokens.peek().is_some().then(|| {
        quote! {
            impl #ident {
                #(#tokens)*
            }
        }
    });
    quote!(#(#privates)* #tokens)
}

fn is_written(field: &Field<'_>) -> bool {
    matches!(field.access, Access::ReadWrite | Access::Flash)
}

/// At the visibility of what it can do: a token both reads and writes.
fn token(field: &Field<'_>, session: &Session<'_>) -> TokenStream {
    let vis = field.get_and_set();
    let (token, ty) = (field.token(), typed(field, session));
    let docs = docs::of_writer(field, &format!("The field `{}`, as a value.", field.name));
    let value = if is_written(field) {
        private(field).into_token_stream()
    } else {
        new(field, session)
    };
    quote! {
        #docs
        #vis const #token: #ty = #value;
    }
}

/// `Field<Auth, Option<u64>>`, `Field<Auth, u64, ReadOnly>`
fn typed(field: &Field<'_>, session: &Session<'_>) -> TokenStream {
    let (of, ty, krate) = (session.ident, field.ty, &session.krate);
    let access = match field.access {
        Access::ReadOnly => quote!(, #krate::__private::ReadOnly),
        _ => TokenStream::new(),
    };
    quote!(#krate::__private::Field<#of, #ty #access>)
}

fn new(field: &Field<'_>, session: &Session<'_>) -> TokenStream {
    let Field { bit, ident, .. } = field;
    let (krate, name) = (&session.krate, field.name.to_string());
    quote! {
        #krate::__private::Field::__new(
            #bit,
            #name,
            |__data| &__data.#ident,
            |__data| &mut __data.#ident,
        )
    }
}
