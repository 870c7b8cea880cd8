//! What is measured: parts of a cookie, routers in this process, stores, servers.
//!
//! ```text
//! subject work GROUP                 the cases of a group, one sample whenever a line asks for it
//! subject run GROUP CASE TIMES       one case so many times, for a program that counts instructions
//! subject serve APP [URL]            an application on a free port; URL is that of its store
//! ```
//!
//! All end when their standard input does: whoever started them has gone.

mod apps;
mod at_once;
mod browser;
mod case;
mod engines;
mod growth;
mod meter;
mod parts;
mod process;
mod serve;
mod session;
mod stores;
mod work;

use std::{env, error::Error};

pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments {
        ["work", group] => work::answer(&mut cases(group)?),
        ["run", group, case, times] => work::run(cases(group)?, case, times.parse()?),
        ["serve", app] => serve::until_told(app, None),
        ["serve", app, url] => serve::until_told(app, Some(url)),
        _ => Err("subject work GROUP | run GROUP CASE TIMES | serve APP [URL]".into()),
    }
}

fn cases(group: &str) -> Outcome<Vec<case::Case>> {
    match group {
        "parts" => parts::cases(),
        "process" => process::cases(),
        "growth" => growth::cases(),
        "memory" => growth::memory(),
        "stores" => stores::cases(),
        _ => Err(format!("there is no group {group}").into()),
    }
}
