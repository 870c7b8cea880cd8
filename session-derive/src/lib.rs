//! The derives of session-runtime, which re-exports them: depend on that crate.
//!
//! ```text
//! DeriveInput ─▶ attr ─▶ model ─▶ check ─▶ expand ─▶ tokens
//!                  └───────┴────────┴─▶ Ctxt ─▶ compile_error! + fallback
//! ```
//!
//! `attr` reads values that keep their spans, `model` resolves what was not written, `check` holds
//! the rules between values, and `expand` cannot fail. All mistakes of a struct are reported at
//! once; the fallback keeps them from causing others where the struct is used.

mod attr;
mod case;
mod check;
mod ctxt;
mod debug;
mod expand;
mod fallback;
mod model;
mod registry;
mod shape;
mod symbol;
#[cfg(test)]
mod tests;
mod types;
mod visibility;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use syn::{DeriveInput, parse_macro_input};

use crate::{ctxt::Ctxt, model::Session, registry::Registry};

#[doc = include_str!("../docs/secure_session.md")]
#[proc_macro_derive(SecureSession, attributes(session))]
pub fn derive_secure_session(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let expanded = secure_session(&input);
    debug::show(
        &format!("#[derive(SecureSession)] {}", input.ident),
        &expanded,
    );
    expanded.into()
}

#[doc = include_str!("../docs/session_registry.md")]
#[proc_macro_derive(SessionRegistry, attributes(session))]
pub fn derive_session_registry(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let expanded = session_registry(&input);
    debug::show(
        &format!("#[derive(SessionRegistry)] {}", input.ident),
        &expanded,
    );
    expanded.into()
}

fn secure_session(input: &DeriveInput) -> Tokens {
    let cx = Ctxt::new();
    let session = Session::read(&cx, input);
    if let Some(session) = &session {
        check::session(&cx, session);
    }
    match (cx.check(), session) {
        (Ok(()), Some(session)) => expand::session(&session),
        (Ok(()), None) => unreachable!("no model is an error"),
        (Err(errors), Some(session)) => with_stubs(errors, fallback::session(session)),
        (Err(errors), None) => with_stubs(errors, fallback::no_session(input)),
    }
}

fn session_registry(input: &DeriveInput) -> Tokens {
    let cx = Ctxt::new();
    let registry = Registry::read(&cx, input);
    match (cx.check(), registry) {
        (Ok(()), Some(registry)) => expand::registry::registry(&registry),
        (Ok(()), None) => unreachable!("no model is an error"),
        (Err(errors), Some(registry)) => with_stubs(errors, fallback::registry(registry)),
        (Err(errors), None) => with_stubs(errors, fallback::no_registry(input)),
    }
}

fn with_stubs(mut errors: Tokens, stubs: Tokens) -> Tokens {
    errors.extend(stubs);
    errors
}
