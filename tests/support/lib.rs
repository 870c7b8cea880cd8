//! What the tests share: a browser that keeps cookies, and an application to talk to.

#![expect(
    clippy::expect_used,
    clippy::exhaustive_structs,
    reason = "a test that cannot go on has failed, and these structs are what tests fill in"
)]

mod client;
#[cfg(doctest)]
mod guide;
pub mod servers;
mod sessions;

pub use client::{Answer, Client};
pub use sessions::{AppSessions, Auth, Prefs, key, registry};
