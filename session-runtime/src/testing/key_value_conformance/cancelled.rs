//! Calls whose futures are dropped half-way: done or not, and the store goes on.

use super::trial::{Trial, is_text};
use crate::{
    store::Saved,
    testing::conformance::{Broken, Fact, POLLS, Verdict, dropped_after, facts, is},
};

pub(super) const FACTS: &[Fact<Trial>] = facts![
    a_dropped_create_is_done_or_not,
    a_dropped_replace_is_done_or_not,
    a_dropped_delete_is_done_or_not,
];

/// What the calls after it do is what they always do.
async fn goes_on(t: &Trial) -> Verdict {
    let (key, text) = t.created().await?;
    let next = t.text()?;
    let replaced = t.store().replace(&key, &text, &next, t.hours(1)).await?;
    is("a replace after a call was dropped", replaced, Saved::Done)?;
    t.gets("its value", &key, Some(&next)).await
}

async fn a_dropped_create_is_done_or_not(t: Trial) -> Verdict {
    for polls in POLLS {
        let (key, text) = (t.key()?, t.text()?);
        dropped_after(polls, t.store().create(&key, &text, t.hours(1))).await;
        goes_on(&t).await?;
        // Whichever of the two it was.
        t.store().create(&key, &text, t.hours(1)).await?;
        t.gets("the value", &key, Some(&text)).await?;
    }
    Ok(())
}

async fn a_dropped_replace_is_done_or_not(t: Trial) -> Verdict {
    for polls in POLLS {
        let (key, old) = t.created().await?;
        let new = t.text()?;
        dropped_after(polls, t.store().replace(&key, &old, &new, t.hours(1))).await;
        goes_on(&t).await?;
        let seen = t.store().get(&key).await?;
        let is_old = seen.as_ref().is_some_and(|held| held.value == old);
        let expected = if is_old { &old } else { &new };
        is_text("the value", seen.as_ref(), Some(expected))?;
    }
    Ok(())
}

async fn a_dropped_delete_is_done_or_not(t: Trial) -> Verdict {
    for polls in POLLS {
        let (key, text) = t.created().await?;
        let expected = (polls % 2 == 0).then_some(text.as_str());
        dropped_after(polls, t.store().delete(&key, expected)).await;
        goes_on(&t).await?;
        if let Some(seen) = t.store().get(&key).await? {
            is_text("the value", Some(&seen), Some(&text))?;
        }
        // Whatever became of the first, this one is answered.
        let deleted = t.store().delete(&key, None).await?;
        if deleted == Saved::Conflict {
            return Err(Broken::new("a delete of any text said conflict"));
        }
        t.gets("the deleted value", &key, None).await?;
    }
    Ok(())
}
