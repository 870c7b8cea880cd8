//! Runs cases in turn, and prints what they came to.

use std::time::{Duration, Instant};

use crate::{CLIENTS, Outcome, cases::Case};

const ROUNDS: usize = 15;
/// Of one case in one round.
const SLICE: Duration = Duration::from_millis(250);

pub(crate) async fn run(engine: &str, cases: Vec<Case>) -> Outcome<()> {
    let mut seconds: Vec<Vec<f64>> = cases.iter().map(|_| Vec::new()).collect();
    for case in &cases {
        measure(case).await?; // to warm it up
    }
    for _ in 0..ROUNDS {
        for (case, measured) in cases.iter().zip(&mut seconds) {
            measured.push(measure(case).await?);
        }
    }
    print(engine, &cases, &seconds);
    Ok(())
}

/// Requests per second.
async fn measure(case: &Case) -> Outcome<f64> {
    let started = Instant::now();
    let clients = (0..CLIENTS).map(|client| tokio::spawn(case.client(client, started + SLICE)));
    let mut requests = 0_u32;
    for client in clients.collect::<Vec<_>>() {
        requests += client.await??;
    }
    Ok(f64::from(requests) / started.elapsed().as_secs_f64())
}

#[expect(clippy::print_stdout, reason = "this program prints a table")]
fn print(engine: &str, cases: &[Case], measured: &[Vec<f64>]) {
    println!(
        "\n{engine:<34} requests/s   of {}",
        cases.first().map_or("", |case| case.name)
    );
    for (case, own) in cases.iter().zip(measured) {
        let ratios = |against: &str| {
            let index = cases.iter().position(|other| other.name == against)?;
            let others = measured.get(index)?;
            Some(median(own.iter().zip(others).map(|(a, b)| a / b).collect()))
        };
        let of_none = cases.first().and_then(|first| ratios(first.name));
        print!(
            "{:<34} {:>10.0} {:>9.2}",
            case.name,
            median(own.clone()),
            of_none.unwrap_or(1.0)
        );
        for against in case.against {
            if let Some(ratio) = ratios(against) {
                print!("   {ratio:.2} of {against}");
            }
        }
        println!();
    }
}

#[expect(clippy::print_stdout, reason = "this program prints a table")]
pub(crate) fn left_out(engine: &str) {
    println!("\n{engine}: left out, its server is not installed");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
