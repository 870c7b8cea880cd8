//! The shape that both derives ask for: a struct with named fields, without generics.

use proc_macro2::Span;
use syn::{Data, DeriveInput, Field, Fields, GenericParam, spanned::Spanned};

use crate::ctxt::Ctxt;

/// What a derive says to a struct that is not of its shape.
pub(crate) struct Shape {
    pub(crate) what: &'static str,
    pub(crate) form: &'static str,
    pub(crate) lifetime: &'static str,
    pub(crate) parameter: &'static str,
}

pub(crate) const SESSION: Shape = Shape {
    what: "a session",
    form: "struct Auth { user_id: Option<u64> }",
    lifetime: "a session owns its data: write `String` instead of `&str`, `Vec<T>` instead of `&[T]`",
    parameter: "a session is one cookie of one type: write a struct for each, without parameters",
};

pub(crate) const REGISTRY: Shape = Shape {
    what: "a session registry",
    form: "struct AppSessions { auth: Config<Auth> }",
    lifetime: "a session registry borrows nothing: remove the lifetime",
    parameter: "a session registry names its session types: remove the parameter",
};

/// The fields, or `None` and an error.
pub(crate) fn named<'a>(
    cx: &Ctxt,
    input: &'a DeriveInput,
    shape: &Shape,
) -> Option<Vec<&'a Field>> {
    let plain = no_generics(cx, input, shape);
    let refuse = |at: Span, found: &str| {
        let Shape { what, form, .. } = shape;
        cx.error(
            at,
            format!("{what} is a struct with named fields, not {found}: `{form}`"),
        );
        None
    };
    let fields = match &input.data {
        Data::Enum(data) => return refuse(data.enum_token.span, "an enum"),
        Data::Union(data) => return refuse(data.union_token.span, "a union"),
        Data::Struct(data) => &data.fields,
    };
    match fields {
        Fields::Unit => refuse(input.ident.span(), "a unit struct"),
        Fields::Unnamed(fields) => refuse(fields.paren_token.span.join(), "a tuple struct"),
        Fields::Named(fields) if fields.named.is_empty() => {
            refuse(input.ident.span(), "one without fields")
        }
        Fields::Named(fields) => plain.then(|| fields.named.iter().collect()),
    }
}

fn no_generics(cx: &Ctxt, input: &DeriveInput, shape: &Shape) -> bool {
    for parameter in &input.generics.params {
        let (at, message) = match parameter {
            GenericParam::Lifetime(lifetime) => (lifetime.lifetime.span(), shape.lifetime),
            GenericParam::Type(parameter) => (parameter.ident.span(), shape.parameter),
            GenericParam::Const(parameter) => (parameter.ident.span(), shape.parameter),
        };
        cx.error(at, message);
    }
    if let Some(clause) = &input.generics.where_clause
        && input.generics.params.is_empty()
    {
        cx.error(
            clause.where_token.span(),
            format!("{} has no `where` clause, remove it", shape.what),
        );
    }
    input.generics.params.is_empty() && input.generics.where_clause.is_none()
}
