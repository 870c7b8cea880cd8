//! One request through a router in this process: no socket, no runtime between its parts.

mod handle;
mod once;
mod requests;

use crate::{Outcome, case::Case};

pub(crate) use once::{Expected, enter_runtime, request_case};

pub(crate) fn cases() -> Outcome<Vec<Case>> {
    let runtime = enter_runtime()?;
    let mut cases = runtime.block_on(requests::cases())?;
    cases.extend(handle::cases());
    Ok(cases)
}
