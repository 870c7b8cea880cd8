//! Runs the rounds, and prints and writes what they came to.
//!
//! `tests/bench` starts it, with everything built: `BENCH_ROOT` is the repository, and in
//! `BENCH_PROGRAMS` are `subject-default`, `subject-simd`, `count-default`, `count-simd` and `actix`.

mod budget;
mod child;
mod compile;
mod document;
mod growth;
mod instructions;
mod loopback;
mod parts;
mod plots;
mod process;
mod rounds;
mod samples;
mod section;
mod settings;
mod stores;
mod table;
mod versions;
mod worker;

use std::{
    env,
    error::Error,
    io::{self, Write},
    process::ExitCode,
    time::Instant,
};

use section::Section;
use settings::{Group, Settings};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<ExitCode> {
    let settings = Settings::of(env::args().skip(1))?;
    let started = Instant::now();
    let mut sections = Vec::new();
    for &group in &settings.groups {
        eprintln!("{} ({} s)", group.name(), started.elapsed().as_secs());
        let section =
            run(group, &settings).map_err(|error| format!("{}: {error}", group.name()))?;
        section.print(&mut io::stdout().lock())?;
        sections.push(section);
    }
    let budgets = budget::table(&sections);
    writeln!(io::stdout(), "\n{budgets}")?;
    if settings.writes {
        document::write(&settings, &sections, started.elapsed())?;
    }
    let all_held = sections
        .iter()
        .flat_map(|section| &section.budgets)
        .all(|it| it.is_held);
    Ok(if all_held {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(3)
    })
}

fn run(group: Group, settings: &Settings) -> Outcome<Section> {
    match group {
        Group::Parts => parts::section(settings),
        Group::Process => process::section(settings),
        Group::Loopback => loopback::section(settings),
        Group::Growth => growth::section(settings),
        Group::Stores => stores::section(settings),
        Group::Compile => compile::section(settings),
    }
}
