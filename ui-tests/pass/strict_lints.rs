//! Generated code under every lint that a strict crate may deny, with fields that are unused,
//! deprecated and oddly named.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused,
    unused_qualifications,
    unused_lifetimes,
    unused_results,
    elided_lifetimes_in_paths,
    single_use_lifetimes,
    trivial_casts,
    missing_copy_implementations,
    non_local_definitions,
    let_underscore_drop
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(clippy::allow_attributes_without_reason, clippy::exhaustive_structs, clippy::use_self)]

use serde::{Deserialize, Serialize};
use session_runtime::{Config, SecureSession, Session, SessionRegistry};

/// Who is signed in.
#[derive(SecureSession, Serialize, Deserialize, Default, Debug)]
#[session(name = "auth", checked)]
#[non_exhaustive]
#[allow(non_snake_case, reason = "what the lint is for")]
pub struct Auth {
    /// Who.
    user_id: Option<u64>,
    #[deprecated = "use `user_id`"]
    name: String,
    camelCase: Vec<u8>,
    #[session(skip)]
    internal: u8,
    #[session(flash, max_len = 200)]
    notice: Option<String>,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Unused {
    field: String,
}

/// Every session.
#[derive(SessionRegistry)]
#[non_exhaustive]
#[allow(missing_debug_implementations, reason = "not the point")]
pub struct AppSessions {
    /// Who is signed in.
    pub auth: Config<Auth>,
}

fn main() {
    let session = Session::detached(Auth::default());
    assert!(session.user_id().is_none());
    drop(Session::detached(Unused::default()));
}
