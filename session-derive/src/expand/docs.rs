//! The documentation of accessors: the field's own, and one line of what they do.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Field;

/// Of what shows the field: its own documentation first.
pub(super) fn of_reader(field: &Field<'_>, line: &str) -> TokenStream {
    let Field {
        docs, deprecated, ..
    } = field;
    let (gap, line) = (gap(docs), format!(" {line}"));
    quote!(#docs #gap #[doc = #line] #deprecated)
}

/// Of what changes the field: the line first, as a list of methods would otherwise read alike.
pub(super) fn of_writer(field: &Field<'_>, line: &str) -> TokenStream {
    let Field {
        docs, deprecated, ..
    } = field;
    let (gap, line) = (gap(docs), format!(" {line}"));
    quote!(#[doc = #line] #gap #docs #deprecated)
}

fn gap(docs: &TokenStream) -> Option<TokenStream> {
    (!docs.is_empty()).then(|| quote!(#[doc = ""]))
}
