//! The derives of session-runtime.

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
use syn::{DeriveInput, parse_macro_input};

/// todo
#[proc_macro_derive(SecureSession, attributes(session))]
pub fn derive_secure_session(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let expanded = secure_session(&input);
    debug::show(&format!("#[derive(SecureSession)] {}", input.ident), &expanded);
    expanded.into()
}

/// todo
#[proc_macro_derive(SessionRegistry, attributes(session))]
pub fn derive_session_registry(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let expanded = session_registry(&input);
    debug::show(&format!("#[derive(SessionRegistry)] {}", input.ident), &expanded);
    expanded.into()
}

fn secure_session(input: &DeriveInput) -> proc_macro2::TokenStream {
    let cx = ctxt::Ctxt::new();
    let session = model::Session::read(&cx, input);
    if let Some(session) = &session {
        check::session(&cx, session);
    }
    match (cx.check(), session) {
        (Ok(()), Some(session)) => expand::session(&session),
        (Ok(()), None) => unreachable!("no model without an error"),
        (Err(errors), Some(session)) => with(errors, fallback::session(session)),
        (Err(errors), None) => with(errors, fallback::no_session(input)),
    }
}

fn session_registry(input: &DeriveInput) -> proc_macro2::TokenStream {
    let cx = ctxt::Ctxt::new();
    let registry = registry::Registry::read(&cx, input);
    match (cx.check(), registry) {
        (Ok(()), Some(registry)) => expand::registry::registry(&registry),
        (Ok(()), None) => unreachable!("no model without an error"),
        (Err(errors), Some(registry)) => with(errors, fallback::registry(registry)),
        (Err(errors), None) => with(errors, fallback::no_registry(input)),
    }
}

fn with(
    mut errors: proc_macro2::TokenStream,
    stubs: proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    errors.extend(stubs);
    errors
}
