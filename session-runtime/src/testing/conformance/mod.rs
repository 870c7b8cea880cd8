//! What a store must hold to, as checks that can be run against any: whoever writes a
//! [`SessionStore`] runs them in his tests.
//!
//! ```
//! use session_runtime::{store::MemoryStore, testing::conformance};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! conformance::check(async || MemoryStore::new()).await.assert();
//! # });
//! # Ok(())
//! # }
//! ```

mod admission;
mod cancelled;
mod deletes;
mod fact;
mod principals;
mod races;
mod records;
mod report;
mod revocations;
mod saves;
mod sweeping;
#[cfg(test)]
mod tests;
mod touches;
mod trial;

use std::{future::Future, sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::timeout};

pub use report::{Conformance, Finding};

pub(super) use self::{
    cancelled::{POLLS, dropped_after},
    fact::{Broken, Fact, Verdict, facts, holds, is},
    races::the_one,
    trial::{CALLS, ROUNDS, at_once},
};

use self::trial::Trial;
use crate::store::SessionStore;

/// How long one check may take. None waits for time to pass: who needs longer hangs.
const DEADLINE: Duration = Duration::from_secs(60);

/// Runs every check against the stores that `open` makes.
///
/// Each check opens a store. They may be empty, or all speak to one server that others use at the
/// same time: keys are random, and of what others have only that is removed which ends within the
/// next minute (by [`Sweep`](crate::store::Sweep), so that two runs at once would meet there). Where
/// stores share their records, the checks of calls that meet go through two of them.
///
/// The traits that a store need not have are checked if it offers them;
/// [`Conformance::left_out`] says what was not.
///
/// It needs a Tokio runtime with its timer running. On one with several threads, calls that meet
/// do so in parallel, which finds more.
pub async fn check<S, F>(open: impl Fn() -> F) -> Conformance
where
    S: SessionStore,
    F: Future<Output = S> + Send,
{
    let mut report = Conformance::default();
    let share = match share_their_records(&open).await {
        Ok(share) => share,
        Err(broken) => {
            report.found("two_stores_can_be_opened_and_used", broken);
            return report;
        }
    };
    for group in GROUPS {
        for fact in group.facts {
            let mut clients: Vec<Arc<dyn SessionStore>> = vec![Arc::new(open().await)];
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
async fn share_their_records<S, F>(open: &impl Fn() -> F) -> Result<bool, Broken>
where
    S: SessionStore,
    F: Future<Output = S> + Send,
{
    let (one, other) = (open().await, open().await);
    let answer = answer(async move {
        let trial = Trial::new(vec![Arc::new(one)]);
        let (key, record) = (trial.key()?, trial.record(None)?);
        trial.store().create(&key, &record).await?;
        let share = other.load(&key).await?.is_some();
        trial.store().delete(&key, None).await?;
        Ok(share)
    });
    answer.await
}

/// The answer of a task of its own, so that a store that panics or hangs is a finding too.
pub(super) async fn answer<T: Send + 'static>(
    check: impl Future<Output = Result<T, Broken>> + Send + 'static,
) -> Result<T, Broken> {
    let mut task = JoinSet::new();
    task.spawn(check);
    match timeout(DEADLINE, task.join_next()).await {
        Ok(Some(Ok(answer))) => answer,
        Ok(Some(Err(_)) | None) => Err(Broken::new("the store panicked")),
        Err(_) => Err(Broken::new("no answer within a minute")),
    }
}

/// Checks of what a store may have, and whether it has it.
struct Group {
    offered: fn(&dyn SessionStore) -> bool,
    facts: &'static [Fact],
}

const GROUPS: [Group; 11] = [
    Group::of_every_store(records::FACTS),
    Group::of_every_store(saves::FACTS),
    Group::of_every_store(deletes::FACTS),
    Group::of_every_store(touches::FACTS),
    Group::of_every_store(races::FACTS),
    Group::of_every_store(cancelled::FACTS),
    Group::new(|store| store.principals().is_some(), principals::FACTS),
    Group::new(|store| store.principals().is_some(), admission::FACTS),
    Group::new(|store| store.revocations().is_some(), revocations::FACTS),
    Group::new(|store| store.sweeper().is_some(), sweeping::FACTS),
    Group::new(
        |store| store.sweeper().is_some() && store.revocations().is_some(),
        sweeping::FACTS_OF_REVOCATIONS,
    ),
];

impl Group {
    const fn new(offered: fn(&dyn SessionStore) -> bool, facts: &'static [Fact]) -> Self {
        Self { offered, facts }
    }

    const fn of_every_store(facts: &'static [Fact]) -> Self {
        Self::new(|_| true, facts)
    }
}
