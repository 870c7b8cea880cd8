//! Deleting, with a revision and without.

use super::{
    fact::{Fact, Verdict, facts, is},
    trial::Trial,
};
use crate::store::Saved;

pub(super) const FACTS: &[Fact] = facts![
    a_delete_removes_whatever_revision_there_is,
    a_delete_with_the_revision_removes,
    a_delete_with_another_revision_conflicts_and_removes_nothing,
    a_delete_where_nothing_is_says_gone,
    a_delete_removes_no_other_record,
];

async fn a_delete_removes_whatever_revision_there_is(t: Trial) -> Verdict {
    let (key, _) = t.created(None).await?;
    let deleted = t.store().delete(&key, None).await?;
    is("the delete", deleted, Saved::Done)?;
    t.loads("the deleted record", &key, None).await
}

async fn a_delete_with_the_revision_removes(t: Trial) -> Verdict {
    let (key, record) = t.created(None).await?;
    t.store().touch(&key, t.now + 1, t.in_hours(2)).await?;
    let deleted = t.store().delete(&key, Some(record.revision())).await?;
    is("the delete", deleted, Saved::Done)?;
    t.loads("the deleted record", &key, None).await
}

async fn a_delete_with_another_revision_conflicts_and_removes_nothing(t: Trial) -> Verdict {
    let (key, first) = t.created(None).await?;
    let second = t.record(None)?;
    t.store().save(&key, first.revision(), &second).await?;
    let deleted = t.store().delete(&key, Some(first.revision())).await?;
    is("the delete", deleted, Saved::Conflict)?;
    t.loads("the record", &key, Some(&second)).await
}

async fn a_delete_where_nothing_is_says_gone(t: Trial) -> Verdict {
    let (key, record) = t.created(None).await?;
    t.store().delete(&key, None).await?;
    let again = t.store().delete(&key, None).await?;
    is("a second delete", again, Saved::Gone)?;
    let again = t.store().delete(&key, Some(record.revision())).await?;
    is("a second delete with the revision", again, Saved::Gone)?;
    let never = t.store().delete(&t.key()?, None).await?;
    is("a delete of what never was", never, Saved::Gone)
}

async fn a_delete_removes_no_other_record(t: Trial) -> Verdict {
    let (key, _) = t.created(None).await?;
    let (other, kept) = t.created(None).await?;
    t.store().delete(&key, None).await?;
    t.loads("another record", &other, Some(&kept)).await
}
