//! Keys of fields that contradict each other, or serde.

use crate::{
    attr::container::Format,
    ctxt::Ctxt,
    model::{Field, Session},
    symbol::{self as sym, Symbol},
};

/// The bits of one `u64` say which fields changed.
const MOST: usize = 64;

pub(crate) fn check(cx: &Ctxt, session: &Session<'_>) {
    for field in &session.fields {
        if field.serde.flattened {
            flattened(cx, field);
        } else {
            contradictions(cx, field);
        }
        lengths(cx, field);
    }
    struct_is_an_object(cx, session);
    one_principal(cx, session);
    unknown_keys_go_one_way(cx, session);
    node_owns_ts(cx, session);
    if let Some(field) = session.fields.get(MOST) {
        let message = "a session has at most 64 fields: put some into a struct of their own";
        cx.error(field.ident.span(), message);
    }
}

/// A key, those that cannot stand beside it, and why.
const RULES: &[(Symbol, &[Symbol], &str)] = &[
    (
        sym::SKIP,
        &[
            sym::RENAME,
            sym::GET,
            sym::SET,
            sym::READONLY,
            sym::COPY,
            sym::PRINCIPAL,
            sym::SECRET,
            sym::FLASH,
            sym::MERGE,
        ],
        "gives the field no accessor",
    ),
    (
        sym::READONLY,
        &[sym::SET, sym::FLASH, sym::MERGE],
        "lets nobody write the field",
    ),
    (
        sym::FLASH,
        &[sym::GET, sym::COPY, sym::PRINCIPAL],
        "has no getter, as the field is read once, by its `take_`",
    ),
];

/// `#[session(readonly, set = "pub(crate)")]`
fn contradictions(cx: &Ctxt, field: &Field<'_>) {
    let written: Vec<_> = field.attr.written().collect();
    for (key, excluded, why) in RULES {
        if !written.iter().any(|(symbol, _)| symbol == key) {
            continue;
        }
        for (symbol, at) in written
            .iter()
            .filter(|(symbol, _)| excluded.contains(symbol))
        {
            let (key, name) = (key.name, symbol.name);
            cx.error(*at, format!("`{key}` {why}: remove `{name}` or `{key}`"));
        }
    }
}

/// `#[serde(flatten)] #[session(get = "pub(crate)")]`
fn flattened(cx: &Ctxt, field: &Field<'_>) {
    for (symbol, at) in field
        .attr
        .written()
        .filter(|(symbol, _)| *symbol != sym::SKIP)
    {
        let name = symbol.name;
        let message = format!(
            "a `#[serde(flatten)]` field has no accessor: remove `{name}`, \
             and reach the field through `data()` and `update(|data| …)`"
        );
        cx.error(at, message);
    }
}

/// `max_len = 0`
fn lengths(cx: &Ctxt, field: &Field<'_>) {
    if let Some(max_len) = field
        .attr
        .max_len
        .as_ref()
        .filter(|max_len| max_len.value == 0)
    {
        cx.error(
            max_len.at,
            "`max_len` counts bytes, and must be more than zero",
        );
    }
}

/// `#[serde(transparent)]`
fn struct_is_an_object(cx: &Ctxt, session: &Session<'_>) {
    if let Some(at) = session.serde.transparent {
        cx.error(
            at,
            "a session is kept as the JSON object of its fields: remove `transparent`",
        );
    }
}

/// A second `#[session(principal)]`
fn one_principal(cx: &Ctxt, session: &Session<'_>) {
    let mut principals = session
        .fields
        .iter()
        .filter_map(|field| Some((field, field.attr.principal.as_ref()?)));
    let Some((first, _)) = principals.next() else {
        return;
    };
    for (_, principal) in principals {
        let first = &first.name;
        let message = format!("a session has one principal, and `{first}` is it: remove one");
        cx.error(principal.key, message);
    }
}

/// `preserve_unknown` beside `#[serde(flatten)]`
fn unknown_keys_go_one_way(cx: &Ctxt, session: &Session<'_>) {
    let Some(preserve) = session
        .attr
        .preserve_unknown
        .as_ref()
        .filter(|given| given.value)
    else {
        return;
    };
    if let Some(field) = session.fields.iter().find(|field| field.serde.flattened) {
        let name = field.ident;
        let message = format!(
            "the flattened field `{name}` takes the unknown keys already: \
             remove `preserve_unknown` or `#[serde(flatten)]`"
        );
        cx.error(preserve.key, message);
    }
}

/// `format = "fastify"` and a field called `__ts`
fn node_owns_ts(cx: &Ctxt, session: &Session<'_>) {
    if session.format != Format::Fastify {
        return;
    }
    // No `rename_all` but `snake_case` leaves the underscores, and that one is not worth a table.
    let on_wire = |field: &&Field<'_>| {
        !field.serde.skipped && (field.serde.name.is_some() || !session.serde.renames)
    };
    for field in session
        .fields
        .iter()
        .filter(on_wire)
        .filter(|f| f.wire_name() == "__ts")
    {
        cx.error(
            field.ident.span(),
            "Node keeps the time of the last write under `__ts`: write this field under another \
             name, `#[serde(rename = \"…\")]`",
        );
    }
}
