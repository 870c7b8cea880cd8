//! Requests per second of one small application: without sessions, with ours in each store, with
//! tower-sessions, and the bare round trips to the engine.
//!
//! `cargo run --release -p store-bench [-- memory sqlite redis postgres]`. All cases run in turn,
//! round after round; what counts is the median of their ratios within a round. Requests go through
//! the router in this process: 32 clients, each with a session of its own.

mod application;
mod cases;
mod engines;
mod neighbour;
mod rounds;

use std::error::Error;

pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Clients at once.
pub(crate) const CLIENTS: usize = 32;

#[tokio::main(worker_threads = 2)]
async fn main() -> Outcome<()> {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    let wants = |name: &str| chosen.is_empty() || chosen.iter().any(|wanted| wanted == name);
    for engine in engines::Engine::ALL {
        if !wants(engine.name()) {
            continue;
        }
        match engine.cases().await? {
            Some(cases) => rounds::run(engine.name(), cases).await?,
            None => rounds::left_out(engine.name()),
        }
    }
    Ok(())
}
