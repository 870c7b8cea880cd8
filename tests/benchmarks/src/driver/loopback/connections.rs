//! From 1 to 256 connections at once.

use super::{
    cores::Cores,
    load::Load,
    servers::{self, PLAIN, SEALED},
};
use crate::{
    Outcome,
    plots::{Plot, Scale},
    samples::Samples,
    settings::{Rounds, Settings},
    table::{Table, number, ratio},
    worker::Build,
};

const ROUNDS: Rounds = Rounds { quick: 3, full: 7 };
const CONNECTIONS: [u32; 5] = [1, 4, 16, 64, 256];

#[derive(Default)]
struct Result {
    requests: Samples,
    p99: Samples,
}

pub(crate) fn growth(settings: &Settings) -> Outcome<(Table, Plot)> {
    let cores = Cores::of_this_process()?;
    let start = |name, app| servers::subject(settings, &cores, name, Build::Default, &[app]);
    let mut both = [start(PLAIN, "plain")?, start(SEALED, "sealed")?];
    let [plain, sealed] = &mut both;
    plain.bring_cookies_of(sealed);
    let mut results: Vec<[Result; 2]> = CONNECTIONS.iter().map(|_| Default::default()).collect();
    for _ in 0..settings.rounds(ROUNDS) {
        for (connections, results) in CONNECTIONS.into_iter().zip(&mut results) {
            for (server, result) in both.iter().zip(results) {
                let load = Load::on(settings, &cores, server, "read", connections)?;
                result.requests.push(load.requests_per_second);
                result.p99.push(load.p99 / 1000.0);
            }
        }
    }
    let head = [
        "connections",
        "requests/s",
        "of axum",
        "p99 ms",
        "axum's p99 ms",
    ];
    let mut table = Table::new(
        "Connections at once: a sealed session read over loopback",
        head,
    );
    let mut points = Vec::new();
    for (connections, [plain, ours]) in CONNECTIONS.into_iter().zip(&results) {
        let requests = ours.requests.median();
        table.row([
            connections.to_string(),
            number(requests),
            ratio(ours.requests.ratio(&plain.requests).median()),
            ratio(ours.p99.median()),
            ratio(plain.p99.median()),
        ]);
        points.push((f64::from(connections), requests, plain.requests.median()));
    }
    let mut plot = Plot::lines(
        "connections",
        "Connections at once",
        "connections",
        "requests/s",
    );
    plot.scale = Scale::FirstLogarithmic;
    plot.line(
        SEALED,
        points.iter().map(|(x, ours, _)| (*x, *ours)).collect(),
    );
    plot.line(
        PLAIN,
        points.iter().map(|(x, _, plain)| (*x, *plain)).collect(),
    );
    Ok((table, plot))
}
