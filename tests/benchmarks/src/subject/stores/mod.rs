//! Sessions in stores, beside the bare engine with the same work, and beside tower-sessions.

mod clients;
mod memory;
mod postgres;
mod redis;
mod sqlite;
mod threads;

use tokio::runtime::{Builder, Runtime};

use crate::{Outcome, case::Case};

/// Clients at once, where there are many.
pub(crate) const CLIENTS: usize = 32;

/// About what a record takes.
const RECORD: usize = 300;

pub(crate) fn cases() -> Outcome<Vec<Case>> {
    let runtime: &'static Runtime = Box::leak(Box::new(
        Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?,
    ));
    let mut cases = memory::cases(runtime)?;
    cases.extend(threads::cases()?);
    cases.extend(sqlite::cases(runtime)?);
    cases.extend(redis::cases(runtime)?);
    cases.extend(postgres::cases(runtime)?);
    Ok(cases)
}

fn key(client: usize) -> [u8; 32] {
    [u8::try_from(client).unwrap_or(u8::MAX); 32]
}
