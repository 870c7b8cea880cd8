//! A struct that derives `SessionRegistry`: what was written, checked.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, DeriveInput, Ident, Path, Type, spanned::Spanned};

use crate::{
    attr::{self, Given},
    ctxt::Ctxt,
    shape, types,
};

pub(crate) struct Registry<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) krate: TokenStream,
    pub(crate) entries: Vec<Entry<'a>>,
}

/// `auth: Config<Auth>`
pub(crate) struct Entry<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) session: &'a Type,
}

impl<'a> Registry<'a> {
    /// `None`: not a struct with named fields, and an error says so.
    pub(crate) fn read(cx: &Ctxt, input: &'a DeriveInput) -> Option<Self> {
        let krate = krate(cx, &input.attrs);
        let fields = shape::named(cx, input, &shape::REGISTRY)?;
        let entries = fields
            .into_iter()
            .filter_map(|field| entry(cx, field))
            .collect();
        let registry = Self {
            ident: &input.ident,
            krate,
            entries,
        };
        registry.each_session_once(cx);
        Some(registry)
    }

    /// `a: Config<Auth>, b: Config<Auth>`
    fn each_session_once(&self, cx: &Ctxt) {
        for (second, first) in self.pairs() {
            if text(first.session) == text(second.session) {
                let (name, session) = (first.ident, text(second.session));
                let message = format!("`{session}` is registered by `{name}` already, remove one");
                cx.error(second.session.span(), message);
            }
        }
    }

    /// Drops what `each_session_once` refuses.
    pub(crate) fn forget_repeated(&mut self) {
        let mut seen = HashSet::new();
        self.entries
            .retain(|entry| seen.insert(text(entry.session)));
    }

    /// Each entry with each before it.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&Entry<'a>, &Entry<'a>)> {
        let earlier = |end| self.entries.iter().take(end);
        self.entries
            .iter()
            .enumerate()
            .flat_map(move |(i, second)| earlier(i).map(move |first| (second, first)))
    }
}

/// The path of `session_runtime`, of a struct that could not be read.
pub(crate) fn krate_of(input: &DeriveInput) -> TokenStream {
    Ctxt::unheard(|cx| krate(cx, &input.attrs))
}

fn krate(cx: &Ctxt, attrs: &[Attribute]) -> TokenStream {
    let written: Option<Given<Path>> = attr::registry(cx, attrs);
    written.map_or_else(
        || quote!(::session_runtime),
        |krate| krate.value.into_token_stream(),
    )
}

fn entry<'a>(cx: &Ctxt, field: &'a syn::Field) -> Option<Entry<'a>> {
    let ident = field.ident.as_ref()?;
    for attr in field
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("session"))
    {
        cx.error(
            attr.path().span(),
            "a registry's fields have no attributes: settings are given in `Config`",
        );
    }
    let session = types::argument(&field.ty, "Config");
    if session.is_none() {
        cx.error(
            field.ty.span(),
            format!("expected `Config<…>`: `{ident}: Config<Auth>`"),
        );
    }
    Some(Entry {
        ident,
        session: session?,
    })
}

fn text(ty: &Type) -> String {
    ty.to_token_stream().to_string()
}
