//! Sweeping: what has ended goes, what ends a millisecond later stays.

use super::{
    fact::{Fact, Verdict, facts, holds, is},
    trial::Trial,
};
use crate::store::{Saved, Standing};

pub(super) const FACTS: &[Fact] = facts![
    a_sweep_removes_what_has_ended_and_nothing_else,
    a_sweep_counts_what_it_removed,
    a_sweep_asks_when_a_record_ends_now,
    a_swept_record_is_in_no_list,
    a_save_of_a_swept_record_says_gone_and_makes_nothing,
];

pub(super) const FACTS_OF_REVOCATIONS: &[Fact] =
    facts![a_sweep_removes_revocations_that_have_ended_and_no_others,];

/// When the checks sweep. Soon, so that it does not take what others have in the same store; and
/// after now, so that no engine ends the records by itself before.
const fn soon(t: &Trial) -> u64 {
    t.now + 60_000
}

async fn a_sweep_removes_what_has_ended_and_nothing_else(t: Trial) -> Verdict {
    let (before, _) = t.created_at(None, t.now, soon(&t) - 1).await?;
    let (at, _) = t.created_at(None, t.now, soon(&t)).await?;
    let after = t.created_at(None, t.now, soon(&t) + 1).await?;
    t.sweeper()?.sweep(soon(&t)).await?;
    t.loads("a record that ended before", &before, None).await?;
    t.loads("a record that ended then", &at, None).await?;
    t.loads("a record that ends after", &after.0, Some(&after.1))
        .await
}

async fn a_sweep_counts_what_it_removed(t: Trial) -> Verdict {
    for _ in 0..3 {
        t.created_at(None, t.now, soon(&t)).await?;
    }
    // Others may have had some in the same store.
    let removed = t.sweeper()?.sweep(soon(&t)).await?;
    holds(removed >= 3, "a sweep counted less than it removed")
}

async fn a_sweep_asks_when_a_record_ends_now(t: Trial) -> Verdict {
    let (touched, was) = t.created_at(None, t.now, soon(&t)).await?;
    t.store().touch(&touched, t.now, soon(&t) + 1).await?;
    let later = was.touched_at(t.now, soon(&t) + 1);
    let (saved, was) = t.created_at(None, t.now, soon(&t)).await?;
    let longer = t.record_at(None, t.now, soon(&t) + 1)?;
    t.store().save(&saved, was.revision(), &longer).await?;
    let (shortened, was) = t.created_at(None, t.now, soon(&t) + 1).await?;
    let shorter = t.record_at(None, t.now, soon(&t))?;
    t.store().save(&shortened, was.revision(), &shorter).await?;
    t.sweeper()?.sweep(soon(&t)).await?;
    t.loads("a record touched to end later", &touched, Some(&later))
        .await?;
    t.loads("a record saved to end later", &saved, Some(&longer))
        .await?;
    t.loads("a record saved to end then", &shortened, None)
        .await
}

async fn a_swept_record_is_in_no_list(t: Trial) -> Verdict {
    if t.store().principals().is_none() {
        return Ok(());
    }
    let principal = t.principal()?;
    t.created_at(Some(principal), t.now, soon(&t)).await?;
    let kept = t.created_at(Some(principal), t.now, soon(&t) + 1).await?;
    t.sweeper()?.sweep(soon(&t)).await?;
    t.lists("of the principal", &principal, &[kept]).await
}

async fn a_save_of_a_swept_record_says_gone_and_makes_nothing(t: Trial) -> Verdict {
    let (key, record) = t.created_at(None, t.now, soon(&t)).await?;
    t.sweeper()?.sweep(soon(&t)).await?;
    let late = t.record(None)?;
    let saved = t.store().save(&key, record.revision(), &late).await?;
    is("the late save", saved, Saved::Gone)?;
    t.loads("the swept record", &key, None).await
}

async fn a_sweep_removes_revocations_that_have_ended_and_no_others(t: Trial) -> Verdict {
    let (ended, revoked) = (t.key()?, t.key()?);
    let (past, present) = (t.principal()?, t.principal()?);
    let revocations = t.revocations()?;
    revocations.revoke(&ended, soon(&t)).await?;
    revocations.revoke(&revoked, soon(&t) + 1).await?;
    revocations.advance_epoch(&past, 7, soon(&t)).await?;
    revocations.advance_epoch(&present, 7, soon(&t) + 1).await?;
    t.sweeper()?.sweep(soon(&t)).await?;
    let standing = revocations.standing(Some(&ended), Some(&past)).await?;
    is("what has ended", standing, Standing::default())?;
    let standing = revocations.standing(Some(&revoked), Some(&present)).await?;
    let remembered = Standing {
        is_revoked: true,
        epoch: 7,
    };
    is("what ends after", standing, remembered)
}
