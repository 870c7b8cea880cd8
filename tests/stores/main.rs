//! Sessions that are kept in stores: what holds on every one of them, and what is special to each.
//!
//! A test whose server is not installed says what it leaves out and passes; with
//! `LIVE_STORES=required` it fails.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod guarantees;
mod key_value;
mod memory;
mod outage;

mod postgres;
mod redis;
mod schedules;
mod sqlite;
mod unreliable;
