//! The result, as one table.

use std::io::{self, Write};

use crate::harness::{Budget, Case, Group};

const HEAD: &str = "
Nanoseconds of one operation: the median of all rounds, and where their middle half lies.
Over and ratio: beside the baseline in the same round, the median of that.
";

/// Prints all groups; whether every budget holds.
pub(crate) fn print(out: &mut impl Write, groups: &[Group]) -> io::Result<bool> {
    writeln!(
        out,
        "{HEAD}\n{:<43} {:>8} {:>17} {:>8} {:>7} {:>7} {:>5}  budget",
        "", "ns", "middle half", "over", "ratio", "allocs", "over"
    )?;
    let mut all_hold = true;
    for group in groups {
        writeln!(out, "{}", group.name)?;
        for case in &group.cases {
            all_hold &= row(out, case, baseline(group, case))?;
        }
    }
    writeln!(out)?;
    Ok(all_hold)
}

fn baseline<'a>(group: &'a Group, case: &Case) -> Option<&'a Case> {
    let name = case.baseline.as_ref()?;
    group.cases.iter().find(|other| other.name == *name)
}

fn row(out: &mut impl Write, case: &Case, baseline: Option<&Case>) -> io::Result<bool> {
    let time = case.samples.summary();
    let middle = format!("{:.1} – {:.1}", time.low, time.high);
    write!(out, "  {:<41} {:>8.1} {middle:>17}", case.name, time.median)?;
    let over = baseline.map(|baseline| Over::new(case, baseline));
    match &over {
        Some(over) => write!(
            out,
            " {:>+8.1} {:>7.2} {:>7.1} {:>+5.1}",
            over.nanoseconds, over.ratio, case.allocations, over.allocations
        )?,
        None => write!(
            out,
            " {:>8} {:>7} {:>7.1} {:>5}",
            "", "", case.allocations, ""
        )?,
    }
    let holds = match (case.budget, over) {
        (
            Some(Budget::Over {
                nanoseconds,
                allocations,
            }),
            Some(over),
        ) => {
            let holds = over.nanoseconds <= nanoseconds && over.allocations <= allocations;
            write!(
                out,
                "  +{nanoseconds:.0} ns, +{allocations:.0}: {}",
                verdict(holds)
            )?;
            holds
        }
        (Some(Budget::Whole { nanoseconds }), _) => {
            let holds = time.median <= nanoseconds;
            write!(out, "  {nanoseconds:.0} ns: {}", verdict(holds))?;
            holds
        }
        _ => true,
    };
    writeln!(out)?;
    Ok(holds)
}

/// What a case takes more than its baseline.
struct Over {
    nanoseconds: f64,
    ratio: f64,
    allocations: f64,
}

impl Over {
    fn new(case: &Case, baseline: &Case) -> Self {
        Self {
            nanoseconds: case.samples.over(&baseline.samples),
            ratio: case.samples.ratio(&baseline.samples),
            allocations: case.allocations - baseline.allocations,
        }
    }
}

const fn verdict(holds: bool) -> &'static str {
    if holds { "holds" } else { "MISSED" }
}
