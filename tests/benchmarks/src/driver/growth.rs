//! What becomes of the cost when there is more of something.

use crate::{
    Outcome, loopback,
    plots::{Plot, Scale},
    rounds::{self, Measured},
    samples::Samples,
    section::Section,
    settings::{Rounds, Settings},
    table::{Table, middle, number},
    worker::{Build, Worker},
};

const TEXT: &str = "\
Requests in process as above, with the default features, each with a cookie or record that is opened
anew: nanoseconds of the whole request, the median of all rounds and where their middle half lies. Of the sessions that are registered a request has
one; of the keys the last one tried opens; of the fields one is read or written. Loads of the store in
memory are looked at one by one, 20,000 of different sessions in each round, with the clock's 20 ns or
so; *while swept* is the longest of all loads while another thread removed every session at once. The
longest of so many shows the machine as much as the store: it is of one that may be interrupted.";

const ROUNDS: Rounds = Rounds {
    quick: 21,
    full: 101,
};
/// A million sessions are made for each.
const KEPT: Rounds = Rounds { quick: 1, full: 5 };
const COUNTS: [u32; 4] = [1, 1000, 100_000, 1_000_000];

pub(crate) fn section(settings: &Settings) -> Outcome<Section> {
    let mut workers = [Worker::start(settings, Build::Default, "growth")?];
    let measured = rounds::run(&mut workers, settings.rounds(ROUNDS), |_, _| true)?;
    let [worker] = workers;
    let (kept, kept_plot) = kept(settings)?;
    let (connections, connections_plot) = loopback::growth(settings)?;
    Ok(Section {
        title: "Growth",
        text: TEXT,
        tables: vec![requests(&worker.cases, &measured)?, kept, connections],
        plots: vec![sizes(&measured)?, kept_plot, connections_plot],
        ..Section::default()
    })
}

fn requests(cases: &[String], measured: &Measured) -> Outcome<Table> {
    let mut table = Table::new(
        "Sessions, fields, keys, bytes",
        ["what / how many", "ns", "middle half"],
    );
    for case in cases {
        let summary = measured.of(Build::Default, case)?.summary();
        table.row([
            case.replace('/', " / "),
            number(summary.median),
            middle(summary),
        ]);
    }
    Ok(table)
}

fn sizes(measured: &Measured) -> Outcome<Plot> {
    let title = "A session that grows, in process";
    let mut plot = Plot::lines("size", title, "bytes of the session", "ns of a request");
    plot.scale = Scale::BothLogarithmic;
    for (name, place, longest) in [("sealed", "sealed", 2800), ("memory store", "memory", 4096)] {
        for path in ["read", "write"] {
            let mut points = Vec::new();
            for bytes in [64, 256, 1024, 2800, 4096]
                .into_iter()
                .filter(|it| *it <= longest)
            {
                let case = format!("size/{bytes}/{place}/{path}");
                points.push((f64::from(bytes), measured.median(Build::Default, &case)?));
            }
            plot.line(&format!("{name}, {path}"), points);
        }
    }
    Ok(plot)
}

fn kept(settings: &Settings) -> Outcome<(Table, Plot)> {
    let mut counting = Worker::counting(settings, Build::Default, "memory")?;
    let mut bytes = Vec::new();
    for case in 0..counting.cases.len() {
        bytes.push(counting.sample(case)?);
    }
    drop(counting);
    let mut workers = [Worker::start(settings, Build::Default, "memory")?];
    let measured = rounds::run(&mut workers, settings.rounds(KEPT), |_, _| true)?;
    let of = |count: u32, what: &str| -> Outcome<&Samples> {
        measured.of(Build::Default, &format!("kept/{count}/{what}"))
    };
    let head = [
        "sessions",
        "bytes a session",
        "load ns",
        "p99 ns",
        "longest µs",
        "longest while swept µs",
    ];
    let mut table = Table::new("Sessions in memory", head);
    let (mut medians, mut slow) = (Vec::new(), Vec::new());
    for (count, bytes) in COUNTS.into_iter().zip(bytes) {
        let median = of(count, "load, median")?.median();
        let p99 = of(count, "load, 99 of 100")?.median();
        table.row([
            count.to_string(),
            number(bytes),
            number(median),
            number(p99),
            number(of(count, "load, longest")?.median() / 1000.0),
            number(of(count, "load, longest while all are swept")?.median() / 1000.0),
        ]);
        medians.push((f64::from(count), median));
        slow.push((f64::from(count), p99));
    }
    let mut plot = Plot::lines(
        "kept",
        "Loads of the store in memory",
        "sessions kept",
        "ns",
    );
    plot.scale = Scale::FirstLogarithmic;
    plot.line("median", medians);
    plot.line("99 of 100 are faster", slow);
    Ok((table, plot))
}
