//! Whether a server does what it is measured for, and the sessions that the load brings.

use std::{fs, path::Path};

use super::browser::Browser;
use crate::Outcome;

/// Enough that requests at the same time are of different sessions.
const SESSIONS: usize = 256;

/// A server that does something else would be measured all the same.
pub(super) fn check(port: u16, has_sessions: bool) -> Outcome<()> {
    let mut browser = Browser::new(port);
    if has_sessions {
        expect(&mut browser, "sign-in", "ok")?;
    }
    for path in ["untouched", "read", "write"] {
        expect(&mut browser, path, "ok")?;
    }
    if has_sessions {
        expect(&mut browser, "visits", "1")?;
    }
    Ok(())
}

fn expect(browser: &mut Browser, path: &str, expected: &str) -> Outcome<()> {
    let text = browser.get(path)?;
    // Chunked, a body brings its length along.
    if text.lines().any(|line| line == expected) {
        Ok(())
    } else {
        Err(format!("/{path} answers {text:?} instead of {expected:?}").into())
    }
}

/// Signs in as often as the load needs sessions, and writes their cookies down, one a line.
pub(super) fn write_cookies(port: u16, has_sessions: bool, file: &Path) -> Outcome<()> {
    let mut lines = String::new();
    for _ in 0..if has_sessions { SESSIONS } else { 1 } {
        let mut browser = Browser::new(port);
        if has_sessions {
            browser.get("sign-in")?;
        }
        lines += &browser.cookie();
        lines.push('\n');
    }
    Ok(fs::write(file, lines)?)
}
