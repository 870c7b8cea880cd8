//! Saving: only over the revision that was read, and never where nothing is.

use super::{
    fact::{Fact, Verdict, facts, is},
    trial::Trial,
};
use crate::store::Saved;

pub(super) const FACTS: &[Fact] = facts![
    a_save_replaces_everything_also_with_earlier_times,
    a_save_after_a_touch_has_its_own_times,
    a_save_with_another_revision_conflicts_and_changes_nothing,
    a_revision_fits_once,
    a_save_where_nothing_is_says_gone_and_makes_nothing,
    a_save_of_a_deleted_record_says_gone_and_makes_nothing,
];

async fn a_save_replaces_everything_also_with_earlier_times(t: Trial) -> Verdict {
    let (key, first) = t.created_at(None, t.now + 5, t.in_hours(2)).await?;
    let second = t.record_at(None, t.now, t.in_hours(1))?;
    let saved = t.store().save(&key, first.revision(), &second).await?;
    is("the save", saved, Saved::Done)?;
    t.loads("the saved record", &key, Some(&second)).await
}

async fn a_save_after_a_touch_has_its_own_times(t: Trial) -> Verdict {
    let (key, first) = t.created(None).await?;
    t.store().touch(&key, t.now + 9, t.in_hours(3)).await?;
    let second = t.record_at(None, t.now + 1, t.in_hours(2))?;
    t.store().save(&key, first.revision(), &second).await?;
    t.loads("the saved record", &key, Some(&second)).await
}

async fn a_save_with_another_revision_conflicts_and_changes_nothing(t: Trial) -> Verdict {
    let (key, record) = t.created(None).await?;
    let other = t.record(None)?;
    let saved = t.store().save(&key, other.revision(), &other).await?;
    is("the save", saved, Saved::Conflict)?;
    t.loads("the record", &key, Some(&record)).await
}

async fn a_revision_fits_once(t: Trial) -> Verdict {
    let (key, first) = t.created(None).await?;
    let (second, third) = (t.record(None)?, t.record(None)?);
    t.store().save(&key, first.revision(), &second).await?;
    let again = t.store().save(&key, first.revision(), &third).await?;
    is("a second save over it", again, Saved::Conflict)?;
    t.loads("the record", &key, Some(&second)).await?;
    let on = t.store().save(&key, second.revision(), &third).await?;
    is("a save over the new one", on, Saved::Done)?;
    t.loads("the record", &key, Some(&third)).await
}

async fn a_save_where_nothing_is_says_gone_and_makes_nothing(t: Trial) -> Verdict {
    let (key, record) = (t.key()?, t.record(None)?);
    let saved = t.store().save(&key, record.revision(), &record).await?;
    is("the save", saved, Saved::Gone)?;
    t.loads("the record", &key, None).await
}

async fn a_save_of_a_deleted_record_says_gone_and_makes_nothing(t: Trial) -> Verdict {
    let (key, record) = t.created(None).await?;
    t.store().delete(&key, None).await?;
    let late = t.record(None)?;
    let saved = t.store().save(&key, record.revision(), &late).await?;
    is("the late save", saved, Saved::Gone)?;
    t.loads("the deleted record", &key, None).await
}
