//! What a cookie is made of, each part by itself, and the whole.

mod cipher;
mod cookie;

use crate::{Outcome, case::Case};

pub(crate) fn cases() -> Outcome<Vec<Case>> {
    let mut cases = cipher::cases()?;
    cases.extend(cookie::cases()?);
    Ok(cases)
}
