//! `impl SessionRegistry`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::registry::{Entry, Registry};

/// ```text
/// const _: () = {
///     impl SessionRegistry for AppSessions {
///         fn __register(self, __entries: &mut Entries) { Entries::add::<Auth>(__entries, self.auth); … }
///     }
///     impl Contains<Auth> for AppSessions {}
///     …
///     const _: () = assert!(…);
/// };
/// ```
pub(crate) fn registry(registry: &Registry<'_>) -> TokenStream {
    let Registry {
        ident,
        krate,
        entries,
    } = registry;
    let added = entries.iter().map(|entry| add(entry, registry));
    let contained = entries.iter().map(|entry| contains(entry, registry));
    let distinct = registry
        .pairs()
        .map(|(second, first)| distinct(second, first, registry));
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #krate::__private::SessionRegistry for #ident {
                fn __register(self, __entries: &mut #krate::__private::Entries) {
                    #(#added)*
                }
            }
            #(#contained)*
            #(#distinct)*
        };
    }
}

/// `Entries::add::<Auth>(__entries, self.auth);`, where a struct that is no session is told so at
/// its name.
fn add(entry: &Entry<'_>, registry: &Registry<'_>) -> TokenStream {
    let (krate, field, session) = (&registry.krate, entry.ident, entry.session);
    let add = quote_spanned!(session.span()=> #krate::__private::Entries::add::<#session>);
    quote!(#add(__entries, self.#field);)
}

/// ```text
/// impl Contains<Auth> for AppSessions {}
/// ```
fn contains(entry: &Entry<'_>, registry: &Registry<'_>) -> TokenStream {
    let Registry { ident, krate, .. } = registry;
    let session = entry.session;
    quote! {
        #[automatically_derived]
        impl #krate::__private::Contains<#session> for #ident {}
    }
}

/// ```text
/// const _: () = assert!(!same(<Prefs as SecureSession>::DECLARATION.name(), …), "…");
/// const _: () = assert!(!same(<Prefs as SecureSession>::DECLARATION.cookie_name(), …), "…");
/// ```
///
/// At the later field.
fn distinct(second: &Entry<'_>, first: &Entry<'_>, registry: &Registry<'_>) -> TokenStream {
    let krate = &registry.krate;
    let (a, b, at) = (first.session, second.session, second.session.span());
    let messages = [("name", "session name"), ("cookie_name", "cookie name")].map(|(key, what)| {
        let message = format!(
            "`{}` and `{}` have the same {what}: write another `#[session({key} = \"…\")]` on one \
             of their structs",
            first.ident, second.ident
        );
        let key = quote::format_ident!("{key}");
        let declaration = |ty| quote!(<#ty as #krate::__private::SecureSession>::DECLARATION.#key());
        let (a, b) = (declaration(a), declaration(b));
        quote_spanned!(at=> const _: () = ::core::assert!(!#krate::__private::same(#a, #b), #message);)
    });
    messages.into_iter().collect()
}
