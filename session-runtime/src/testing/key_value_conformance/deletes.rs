//! Deleting, with an expected text and without.

use super::{creates::samples, replaces::resembling, trial::Trial};
use crate::{
    store::Saved,
    testing::conformance::{Fact, Verdict, facts, is},
};

pub(super) const FACTS: &[Fact<Trial>] = facts![
    a_delete_removes_whatever_is_there,
    a_delete_of_the_text_that_is_there_removes_it,
    a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing,
    a_delete_of_a_text_that_was_replaced_conflicts_and_removes_nothing,
    a_delete_where_nothing_is_says_gone,
];

async fn a_delete_removes_whatever_is_there(t: Trial) -> Verdict {
    for text in samples() {
        let key = t.created_as(&text, t.hours(1)).await?;
        let deleted = t.store().delete(&key, None).await?;
        is("the delete", deleted, Saved::Done)?;
        t.gets("the deleted value", &key, None).await?;
    }
    Ok(())
}

async fn a_delete_of_the_text_that_is_there_removes_it(t: Trial) -> Verdict {
    for text in samples() {
        let key = t.created_as(&text, t.hours(1)).await?;
        let deleted = t.store().delete(&key, Some(&text)).await?;
        is("the delete", deleted, Saved::Done)?;
        t.gets("the deleted value", &key, None).await?;
    }
    Ok(())
}

async fn a_delete_of_a_text_that_only_resembles_conflicts_and_removes_nothing(t: Trial) -> Verdict {
    for (one, other) in resembling() {
        for (there, expected) in [(&one, &other), (&other, &one)] {
            let key = t.created_as(there, t.hours(1)).await?;
            let deleted = t.store().delete(&key, Some(expected)).await?;
            is("the delete", deleted, Saved::Conflict)?;
            t.gets_until("the value", &key, there, t.hours(1)).await?;
        }
    }
    Ok(())
}

async fn a_delete_of_a_text_that_was_replaced_conflicts_and_removes_nothing(t: Trial) -> Verdict {
    let (key, first) = t.created().await?;
    let second = t.text()?;
    t.store().replace(&key, &first, &second, t.hours(1)).await?;
    let deleted = t.store().delete(&key, Some(&first)).await?;
    is("the delete", deleted, Saved::Conflict)?;
    t.gets("the value", &key, Some(&second)).await
}

async fn a_delete_where_nothing_is_says_gone(t: Trial) -> Verdict {
    let (key, text) = t.created().await?;
    t.store().delete(&key, None).await?;
    for expected in [None, Some(text.as_str()), Some("")] {
        let again = t.store().delete(&key, expected).await?;
        is("a second delete", again, Saved::Gone)?;
        let never = t.store().delete(&t.key()?, expected).await?;
        is("a delete of what never was", never, Saved::Gone)?;
    }
    Ok(())
}
