//! Files, stdin and variables, read as bytes.

use std::{
    env,
    fs::File,
    io::{self, IsTerminal, Read},
    path::Path,
};

use zeroize::Zeroizing;

use crate::{failure::Failure, output};

/// More than any cookie header, secret or session takes.
const MOST: u64 = 65_536;

/// Everything in a file, or on stdin for `-`. Overwritten when it is dropped: it may be a secret.
pub(crate) fn file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if path == Path::new("-") {
        return stdin();
    }
    let fail = |error| Failure::new(format_args!("`{}` cannot be read: {error}", path.display()));
    let file = File::open(path).map_err(fail)?;
    read(file).map_err(fail)
}

pub(crate) fn stdin() -> Result<Zeroizing<Vec<u8>>, Failure> {
    read(io::stdin().lock())
        .map_err(|error| Failure::new(format_args!("stdin cannot be read: {error}")))
}

/// The same, for what is to be typed or pasted; `what` says so on a terminal.
pub(crate) fn stdin_of(what: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if stdin_is_terminal() {
        output::say(&format!(
            "Reading {what} from the terminal: end it with Enter and Ctrl-D."
        ));
    }
    stdin()
}

pub(crate) fn stdin_is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// The value of a variable, as bytes.
pub(crate) fn variable(name: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    match env::var_os(name) {
        Some(value) => Ok(Zeroizing::new(value.into_encoded_bytes())),
        None => Err(Failure::new(format_args!(
            "environment variable `{name}`: is not set"
        ))),
    }
}

fn read(from: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    // The capacity is never outgrown, so that no copy of a secret stays behind in freed memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(70_000));
    from.take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        return Err(io::Error::other(format!("more than {MOST} bytes")));
    }
    Ok(bytes)
}

/// `bytes` without the line break that an editor or `echo` puts at the end.
pub(crate) fn without_line_break(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}
