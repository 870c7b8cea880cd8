//! Field tokens: `Auth::EMAIL`.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use crate::model::{Access, Field, Session};

/// ```text
/// impl Auth {
///     /// The field `user_id`, as a value.
///     ///
///     /// Who.
///     pub const USER_ID: Field<Auth, Option<u64>> =
///         Field::__new(0, "user_id", |__data| &__data.user_id, |__data| &mut __data.user_id);
/// }
/// ```
pub(super) fn expand(session: &Session<'_>) -> Option<TokenStream> {
    let ident = session.ident;
    let fields = session.fields.iter().filter(|field| field.has_token());
    let tokens: Vec<_> = fields.map(|field| token(field, session)).collect();
    (!tokens.is_empty()).then(|| {
        quote! {
            impl #ident {
                #(#tokens)*
            }
        }
    })
}

/// At the visibility of what it can do: a token both reads and writes.
fn token(field: &Field<'_>, session: &Session<'_>) -> TokenStream {
    let Field { bit, ident, ty, .. } = field;
    let (of, krate) = (session.ident, &session.krate);
    let vis = field.get_and_set();
    let access = match field.access {
        Access::ReadOnly => quote!(, #krate::__private::ReadOnly),
        _ => TokenStream::new(),
    };
    let (token, name) = (field.token(), field.name.to_string());
    let docs = docs::of_writer(field, &format!("The field `{name}`, as a value."));
    quote! {
        #docs
        #vis const #token: #krate::__private::Field<#of, #ty #access> =
            #krate::__private::Field::__new(
                #bit,
                #name,
                |__data| &__data.#ident,
                |__data| &mut __data.#ident,
            );
    }
}
