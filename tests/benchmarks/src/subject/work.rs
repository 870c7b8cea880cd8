//! Answers the program that runs the rounds: `subject` keeps the cases, that one keeps the order.
//!
//! ```text
//! ─▶ ["first case", "second case"]      once, as JSON
//! ◀─ sample 1
//! ─▶ 123.4                              of the second case
//! ◀─ allocations 0
//! ─▶ 2                                  if built to count
//! ```

use std::io::{self, BufRead, Write};

use crate::{Outcome, case::Case, meter::Outside};

/// Enough for what happens in some operations only.
#[cfg(feature = "count")]
const COUNTED: u32 = 1024;

pub(crate) fn answer(cases: &mut [Case]) -> Outcome<()> {
    let names: Vec<_> = cases.iter().map(|case| case.name.as_str()).collect();
    say(&serde_json::to_string(&names)?)?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (what, number) = line.split_once(' ').ok_or("which case?")?;
        let case = cases.get_mut(number.parse::<usize>()?);
        let case = case.ok_or("there is no such case")?;
        let answer = match what {
            "sample" => case.sample()?,
            "allocations" => allocations(case)?,
            _ => return Err(format!("{what}: sample or allocations").into()),
        };
        say(&answer.to_string())?;
    }
    Ok(())
}

fn say(line: &str) -> Outcome<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// So many times. Whoever counts does it twice, for what happens at the first time alone.
pub(crate) fn run(cases: Vec<Case>, name: &str, times: u32) -> Outcome<()> {
    let case = cases.into_iter().find(|case| case.name == name);
    case.ok_or("there is no such case")?
        .run(times, &mut Outside)
}

#[cfg(feature = "count")]
fn allocations(case: &mut Case) -> Outcome<f64> {
    let mut counted = crate::meter::Allocations::default();
    case.run(COUNTED, &mut counted)?;
    #[expect(clippy::cast_precision_loss, reason = "a count far below 2^52")]
    let total = counted.0 as f64;
    Ok(total / f64::from(COUNTED))
}

#[cfg(not(feature = "count"))]
fn allocations(_: &mut Case) -> Outcome<f64> {
    Err("built without the feature `count`".into())
}
