//! One cookie between session-runtime and the real packages on Node, both ways.
//!
//! What is asked is in `../interop/node`. Without Node, or without its packages, each test says
//! what it leaves out and passes; with `LIVE_NODE=required` it fails.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod both_ways;
mod browser;
mod json;
mod node;
mod oracle;
mod round_trip;
mod rust_server;
mod sessions;
