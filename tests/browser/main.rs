//! The shop of the examples, and what of the library only a browser can show, in Chromium.
//!
//! Each test has a browser and a server of its own. Without `chromedriver` they are left out and say
//! so; `LIVE_BROWSER=required`, as in tests/run, has them fail instead.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod accessibility;
mod browser;
mod cookies;
mod devices;
mod down;
mod driver;
mod expiry;
mod meeting;
mod server;
mod shop;
mod signing_in;
mod size;
mod sudo;
mod tabs;
mod tossing;
mod without_script;
