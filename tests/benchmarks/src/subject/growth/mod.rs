//! What becomes of a request when there is more: sessions, fields, keys, bytes, and sessions kept.

mod fields;
mod kept;
mod keys;
mod registered;
mod sizes;

use crate::{Outcome, case::Case, process::enter_runtime};

pub(crate) use kept::cases as memory;

pub(crate) fn cases() -> Outcome<Vec<Case>> {
    let runtime = enter_runtime()?;
    let mut cases = runtime.block_on(registered::cases())?;
    cases.extend(runtime.block_on(fields::cases())?);
    cases.extend(keys::cases()?);
    cases.extend(runtime.block_on(sizes::cases())?);
    Ok(cases)
}
