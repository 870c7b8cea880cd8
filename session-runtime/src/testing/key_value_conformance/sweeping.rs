//! Sweeping: what has ended goes, what ends later stays.

use super::trial::Trial;
use crate::{
    store::{Lifetime, Saved},
    testing::conformance::{Fact, Verdict, facts, holds, is},
};

pub(super) const FACTS: &[Fact<Trial>] = facts![
    a_sweep_removes_what_has_ended_and_nothing_else,
    a_sweep_counts_what_it_removed,
    a_sweep_asks_when_a_value_ends_now,
    a_replace_of_a_swept_value_says_gone_and_makes_nothing,
];

/// When the checks sweep, in seconds from now. Soon, so that it does not take what others have in
/// the same store; and after now, so that no engine ends the values by itself before.
const SOON: u64 = 60;

const fn seconds(t: &Trial, seconds: u64) -> Lifetime {
    Lifetime::new(t.now, seconds)
}

async fn sweep(t: &Trial) -> Result<u64, super::Broken> {
    Ok(t.sweeper()?.sweep(seconds(t, SOON).end()).await?)
}

async fn a_sweep_removes_what_has_ended_and_nothing_else(t: Trial) -> Verdict {
    let before = t.created_as("before", seconds(&t, SOON - 1)).await?;
    let at = t.created_as("at", seconds(&t, SOON)).await?;
    let after = t.created_as("after", seconds(&t, SOON + 1)).await?;
    sweep(&t).await?;
    t.gets("a value that ended before", &before, None).await?;
    t.gets("a value that ended then", &at, None).await?;
    t.gets("a value that ends after", &after, Some("after"))
        .await
}

async fn a_sweep_counts_what_it_removed(t: Trial) -> Verdict {
    for _ in 0..3 {
        t.created_as("", seconds(&t, SOON)).await?;
    }
    // Others may have had some in the same store.
    let removed = sweep(&t).await?;
    holds(removed >= 3, "a sweep counted less than it removed")
}

async fn a_sweep_asks_when_a_value_ends_now(t: Trial) -> Verdict {
    let store = t.store();
    let longer = t.created_as("was", seconds(&t, SOON)).await?;
    let replaced = store.replace(&longer, "was", "is", seconds(&t, SOON + 1));
    is("the replace", replaced.await?, Saved::Done)?;
    let shorter = t.created_as("was", seconds(&t, SOON + 1)).await?;
    let replaced = store.replace(&shorter, "was", "is", seconds(&t, SOON));
    is("the replace", replaced.await?, Saved::Done)?;
    sweep(&t).await?;
    t.gets("a value replaced to end later", &longer, Some("is"))
        .await?;
    t.gets("a value replaced to end then", &shorter, None).await
}

async fn a_replace_of_a_swept_value_says_gone_and_makes_nothing(t: Trial) -> Verdict {
    let key = t.created_as("was", seconds(&t, SOON)).await?;
    sweep(&t).await?;
    let late = t.store().replace(&key, "was", "late", t.hours(1)).await?;
    is("the late replace", late, Saved::Gone)?;
    t.gets("the swept value", &key, None).await
}
