//! One cookie between session-runtime and the real packages on Node, both ways.
//!
//! What is asked is in `../interop/node`. Without Node, or without its packages, each test says
//! what it leaves out and passes; with `LIVE_NODE=required` it fails.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod alternating;
mod both_ways;
mod browser;
mod dice;
mod differences;
mod express;
mod fleet;
mod hattip;
mod jar;
mod json;
mod limits;
mod model;
mod node;
mod oracle;
mod records;
mod rotation;
mod round_trip;
mod rust_server;
mod sessions;
mod three;
mod trip;
