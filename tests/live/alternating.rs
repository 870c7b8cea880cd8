//! One browser between a Node server and a Rust server: a thousand random operations each, after
//! each of which both must see what a model says.
//!
//! A seed is printed; `LIVE_SEED` repeats it.

use crate::{
    fleet::Mode,
    node::{Generation, say},
    trip::Trip,
};

const OPERATIONS: u32 = 1_000;

fn alternate(generation: Generation, mode: Mode) {
    let seed = seed();
    let Some(mut trip) = Trip::start(generation, mode, seed) else {
        return;
    };
    say(&format!(
        "alternating with {generation:?}, {mode:?}: LIVE_SEED={seed}"
    ));
    for _ in 0..OPERATIONS {
        trip.operate();
    }
    let counts = trip.counts;
    assert!(
        counts.calls > 300 && counts.reads > 2 * OPERATIONS,
        "{counts:?}"
    );
    assert!(counts.key_steps > 50 && counts.renewals > 20, "{counts:?}");
    assert!(counts.expired > 0 && counts.lost > 0, "{counts:?}");
}

pub(crate) fn seed() -> u64 {
    match std::env::var("LIVE_SEED") {
        Ok(seed) => seed.parse().unwrap(),
        Err(_) => std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), ()),
    }
}

#[test]
fn as_it_comes_rust_and_the_current_node_agree() {
    alternate(Generation::Current, Mode::Strict);
}

#[test]
fn as_it_comes_rust_and_the_previous_node_agree() {
    alternate(Generation::Prev, Mode::Strict);
}

#[test]
fn as_it_comes_rust_and_the_node_of_fastify_4_agree() {
    alternate(Generation::F4, Mode::Strict);
}

#[test]
fn as_node_rust_and_the_current_node_agree() {
    alternate(Generation::Current, Mode::AsNode);
}

#[test]
fn as_node_rust_and_the_previous_node_agree() {
    alternate(Generation::Prev, Mode::AsNode);
}

#[test]
fn as_node_rust_and_the_node_of_fastify_4_agree() {
    alternate(Generation::F4, Mode::AsNode);
}
