//! The documentation of accessors: the field's own, and of those that do more than show it, one line of
//! what they do.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Field;

/// Of what shows the field: its own documentation, which says what there is to read, or else `line`.
pub(super) fn of_reader(field: &Field<'_>, line: &str) -> TokenStream {
    let Field {
        docs, deprecated, ..
    } = field;
    if docs.is_empty() {
        let line = format!(" {line}");
        return quote!(#[doc = #line] #deprecated);
    }
    quote!(#docs #deprecated)
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
