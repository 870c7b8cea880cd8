//! Touching: forwards only, beside the revision, and never where nothing is.

use super::{
    fact::{Fact, Verdict, facts, holds, is},
    trial::{Trial, retimed},
};
use crate::store::Saved;

pub(super) const FACTS: &[Fact] = facts![
    a_touch_moves_last_use_and_end_and_nothing_else,
    a_touch_moves_neither_back,
    a_touch_moves_each_by_itself,
    a_save_does_not_conflict_with_a_touch,
    a_touch_where_nothing_is_says_so_and_makes_nothing,
];

async fn a_touch_moves_last_use_and_end_and_nothing_else(t: Trial) -> Verdict {
    let (key, record) = t.created(None).await?;
    let touched = t.store().touch(&key, t.now + 5, t.in_hours(2)).await?;
    holds(touched, "the touch said that there is no record")?;
    let expected = retimed(&record, t.now + 5, t.in_hours(2));
    t.loads("the touched record", &key, Some(&expected)).await
}

async fn a_touch_moves_neither_back(t: Trial) -> Verdict {
    let (key, record) = t.created_at(None, t.now + 5, t.in_hours(2)).await?;
    let touched = t.store().touch(&key, t.now, t.in_hours(1)).await?;
    holds(touched, "the touch said that there is no record")?;
    t.loads("the record", &key, Some(&record)).await
}

async fn a_touch_moves_each_by_itself(t: Trial) -> Verdict {
    let (key, record) = t.created_at(None, t.now + 5, t.in_hours(2)).await?;
    t.store().touch(&key, t.now + 6, t.in_hours(1)).await?;
    let used = retimed(&record, t.now + 6, t.in_hours(2));
    t.loads("a record with a later use", &key, Some(&used))
        .await?;
    t.store().touch(&key, t.now, t.in_hours(3)).await?;
    let longer = retimed(&record, t.now + 6, t.in_hours(3));
    t.loads("a record with a later end", &key, Some(&longer))
        .await
}

async fn a_save_does_not_conflict_with_a_touch(t: Trial) -> Verdict {
    let (key, record) = t.created(None).await?;
    t.store().touch(&key, t.now + 5, t.in_hours(2)).await?;
    let next = t.record(None)?;
    let saved = t.store().save(&key, record.revision(), &next).await?;
    is(
        "a save over the revision from before the touch",
        saved,
        Saved::Done,
    )
}

async fn a_touch_where_nothing_is_says_so_and_makes_nothing(t: Trial) -> Verdict {
    let never = t.key()?;
    let (deleted, _) = t.created(None).await?;
    t.store().delete(&deleted, None).await?;
    for key in [never, deleted] {
        let touched = t.store().touch(&key, t.now + 5, t.in_hours(2)).await?;
        holds(!touched, "the touch said that there is a record")?;
        t.loads("the touched record", &key, None).await?;
    }
    Ok(())
}
