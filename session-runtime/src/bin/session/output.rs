//! The way to stdout.

use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::failure::Failure;

/// Writes all of it, or says why not.
///
/// A reader that has seen enough, such as `head`, is no failure.
pub(crate) fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(format_args!("cannot write: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes `text` and ends its line.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    write(format!("{text}\n").as_bytes())
}

pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Says something on stderr. If nobody listens, there is nobody to tell.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says something to the person who looks at the result. Silent in a pipe.
pub(crate) fn remark(text: &str) {
    if is_terminal() && io::stderr().is_terminal() {
        say(text);
    }
}
