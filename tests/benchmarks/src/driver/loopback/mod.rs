//! Whole servers, over the loopback interface.

mod browser;
mod connections;
mod cores;
mod load;
mod server;
mod servers;
mod visit;

use crate::{
    Outcome,
    budget::Budget,
    plots::Plot,
    samples::Samples,
    section::Section,
    settings::{Rounds, Settings},
    table::{Table, number, ratio},
};
pub(crate) use connections::growth;
use cores::Cores;
use load::Load;

const TEXT: &str = "\
One core is the server's, the other the load's: wrk with 32 connections, which bring 256 sessions in
turn, so that requests at the same time are of different sessions; ours keeps what it has opened of them,
except where it says *anew*. Redis and PostgreSQL run on the
load's core. Every server is asked a second at a time, all in turn, round after round; ratios are
medians of those to axum without sessions in the same round. CPU is the time of the server's process,
in the kernel too, which is most of it. *Busy* is how much of its core it used: far below 1 the load
was the limit, or something else had the core, so that ratios of requests hide what a server costs and
CPU is the honest column; but a server that waits for its load also pays for being woken, so that only
servers about as busy as each other compare well. It shows nothing of networks, TLS, or applications
that do something.

Every server has the same handlers and fields, as its library's documentation has it; before it is
measured, it must answer that a visit which was written is there. The servers without sessions are
asked with the cookies of ours that are sealed, for a header costs whoever reads it; those of actix and
Fastify show what is the framework's. `Redis, the same commands` is an application without
a session library that sends what ours sends and decodes the same JSON.";

const ROUNDS: Rounds = Rounds { quick: 5, full: 13 };
const PATHS: [&str; 3] = ["untouched", "read", "write"];
const CONNECTIONS: u32 = 32;

pub(crate) fn section(settings: &Settings) -> Outcome<Section> {
    let cores = Cores::of_this_process()?;
    let (mut servers, _stores) = servers::start(settings, &cores)?;
    let rounds = settings.rounds(ROUNDS);
    let mut results: Vec<[Result; 3]> = servers.iter().map(|_| Default::default()).collect();
    for _ in 0..rounds {
        for (path, name) in PATHS.iter().enumerate() {
            for (server, result) in servers.iter_mut().zip(&mut results) {
                let load = Load::on(settings, &cores, server, name, CONNECTIONS)?;
                if let Some(result) = result.get_mut(path) {
                    result.add(&load);
                }
            }
        }
    }
    let names: Vec<_> = servers.iter().map(|server| server.name).collect();
    let shown = Shown { names, results };
    Ok(Section {
        title: "Whole servers",
        text: TEXT,
        tables: shown.tables()?,
        plots: vec![shown.plot()?],
        budgets: shown.budgets()?,
        ..Section::default()
    })
}

/// One path of one server.
#[derive(Default)]
struct Result {
    requests: Samples,
    cpu: Samples,
}

impl Result {
    fn add(&mut self, load: &Load) {
        self.requests.push(load.requests_per_second);
        self.cpu.push(load.cpu);
    }

    /// Which part of its core the server used.
    fn busy(&self) -> f64 {
        self.requests.median() * self.cpu.median() / 1e6
    }
}

struct Shown {
    names: Vec<&'static str>,
    results: Vec<[Result; 3]>,
}

impl Shown {
    fn result(&self, name: &str, path: &str) -> Outcome<&Result> {
        let server = self.names.iter().position(|other| *other == name);
        let path = PATHS.iter().position(|other| *other == path);
        let result = server
            .zip(path)
            .and_then(|(server, path)| self.results.get(server)?.get(path));
        result.ok_or_else(|| format!("{name} was not asked").into())
    }

    fn ratio(&self, name: &str, path: &str, other: &str) -> Outcome<Samples> {
        let own = &self.result(name, path)?.requests;
        Ok(own.ratio(&self.result(other, path)?.requests))
    }

    fn tables(&self) -> Outcome<Vec<Table>> {
        PATHS.iter().map(|path| self.table(path)).collect()
    }

    fn table(&self, path: &str) -> Outcome<Table> {
        let head = [
            "server",
            "requests/s",
            "of axum",
            "middle half",
            "CPU µs",
            "of axum's",
            "busy",
        ];
        let mut table = Table::new(format!("A session {}", past(path)), head);
        for name in &self.names {
            let result = self.result(name, path)?;
            let of_plain = self.ratio(name, path, servers::PLAIN)?.summary();
            let cpu = result.cpu.ratio(&self.result(servers::PLAIN, path)?.cpu);
            table.row([
                (*name).to_owned(),
                number(result.requests.median()),
                ratio(of_plain.median),
                format!("{} – {}", ratio(of_plain.low), ratio(of_plain.high)),
                number(result.cpu.median()),
                ratio(cpu.median()),
                ratio(result.busy()),
            ]);
        }
        Ok(table)
    }

    fn plot(&self) -> Outcome<Plot> {
        let mut plot = Plot::bars(
            "servers",
            "CPU time of a request",
            "of axum without sessions",
        );
        for name in &self.names {
            let mut values = Vec::new();
            for path in PATHS {
                let cpu = &self.result(name, path)?.cpu;
                values.push(cpu.ratio(&self.result(servers::PLAIN, path)?.cpu).median());
            }
            plot.group(name, values);
        }
        plot.parts = PATHS.map(past).to_vec();
        Ok(plot)
    }

    fn budgets(&self) -> Outcome<Vec<Budget>> {
        let limits = [
            (servers::SEALED, "read", 0.86),
            (servers::SEALED, "write", 0.75),
            (servers::SEALED_SIMD, "read", 0.92),
            (servers::SEALED_SIMD, "write", 0.87),
        ];
        let mut budgets = Vec::new();
        for (name, path, limit) in limits {
            let measured = self.ratio(name, path, servers::PLAIN)?.median();
            let what = format!("server, {name}, {path}");
            budgets.push(Budget::at_least(what, limit, measured, "of axum"));
        }
        for path in ["read", "write"] {
            let measured = self
                .ratio(servers::REDIS, path, servers::RAW_REDIS)?
                .median();
            let what = format!("server, {}, {path}", servers::REDIS);
            budgets.push(Budget::at_least(
                what,
                0.95,
                measured,
                "of the same commands",
            ));
        }
        Ok(budgets)
    }
}

fn past(path: &str) -> &'static str {
    match path {
        "untouched" => "left alone",
        "read" => "read",
        _ => "written",
    }
}
