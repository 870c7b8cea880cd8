//! A second of load on one server, and what it cost it.

use std::{fs, process::Stdio};

use serde::Deserialize;

use super::{cores::Cores, server::Server};
use crate::{Outcome, settings::Settings};

/// The kernel's unit of CPU time in `/proc`, which Linux has fixed for programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// What the script of wrk prints.
#[derive(Deserialize)]
struct Report {
    requests: f64,
    seconds: f64,
    failed: u64,
    p99: f64,
}

pub(crate) struct Load {
    pub(crate) requests_per_second: f64,
    /// Of one request, in microseconds.
    pub(crate) cpu: f64,
    /// The latency of the slowest hundredth, in microseconds.
    pub(crate) p99: f64,
}

impl Load {
    pub(super) fn on(
        settings: &Settings,
        cores: &Cores,
        server: &Server,
        path: &str,
        connections: u32,
    ) -> Outcome<Self> {
        let before = ticks(server.id())?;
        let output = cores
            .load("wrk")
            .args(["-t", "1", "-d", "1", "-c", &connections.to_string(), "-s"])
            .arg(settings.package().join("load.lua"))
            .arg(format!("http://127.0.0.1:{}/{path}", server.port))
            .arg("--")
            .arg(&server.cookies)
            .stderr(Stdio::inherit())
            .output()?;
        let ticks = ticks(server.id())? - before;
        let text = String::from_utf8(output.stdout)?;
        let json = text.lines().find(|line| line.starts_with('{'));
        let report: Report = serde_json::from_str(json.ok_or("wrk reports nothing")?)?;
        if report.failed > 0 || report.requests < 1.0 {
            let (failed, all) = (report.failed, report.requests);
            return Err(format!("{}, {path}: {failed} of {all} failed", server.name).into());
        }
        Ok(Self {
            requests_per_second: report.requests / report.seconds,
            cpu: ticks / TICKS_PER_SECOND * 1e6 / report.requests,
            p99: report.p99,
        })
    }
}

/// CPU time that a process has used, in user mode and in the kernel.
fn ticks(process: u32) -> Outcome<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // Its name, in brackets, may have anything in it.
    let (_, fields) = stat.rsplit_once(')').ok_or("no such process")?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut next = || fields.next().ok_or("too few fields");
    Ok(next()?.parse::<f64>()? + next()?.parse::<f64>()?)
}
