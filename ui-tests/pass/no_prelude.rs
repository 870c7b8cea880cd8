//! Generated code takes nothing from the prelude, nor from what the user calls by its names.
#![no_implicit_prelude]
#![allow(dead_code)]

use ::serde::{Deserialize, Serialize};
use ::std::{string::String, vec::Vec};

// Names that generated code would take if it were not absolute.
struct Some;
struct None;
struct Deref;
struct Clone;
struct Default;
mod core {}
mod std {}

#[derive(::session_runtime::SecureSession, Serialize, Deserialize, ::std::default::Default)]
#[session(name = "auth", checked, version = 2, migrate = migrate)]
pub struct Auth {
    #[session(principal)]
    user_id: ::std::option::Option<u64>,
    #[session(max_len = 40)]
    email: ::std::option::Option<String>,
    roles: Vec<String>,
    #[session(copy)]
    pair: (u8, u8),
    #[session(flash)]
    notice: String,
}

fn migrate(_: u32, _: &str) -> ::std::option::Option<Auth> {
    ::std::option::Option::None
}

#[derive(::session_runtime::SessionRegistry)]
pub struct AppSessions {
    auth: ::session_runtime::Config<Auth>,
}

fn main() {
    let mut session = ::session_runtime::Session::detached(<Auth as ::std::default::Default>::default());
    session.set_user_id(7).set_pair((1, 2));
    ::std::assert!(::std::matches!(session.user_id(), ::std::option::Option::Some(7)));
    ::std::assert!(session.pair() == (1, 2));
}
