//! Sessions in stores.

use crate::{
    Outcome,
    budget::Budget,
    rounds::{self, Measured},
    samples::Samples,
    section::Section,
    settings::{Rounds, Settings},
    table::{Table, middle, number, ratio},
    worker::{Build, Worker},
};

const TEXT: &str = "\
Requests through a router in process, on a runtime of two threads: microseconds from one request to
the next, of one client alone, which is how long it waits, and of 32 at once, each with a session of
its own, which is how much there is room for. *Alone* is the engine without a session: SQLite on one
connection and one thread, PostgreSQL on as many connections as the store has, the same statements by
the same client, with nothing decoded. *The same commands* of Redis are sent and decoded, over a
connection with the same options, by an application that does all that ours does except what makes a
session. It decodes each time, where ours knows a record that it has read before. *A hop* is a task that
has another thread do nothing, and waits: what no store that works in threads of its own can be below,
unless both sides stay awake, as those of ours do for some microseconds where the other one was quick.";

const ROUNDS: Rounds = Rounds {
    quick: 15,
    full: 31,
};

pub(crate) fn section(settings: &Settings) -> Outcome<Section> {
    let mut workers = [Worker::start(settings, Build::Default, "stores")?];
    let measured = rounds::run(&mut workers, settings.rounds(ROUNDS), |_, _| true)?;
    let [worker] = workers;
    Ok(Section {
        title: "Stores",
        text: TEXT,
        tables: vec![all(&worker.cases, &measured)?, beside(&measured)?],
        budgets: budgets(&measured)?,
        ..Section::default()
    })
}

fn all(cases: &[String], measured: &Measured) -> Outcome<Table> {
    let mut table = Table::new("Each by itself", ["what", "µs", "middle half µs"]);
    for case in cases {
        let summary = measured
            .of(Build::Default, case)?
            .in_units_of(1000.0)
            .summary();
        table.row([
            case.replace('/', ", "),
            number(summary.median),
            middle(summary),
        ]);
    }
    Ok(table)
}

fn beside(measured: &Measured) -> Outcome<Table> {
    let pairs = [
        (
            "memory/read, 32 clients",
            "memory, tower-sessions/read, 32 clients",
        ),
        (
            "memory/write, 32 clients",
            "memory, tower-sessions/write, 32 clients",
        ),
        (
            "redis/read, 32 clients",
            "redis, the same commands/read, 32 clients",
        ),
        (
            "redis/write, 32 clients",
            "redis, the same commands/write, 32 clients",
        ),
        (
            "redis/read, 1 client",
            "redis, the same commands/read, 1 client",
        ),
        (
            "redis/write, 1 client",
            "redis, the same commands/write, 1 client",
        ),
        (
            "redis/read, 32 clients",
            "redis, tower-sessions/read, 32 clients",
        ),
        (
            "redis/write, 32 clients",
            "redis, tower-sessions/write, 32 clients",
        ),
        ("sqlite/read, 32 clients", "sqlite alone, read"),
        ("sqlite/write, 32 clients", "sqlite alone, read and write"),
        (
            "postgres/read, 32 clients",
            "postgres alone, read, 32 clients",
        ),
        (
            "postgres/write, 32 clients",
            "postgres alone, read and write, 32 clients",
        ),
    ];
    let head = ["what", "beside", "requests of it", "middle half"];
    let mut table = Table::new("Side by side: how many requests for one of the other", head);
    for (own, other) in pairs {
        let summary = requests_of(measured, own, other)?.summary();
        table.row([
            own.replace('/', ", "),
            other.replace('/', ", "),
            ratio(summary.median),
            format!("{} – {}", ratio(summary.low), ratio(summary.high)),
        ]);
    }
    Ok(table)
}

/// What a hop took on the machine on which the limits were set, in microseconds.
const HOP_THERE: f64 = 29.0;

/// Time is measured, requests are compared.
fn requests_of(measured: &Measured, own: &str, other: &str) -> Outcome<Samples> {
    let other = measured.of(Build::Default, other)?;
    Ok(other.ratio(measured.of(Build::Default, own)?))
}

fn budgets(measured: &Measured) -> Outcome<Vec<Budget>> {
    let microseconds =
        |case: &str| -> Outcome<f64> { Ok(measured.median(Build::Default, case)? / 1000.0) };
    let factor = microseconds("a hop")? / HOP_THERE;
    let mut budgets: Vec<Budget> = Vec::new();
    for (path, limit) in [("read", 40.0), ("write", 60.0)] {
        let name = |clients| format!("SQLite, {path}, {clients}");
        let one = microseconds(&format!("sqlite/{path}, 1 client"))?;
        budgets.push(Budget::at_most_here(
            name("1 client"),
            limit,
            factor,
            one,
            "µs",
        ));
        let many = microseconds(&format!("sqlite/{path}, 32 clients"))?;
        budgets.push(Budget::at_most(name("32 clients"), limit, many, "µs"));
    }
    for path in ["read", "write"] {
        let name = |store: &str| format!("{store}/{path}, 32 clients");
        let ratio = requests_of(measured, &name("redis"), &name("redis, the same commands"))?;
        let what = format!("Redis in process, {path}");
        budgets.push(Budget::at_least(
            what,
            0.95,
            ratio.median(),
            "of the same commands",
        ));
    }
    Ok(budgets)
}
