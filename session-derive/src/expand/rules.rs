//! What `flash` asks of a field's type. `principal` and `merge` ask where they are used.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::model::Session;

/// ```text
/// const _: () = <Option<String> as FlashField>::RULE;
/// ```
pub(super) fn expand(session: &Session<'_>) -> TokenStream {
    let krate = &session.krate;
    let flash = session.fields.iter().filter(|f| f.attr.flash.is_some());
    let rules = flash.map(|field| {
        let ty = field.ty;
        let asked = quote_spanned!(ty.span()=> <#ty as #krate::__private::FlashField>::RULE);
        quote! {
            const _: () = #asked;
        }
    });
    rules.collect()
}
