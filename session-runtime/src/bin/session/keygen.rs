//! `session keygen`: a new key, or one in another notation.

use std::process::ExitCode;

use session_runtime::Key;

use crate::{args::Keygen, failure::Failure, keys};

pub(crate) fn run(args: &Keygen) -> Result<ExitCode, Failure> {
    args.output.check()?;
    let key = match &args.from {
        Some(path) => keys::from_file(path)?,
        None => Key::generate().map_err(Failure::new)?,
    };
    args.output.write(&key)?;
    Ok(ExitCode::SUCCESS)
}
