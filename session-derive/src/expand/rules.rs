//! What `principal`, `merge` and `flash` ask of a field's type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use crate::{
    attr::field::Merge,
    model::{Field, Session},
};

/// ```text
/// const _: () = <Option<u64> as PrincipalField>::RULE;
/// ```
pub(super) fn expand(session: &Session<'_>) -> TokenStream {
    let rules = session.fields.iter().flat_map(|field| {
        traits(field).into_iter().map(|rule| {
            let (ty, krate) = (field.ty, &session.krate);
            let asked = quote_spanned!(ty.span()=> <#ty as #krate::__private::#rule>::RULE);
            quote! {
                const _: () = #asked;
            }
        })
    });
    rules.collect()
}

fn traits(field: &Field<'_>) -> Vec<Ident> {
    let attr = &field.attr;
    let merge = attr.merge.as_ref().map(|merge| match merge.value {
        Merge::Add => "MergeAdd",
        Merge::Union => "MergeUnion",
        Merge::Max => "MergeMax",
    });
    let principal = attr.principal.as_ref().map(|_| "PrincipalField");
    let flash = attr.flash.as_ref().map(|_| "FlashField");
    [principal, merge, flash]
        .into_iter()
        .flatten()
        .map(|name| format_ident!("{name}"))
        .collect()
}
