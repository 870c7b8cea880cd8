//! PERFORMANCE.md, with its plots, and the counts that are committed.

use std::{fmt::Write, fs, process::Command, time::Duration};

use crate::{Outcome, budget, instructions, section::Section, settings::Settings, versions};

const HEAD: &str = "\
# Performance

What a session costs, beside no session, beside other libraries, and beside the parts that it is made
of. Written by `tests/bench --write`; the texts and tables come from `tests/benchmarks`.

Everything is measured side by side in one run, in turns, so that what slows the machine for a while
slows all of it. Ratios carry over to another machine, nanoseconds do not. Each library is used as its
documentation has it, in a small application with the same fields; each solves another problem, and
the numbers say nothing of which. A cookie that is sealed costs its cipher and no store; a store in
memory costs no cipher, and is empty after a restart; what is in Redis or PostgreSQL is there for many
servers.
";

const BUDGETS: &str = "\
The limits were set on another machine. Those of ratios and allocations hold anywhere. *Here* is the limit
of a request in process, times what this machine takes, of what that one took, for the same requests with
tower-sessions and `PrivateCookieJar`: the middle one of five ratios, which the section has. For one client
of SQLite it is the limit times the same ratio for a hop to another thread and back, of which that machine
took 29 µs. SQLite with 32 clients, getters, setters and compile times are held against the limits as they
are.
";

const REPEAT: &str = "\
## How to repeat it

```sh
tests/bench --quick             # every table, in some ten minutes
tests/bench                     # more rounds, in half an hour
tests/bench --quick loopback    # some groups: parts process loopback growth stores compile
tests/bench --write             # writes this file, its plots and the committed instruction counts
```

It installs what is missing on Debian. On a machine that does nothing else, with two cores at least;
on a shared one look at the middle half before believing a difference, and at instructions before
nanoseconds. Builds are for any x86-64 (`cargo build --release` with thin LTO and one codegen unit, no
`target-cpu`), as published programs are.
";

pub(crate) fn write(settings: &Settings, sections: &[Section], took: Duration) -> Outcome<()> {
    let folder = settings.root.join("docs/performance");
    fs::create_dir_all(&folder)?;
    let mut text = String::from(HEAD);
    let effort = if settings.is_quick { "quick" } else { "full" };
    let (date, minutes) = (today()?, took.as_secs().div_ceil(60));
    writeln!(
        text,
        "\nA {effort} run of {date}, which took {minutes} minutes.\n\n## Budgets\n\n{BUDGETS}"
    )?;
    writeln!(text, "{}", budget::table(sections))?;
    for section in sections {
        writeln!(text, "## {}\n\n{}\n", section.title, section.text)?;
        for table in &section.tables {
            writeln!(text, "{table}")?;
        }
        for plot in &section.plots {
            plot.write(&folder)?;
            writeln!(
                text,
                "![{}](docs/performance/{}.svg)\n",
                plot.title, plot.name
            )?;
        }
    }
    writeln!(
        text,
        "## Versions\n\n{}\n{REPEAT}",
        versions::table(settings)?
    )?;
    fs::write(
        settings.root.join("PERFORMANCE.md"),
        text.trim_end().to_owned() + "\n",
    )?;
    let counts = sections.iter().flat_map(|section| section.counts.clone());
    instructions::commit(settings, &counts.collect::<Vec<_>>())
}

fn today() -> Outcome<String> {
    let output = Command::new("date").args(["-u", "+%Y-%m-%d"]).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
