//! Rules over what was read, one function each. Browsers' rules: RFC 6265bis.

mod cookie;
mod fields;
mod lifetime;
pub(crate) mod names;
mod size;

use crate::{ctxt::Ctxt, model::Session};

pub(crate) fn session(cx: &Ctxt, session: &Session<'_>) {
    cookie::check(cx, session);
    lifetime::check(cx, session);
    fields::check(cx, session);
    names::check(cx, session);
    size::check(cx, session);
}
