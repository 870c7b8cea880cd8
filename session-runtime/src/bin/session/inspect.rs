//! `session inspect`: what is in a cookie, or why it is refused.

use std::{fmt::Write as _, process::ExitCode, time::Duration};

use clap::ArgMatches;
use session_runtime::{Format, inspect::Subject};
use zeroize::Zeroizing;

use crate::{
    args::Inspect,
    cookie_text::CookieText,
    failure::{Failure, REFUSED},
    input, json,
    kind::Kind,
    output,
    report::Report,
};

pub(crate) fn run(args: &Inspect, given: Option<&ArgMatches>) -> Result<ExitCode, Failure> {
    let text = text(args)?;
    let cookie = CookieText::parse(&text);
    let kind = kind(args, &cookie)?;
    let keys = args.keys.read(given)?;
    let inspector = limited(args.kind.subject(&kind)?, args)
        .with_keys(keys.keyring)
        .map_err(Failure::usage)?;
    let values = cookie.values(&inspector);
    if values.is_empty() {
        return Err(no_such_cookie(&kind, &cookie));
    }
    let mut valid = false;
    let mut out = String::new();
    for (index, value) in values.iter().enumerate() {
        let report = Report {
            kind: &kind,
            keys: &keys.sources,
            idle: args.idle,
            absolute: args.absolute,
            value,
            outcome: inspector.open(value),
            shows_fields: !args.no_fields,
        };
        valid |= report.is_valid();
        if args.json {
            out.push_str(&report.json()?);
        } else {
            if values.len() > 1 {
                let (number, of) = (index + 1, values.len());
                // Writing to a String cannot fail.
                let _ = writeln!(out, "--- cookie {number} of {of} with this name");
            }
            out.push_str(&report.text());
        }
    }
    output::write(out.as_bytes())?;
    Ok(if valid {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(REFUSED)
    })
}

fn text(args: &Inspect) -> Result<Zeroizing<Vec<u8>>, Failure> {
    match &args.cookie {
        Some(cookie) => Ok(Zeroizing::new(cookie.clone().into_bytes())),
        None if args.keys.reads_stdin() => Err(Failure::usage(
            "the key and the cookie cannot both come from stdin",
        )),
        None => input::stdin_of("the cookie"),
    }
}

fn kind(args: &Inspect, cookie: &CookieText<'_>) -> Result<Kind, Failure> {
    let format = args.kind.format.map_or_else(|| cookie.format(), Into::into);
    let names = cookie.names();
    let undecided = args.kind.cookie_name.is_none() && args.kind.name.is_none();
    match &names[..] {
        [only] => args.kind.resolve(format, Some(only)),
        [_, _, ..] if undecided => Err(Failure::usage(format_args!(
            "there are several cookies, {}: say which with --cookie-name",
            list(&names)
        ))),
        _ => args.kind.resolve(format, None),
    }
}

fn limited(mut subject: Subject, args: &Inspect) -> Subject {
    let set =
        |limit: Option<Duration>, subject: Subject, with: fn(Subject, Duration) -> Subject| {
            match limit {
                Some(limit) => with(subject, limit),
                None => subject,
            }
        };
    subject = set(args.idle.0, subject, Subject::idle);
    set(args.absolute.0, subject, Subject::absolute)
}

fn no_such_cookie(kind: &Kind, cookie: &CookieText<'_>) -> Failure {
    let names = cookie.names();
    let others = if names.is_empty() {
        "and none at all".to_owned()
    } else {
        format!("but {}: --cookie-name says which to look at", list(&names))
    };
    let name = json::shown(&kind.cookie_name);
    Failure::new(format_args!("there is no cookie `{name}`, {others}"))
}

fn list(names: &[String]) -> String {
    let quoted: Vec<_> = names
        .iter()
        .map(|name| format!("`{}`", json::shown(name)))
        .collect();
    quoted.join(", ")
}

/// The format's name, as the attribute writes it.
pub(crate) const fn name_of(format: Format) -> &'static str {
    match format {
        Format::Fastify => "fastify",
        _ => "sealed",
    }
}
