//! Accessors that would hide, or be hidden by, others.

use std::collections::HashMap;

use crate::{
    ctxt::Ctxt,
    model::{Access, Field, Session},
};

/// What `Session<T>` can do itself, and what every type can: a getter of that name could not be
/// called.
const RESERVED: &[&str] = &[
    "get",
    "set",
    "data",
    "snapshot",
    "touch",
    "regenerate",
    "regenerate_keep",
    "reauthenticate",
    "delete",
    "options",
    "meta",
    "edit",
    "update",
    "clone",
    "clone_from",
    "clone_into",
    "to_owned",
    "into",
    "try_into",
];

pub(crate) fn check(cx: &Ctxt, session: &Session<'_>) {
    for conflict in conflicts(session) {
        cx.error(conflict.field.name.span(), conflict.message);
    }
}

/// A field whose accessors cannot be.
pub(crate) struct Conflict<'s, 'a> {
    pub(crate) field: &'s Field<'a>,
    message: String,
}

/// Each field that must be renamed, once.
pub(crate) fn conflicts<'s, 'a>(session: &'s Session<'a>) -> Vec<Conflict<'s, 'a>> {
    let mut methods = HashMap::new();
    let mut tokens = HashMap::new();
    let mut conflicts = Vec::new();
    for field in session
        .fields
        .iter()
        .filter(|field| field.access != Access::None)
    {
        let message = reserved(field)
            .or_else(|| twice_as_method(field, &methods))
            .or_else(|| twice_as_token(field, &tokens));
        if let Some(message) = message {
            conflicts.push(Conflict { field, message });
            continue;
        }
        methods.extend(field.methods().into_iter().map(|method| (method, field)));
        if field.has_token() {
            tokens.insert(field.token().to_string(), field);
        }
    }
    conflicts
}

/// `struct Auth { delete: bool }`
fn reserved(field: &Field<'_>) -> Option<String> {
    let name = field
        .methods()
        .into_iter()
        .find(|name| RESERVED.contains(&name.as_str()))?;
    Some(format!(
        "an accessor `{name}` would be hidden by the method of that name of every `Session`: \
         name it otherwise, `#[session(rename = \"{name}_value\")]`"
    ))
}

/// `struct Auth { role: u8, set_role: u8 }`
fn twice_as_method(field: &Field<'_>, methods: &HashMap<String, &Field<'_>>) -> Option<String> {
    let methods_of = field.methods();
    let (name, other) = methods_of
        .iter()
        .find_map(|name| Some((name, methods.get(name)?)))?;
    let other = other.ident;
    Some(format!(
        "field `{other}` has an accessor `{name}` already: name this one's accessors otherwise, \
         `#[session(rename = \"…\")]`"
    ))
}

/// `struct Auth { user_id: u8, USER_ID: u8 }`
fn twice_as_token(field: &Field<'_>, tokens: &HashMap<String, &Field<'_>>) -> Option<String> {
    let token = field.has_token().then(|| field.token().to_string())?;
    let other = tokens.get(&token)?.ident;
    Some(format!(
        "field `{other}` has the token `{token}` already: name this one's accessors otherwise, \
         `#[session(rename = \"…\")]`"
    ))
}
