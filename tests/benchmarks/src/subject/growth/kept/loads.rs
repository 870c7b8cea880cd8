//! How long loads take, one by one, and how long they wait while sessions are swept.

use std::{
    sync::{Arc, OnceLock},
    thread,
    time::{Duration, Instant},
};

use session_runtime::store::{MemoryStore, SessionStore, Sweep};
use tokio::runtime::Builder;

use super::{END, filled, key};
use crate::{Outcome, at_once::at_once, case::Case};

/// Loads in one sample.
const LOADS: usize = 20_000;

pub(super) fn cases(count: usize, data: &[u8]) -> [Case; 4] {
    let name = |what: &str| format!("kept/{count}/{what}");
    // Filled when it is first looked into, and shared by all that look.
    let store = Arc::new(OnceLock::new());
    let loads = |what, fraction: f64| {
        let (store, data) = (Arc::clone(&store), data.to_vec());
        Case::sampled(name(what), move || {
            let store: &MemoryStore = store.get_or_init(|| filled(count, &data));
            Ok(quantile(&mut load(store, count, LOADS)?, fraction))
        })
    };
    let data = data.to_vec();
    [
        loads("load, median", 0.5),
        loads("load, 99 of 100", 0.99),
        loads("load, longest", 1.0),
        Case::sampled(name("load, longest while all are swept"), move || {
            while_swept(&Arc::new(filled(count, &data)), count)
        }),
    ]
}

/// How long each of so many loads took, all of them of different sessions as far as there are.
fn load(store: &MemoryStore, count: usize, loads: usize) -> Outcome<Vec<Duration>> {
    let mut times = Vec::with_capacity(loads);
    for number in 0..loads {
        // A stride that shares no factor with any of the counts.
        let key = key(number * 7_919 % count);
        let start = Instant::now();
        at_once(store.load(&key))?;
        times.push(start.elapsed());
    }
    Ok(times)
}

fn quantile(times: &mut [Duration], fraction: f64) -> f64 {
    times.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "an index among some thousands"
    )]
    let index = ((times.len() - 1) as f64 * fraction) as usize;
    times.get(index).map_or(f64::NAN, Duration::as_secs_f64) * 1e9
}

/// The longest that a load had to wait while another thread removed every session.
fn while_swept(store: &Arc<MemoryStore>, count: usize) -> Outcome<f64> {
    let sweeping = Arc::clone(store);
    let sweeper = thread::spawn(move || sweep(&sweeping));
    let mut longest = Duration::ZERO;
    while !sweeper.is_finished() {
        let times = load(store, count, 100)?;
        longest = times.into_iter().fold(longest, Duration::max);
    }
    let swept = sweeper.join().map_err(|_| "the sweep panicked")??;
    if swept != count as u64 {
        return Err(format!("{swept} of {count} were swept").into());
    }
    Ok(longest.as_secs_f64() * 1e9)
}

fn sweep(store: &MemoryStore) -> Outcome<u64> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let sweep: &dyn Sweep = store.sweeper().ok_or("nothing sweeps")?;
    Ok(runtime.block_on(sweep.sweep(END + 1))?)
}
