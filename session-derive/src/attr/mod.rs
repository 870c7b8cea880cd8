//! `#[session(…)]` → values that keep their spans. Reading goes on after a mistake.

pub(crate) mod container;
pub(crate) mod field;
pub(crate) mod limit;
mod registry;
pub(crate) mod serde;
mod unknown;
pub(crate) mod value;

use proc_macro2::TokenTree;
use syn::{
    Attribute, Error, Ident, Meta, Result, Token, ext::IdentExt, parse::ParseStream,
    spanned::Spanned,
};

use crate::ctxt::Ctxt;

pub(crate) use self::{
    container::SessionAttr,
    field::FieldAttr,
    limit::Limit,
    registry::registry,
    serde::{ContainerSerde, FieldSerde},
    value::Given,
};

/// Calls `each` with every key of every `#[session(…)]`, also past mistakes.
fn each_key(
    cx: &Ctxt,
    attrs: &[Attribute],
    mut each: impl FnMut(&Ident, ParseStream<'_>) -> Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("session")) {
        let Meta::List(list) = &attr.meta else {
            cx.error(
                attr.meta.span(),
                "expected a list of keys, as in `#[session(name = \"auth\")]`",
            );
            continue;
        };
        let keys = |input: ParseStream<'_>| each_in_list(cx, input, &mut each);
        if let Err(error) = list.parse_args_with(keys) {
            cx.push(error);
        }
    }
}

fn each_in_list(
    cx: &Ctxt,
    input: ParseStream<'_>,
    each: &mut impl FnMut(&Ident, ParseStream<'_>) -> Result<()>,
) -> Result<()> {
    while !input.is_empty() {
        if let Err(error) = one(input, each) {
            cx.push(error);
            skip_to_next(input)?;
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

/// To the comma before the next key; one inside `|_, _| None` is not that.
fn skip_to_next(input: ParseStream<'_>) -> Result<()> {
    while !input.is_empty() {
        if input.peek(Token![,]) {
            let rest = input.fork();
            rest.parse::<Token![,]>()?;
            let key = rest.call(Ident::parse_any).is_ok_and(|key| key != "_");
            let ends = rest.is_empty() || rest.peek(Token![,]) || rest.peek(Token![=]);
            if rest.is_empty() || (key && ends) {
                break;
            }
        }
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn one(
    input: ParseStream<'_>,
    each: &mut impl FnMut(&Ident, ParseStream<'_>) -> Result<()>,
) -> Result<()> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error("expected a key, as in `name = \"auth\"`"));
    }
    // `crate` is a key too.
    let key = input.call(Ident::parse_any)?;
    each(&key, input)?;
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(Error::new(
        input.span(),
        format!("expected `,` after the value of `{key}`"),
    ))
}
