//! What a store of values by key must hold to, as checks that can be run against any: whoever
//! writes a [`KeyValueStore`] runs them in his tests.
//!
//! ```
//! use session_runtime::{
//!     store::{KeyValueAdapter, MemoryStore},
//!     testing::key_value_conformance,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! let open = async || KeyValueAdapter::new(MemoryStore::new());
//! key_value_conformance::check(open).await.assert();
//! # });
//! # Ok(())
//! # }
//! ```

mod cancelled;
mod creates;
mod deletes;
mod keys;
mod races;
mod replaces;
mod sweeping;
#[cfg(test)]
mod tests;
mod trial;

use std::{future::Future, sync::Arc};

use self::trial::Trial;
use super::conformance::{Broken, Conformance, Fact, answer};
use crate::store::KeyValueStore;

/// Runs every check against the stores that `open` makes.
///
/// Each check opens a store. They may be empty, or all speak to one server that others use at the
/// same time: all keys begin with `conformance:` and random digits, and of what others have only
/// that is removed which ends within the next minute (by [`Sweep`](crate::store::Sweep), so that two
/// runs at once would meet there). Where stores share their values, the checks of calls that meet
/// go through two of them.
///
/// Sweeping is checked if the store offers it; [`Conformance::left_out`] says what was not. That the
/// engine itself ends values at their time is not checked: no check waits for time to pass.
///
/// It needs a Tokio runtime with its timer running. On one with several threads, calls that meet
/// do so in parallel, which finds more.
pub async fn check<S, F>(open: impl Fn() -> F) -> Conformance
where
    S: KeyValueStore,
    F: Future<Output = S> + Send,
{
    let mut report = Conformance::default();
    let share = match share_their_values(&open).await {
        Ok(share) => share,
        Err(broken) => {
            report.found("two_stores_can_be_opened_and_used", broken);
            return report;
        }
    };
    for group in GROUPS {
        for fact in group.facts {
            let mut clients: Vec<Arc<dyn KeyValueStore>> = vec![Arc::new(open().await)];
            if share {
                clients.push(Arc::new(open().await));
            }
            if clients.iter().all(|client| (group.offered)(&**client)) {
                report.saw(fact.name, answer((fact.check)(Trial::new(clients))).await);
            } else {
                report.left(fact.name);
            }
        }
    }
    report
}

/// What one store wrote, the next one reads: they are clients of one server.
async fn share_their_values<S, F>(open: &impl Fn() -> F) -> Result<bool, Broken>
where
    S: KeyValueStore,
    F: Future<Output = S> + Send,
{
    let (one, other) = (open().await, open().await);
    let answer = answer(async move {
        let trial = Trial::new(vec![Arc::new(one)]);
        let (key, _) = trial.created().await?;
        let share = other.get(&key).await?.is_some();
        trial.store().delete(&key, None).await?;
        Ok(share)
    });
    answer.await
}

/// Checks of what a store may have, and whether it has it.
struct Group {
    offered: fn(&dyn KeyValueStore) -> bool,
    facts: &'static [Fact<Trial>],
}

const GROUPS: [Group; 7] = [
    Group::of_every_store(creates::FACTS),
    Group::of_every_store(replaces::FACTS),
    Group::of_every_store(deletes::FACTS),
    Group::of_every_store(keys::FACTS),
    Group::of_every_store(races::FACTS),
    Group::of_every_store(cancelled::FACTS),
    Group {
        offered: |store| store.sweeper().is_some(),
        facts: sweeping::FACTS,
    },
];

impl Group {
    const fn of_every_store(facts: &'static [Fact<Trial>]) -> Self {
        let offered = |_: &dyn KeyValueStore| true;
        Self { offered, facts }
    }
}
