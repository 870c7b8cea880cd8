//! `session seal`: a cookie of JSON.

use std::{path::Path, process::ExitCode};

use clap::ArgMatches;
use session_runtime::Format;

use crate::{args::Seal, failure::Failure, input, output};

pub(crate) fn run(args: &Seal, given: Option<&ArgMatches>) -> Result<ExitCode, Failure> {
    let format = args.kind.format.map_or(Format::Sealed, Into::into);
    let kind = args.kind.resolve(format, None)?;
    let subject = args.kind.subject(&kind)?.version(args.data_version);
    let path = args.fields.as_deref().unwrap_or(Path::new("-"));
    let on_stdin = path == Path::new("-");
    if on_stdin && args.keys.reads_stdin() {
        return Err(Failure::usage(
            "the key and the fields cannot both come from stdin",
        ));
    }
    let keys = args.keys.read(given)?;
    let inspector = subject.with_keys(keys.keyring).map_err(Failure::usage)?;
    let fields = if on_stdin {
        input::stdin_of("the fields, a JSON object,")?
    } else {
        input::file(path)?
    };
    let fields = str::from_utf8(&fields)
        .map_err(|_| Failure::new("the fields are no UTF-8, as JSON must be"))?;
    let value = inspector.seal(fields).map_err(Failure::new)?;
    let line = if args.set_cookie {
        let header = inspector.set_cookie(&value).map_err(Failure::new)?;
        let header = header.to_str().map_err(Failure::new)?;
        format!("Set-Cookie: {header}")
    } else if args.cookie {
        format!("{}={value}", inspector.cookie_name())
    } else {
        value.clone()
    };
    output::line(&line)?;
    let size = inspector.cookie_name().len() + value.len();
    output::remark(&format!(
        "`{}`: {size} of the 4096 bytes of name and value that browsers keep",
        inspector.cookie_name()
    ));
    Ok(ExitCode::SUCCESS)
}
