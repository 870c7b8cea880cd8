//! The store in memory, beside tower-sessions' and beside no sessions.

use session_runtime::store::MemoryStore;
use tokio::runtime::Runtime;

use super::clients::{again, asking, requests};
use crate::{Outcome, apps, browser::Browser, case::Case};

pub(super) fn cases(runtime: &'static Runtime) -> Outcome<Vec<Case>> {
    let plain = runtime.block_on(apps::named("plain", None))?;
    let browsers = vec![Browser::new(plain); super::CLIENTS];
    let mut cases = vec![asking(
        "no sessions, 32 clients",
        runtime,
        browsers,
        |browser, until| again(browser, "/read", until),
    )];
    let ours = apps::stored(MemoryStore::new())?;
    cases.extend(requests("memory", runtime, &ours)?);
    let theirs = runtime.block_on(apps::named("tower-sessions", None))?;
    cases.extend(requests("memory, tower-sessions", runtime, &theirs)?);
    Ok(cases)
}
