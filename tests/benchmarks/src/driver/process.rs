//! One request through a router in one process.

use std::collections::BTreeMap;

use crate::{
    Outcome,
    budget::Budget,
    instructions::{self, Counts},
    rounds::{self, Measured},
    samples::Samples,
    section::Section,
    settings::{Rounds, Settings},
    table::{Table, middle, number, ratio},
    worker::{Build, Worker},
};

const TEXT: &str = "\
A request is made, a router answers it with a short text, and both are dropped: no socket, no runtime.
Only the answer is measured. *Over* is what a case takes more than a router with a layer that does
nothing, in the same round, for `Router::layer` has a price whatever the layer. All have the same six
fields (181 bytes of JSON) and bring the same kinds of headers; a read looks at one field, a write
counts one up. tower-sessions keeps its sessions in memory and has no cryptography to do;
`PrivateCookieJar` encrypts JSON with AES-256-GCM, which processors have instructions for.

Instructions are counted by callgrind, which offers AVX2 and not what is newer; the count of
1100 requests less that of 100, so that whatever happens once cancels. They vary by a percent at most,
where nanoseconds vary by ten: *change* is against the count that is committed.
Allocations count one that grows again. The session's own data, cloned, take what the row
`plain struct, cloned` shows, whoever makes them.

The same browser comes again and again, so that its session is known after the second time: as with
the requests that make up a page, and those to the next pages. *Anew* is the same with nothing kept
(`Config::cached_sessions(0)`), which is what the first request with a cookie costs. Whoever writes gets
another cookie, or record, which is new to the request after: in a browser a write is followed by one
that opens anew.";

const ROUNDS: Rounds = Rounds {
    quick: 61,
    full: 401,
};
const FLOOR: &str = "no-op layer";

/// What libraries took over the floor where the limits were set, in nanoseconds: on a shared x86-64
/// machine of two processors, with the same six fields, tower-sessions 0.15 and axum-extra for axum 0.8.
const PEERS: [(&str, f64); 5] = [
    ("tower-sessions, memory: untouched", 974.0),
    ("tower-sessions, memory: read", 1563.0),
    ("tower-sessions, memory: write", 2380.0),
    ("PrivateCookieJar: read", 2208.0),
    ("PrivateCookieJar: write", 3251.0),
];

pub(crate) fn section(settings: &Settings) -> Outcome<Section> {
    let mut workers = Vec::new();
    for build in Build::BOTH {
        workers.push(Worker::start(settings, build, "process")?);
    }
    let is_wanted = |build: Build, case: &str| build == Build::Default || depends_on_cipher(case);
    let measured = rounds::run(&mut workers, settings.rounds(ROUNDS), is_wanted)?;
    let mut allocations = BTreeMap::new();
    let mut cases = Vec::new();
    for build in Build::BOTH {
        let mut counting = Worker::counting(settings, build, "process")?;
        for (index, case) in counting.cases.clone().into_iter().enumerate() {
            if is_wanted(build, &case) {
                let counted = counting.allocations(index)?;
                allocations.insert((build, case.clone()), counted);
                cases.push((build, case));
            }
        }
    }
    let (counts, committed) = instructions::count(settings, &cases)?;
    let shown = Shown {
        measured,
        allocations,
        counts,
        committed,
    };
    Ok(Section {
        title: "In process",
        text: TEXT,
        tables: vec![
            shown.requests(&cases)?,
            shown.handles(&cases)?,
            shown.peers()?,
        ],
        budgets: shown.budgets()?,
        counts: shown.counts.clone().into_iter().collect(),
        ..Section::default()
    })
}

fn depends_on_cipher(case: &str) -> bool {
    case.starts_with("sealed") || case.starts_with("two sessions") || case == FLOOR
}

/// A request says whose it is, except those without sessions.
fn is_request(case: &str) -> bool {
    case.contains(": ") || case == FLOOR || case == "no layer"
}

struct Shown {
    measured: Measured,
    allocations: BTreeMap<(Build, String), f64>,
    counts: Counts,
    committed: Counts,
}

impl Shown {
    fn requests(&self, cases: &[(Build, String)]) -> Outcome<Table> {
        let head = [
            "request",
            "features",
            "ns",
            "middle half",
            "over",
            "instructions",
            "over",
            "committed",
            "change",
            "allocations",
            "over",
        ];
        let mut table = Table::new("Requests", head);
        for (build, case) in cases.iter().filter(|it| is_request(&it.1)) {
            table.row(self.request(*build, case)?);
        }
        Ok(table)
    }

    fn request(&self, build: Build, case: &str) -> Outcome<Vec<String>> {
        let samples = self.measured.of(build, case)?;
        let summary = samples.summary();
        let [own, floor] = [case, FLOOR].map(|case| self.instructions(build, case));
        let (own, floor) = (own?, floor?);
        let committed = self
            .committed
            .get(&instructions::name(build, case))
            .copied();
        Ok(vec![
            case.to_owned(),
            build.name().to_owned(),
            number(summary.median),
            middle(summary),
            number(self.over(build, case)?),
            own.to_string(),
            (i128::from(own) - i128::from(floor)).to_string(),
            committed.map_or_else(|| "none".to_owned(), |count| count.to_string()),
            committed.map_or_else(String::new, |count| instructions::change(own, count)),
            number(self.allocated(build, case)?),
            number(self.allocated(build, case)? - self.allocated(build, FLOOR)?),
        ])
    }

    fn handles(&self, cases: &[(Build, String)]) -> Outcome<Table> {
        let head = [
            "a session that a handler holds",
            "ns",
            "middle half",
            "allocations",
        ];
        let mut table = Table::new("Handles", head);
        for (build, case) in cases.iter().filter(|it| !is_request(&it.1)) {
            let summary = self.measured.of(*build, case)?.summary();
            table.row([
                case.clone(),
                number(summary.median),
                middle(summary),
                number(self.allocated(*build, case)?),
            ]);
        }
        Ok(table)
    }

    fn budgets(&self) -> Outcome<Vec<Budget>> {
        let over = [
            (Build::Default, "sealed: untouched", 150.0, 3.0),
            (Build::Default, "sealed: read", 1100.0, 8.0),
            (Build::Default, "sealed: write", 2100.0, 12.0),
            (Build::Simd, "sealed: untouched", 150.0, 3.0),
            (Build::Simd, "sealed: read", 650.0, 8.0),
            (Build::Simd, "sealed: write", 1150.0, 12.0),
            (Build::Default, "memory store: read", 800.0, 8.0),
            (Build::Default, "sealed, opened anew: read", 1100.0, 8.0),
            (Build::Default, "sealed, opened anew: write", 2100.0, 12.0),
            (
                Build::Default,
                "memory store, decoded anew: read",
                800.0,
                8.0,
            ),
        ];
        let factor = self.of_where_limits_were_set()?;
        let mut budgets = Vec::new();
        for (build, case, nanoseconds, allocations) in over {
            let name = format!("in process, {case}, {}", build.name());
            let time = self.over(build, case)?;
            let allocated = self.allocated(build, case)? - self.allocated(build, FLOOR)?;
            let budget = Budget::at_most_here(&name, nanoseconds, factor, time, "ns");
            budgets.push(budget);
            budgets.push(Budget::at_most(name, allocations, allocated, "allocations"));
        }
        for (case, nanoseconds) in [("getter", 2.0), ("setter", 60.0)] {
            let time = self.measured.median(Build::Default, case)?;
            budgets.push(Budget::at_most(case, nanoseconds, time, "ns"));
        }
        Ok(budgets)
    }

    /// How many times as long this machine takes as the one where the limits were set.
    fn of_where_limits_were_set(&self) -> Outcome<f64> {
        let mut factors = Samples::default();
        for (case, there) in PEERS {
            factors.push(self.over(Build::Default, case)? / there);
        }
        Ok(factors.median())
    }

    fn peers(&self) -> Outcome<Table> {
        let head = [
            "over the no-op layer",
            "ns where the limits were set",
            "ns here",
            "times",
        ];
        let mut table = Table::new("Where the limits were set, and here", head);
        for (case, there) in PEERS {
            let here = self.over(Build::Default, case)?;
            table.row([
                case.to_owned(),
                number(there),
                number(here),
                ratio(here / there),
            ]);
        }
        let middle = self.of_where_limits_were_set()?;
        table.row([
            "the middle one".to_owned(),
            String::new(),
            String::new(),
            ratio(middle),
        ]);
        Ok(table)
    }

    fn over(&self, build: Build, case: &str) -> Outcome<f64> {
        let floor = self.measured.of(build, FLOOR)?;
        Ok(self.measured.of(build, case)?.over(floor).median())
    }

    fn instructions(&self, build: Build, case: &str) -> Outcome<u64> {
        let count = self.counts.get(&instructions::name(build, case));
        Ok(*count.ok_or_else(|| format!("{case}: no instructions were counted"))?)
    }

    fn allocated(&self, build: Build, case: &str) -> Outcome<f64> {
        let count = self.allocations.get(&(build, case.to_owned()));
        Ok(*count.ok_or_else(|| format!("{case}: no allocations were counted"))?)
    }
}
