//! Real servers, started by the tests that need them.

pub mod postgres;
pub mod redis;
