//! Calls whose futures are dropped half-way: done or not, and the store goes on.

use std::{
    future::{Future, poll_fn},
    ops::Range,
    pin::pin,
    task::Poll,
};

use super::{
    fact::{Broken, Fact, Verdict, facts, is, is_record},
    trial::Trial,
};
use crate::store::{Record, Saved};

pub(super) const FACTS: &[Fact] = facts![
    a_dropped_create_is_done_or_not,
    a_dropped_save_is_done_or_not,
    a_dropped_touch_is_done_or_not,
    a_dropped_delete_is_done_or_not,
];

/// After how many polls a call is dropped, from never begun to nearly done.
pub(in crate::testing) const POLLS: Range<usize> = 0..6;

/// Polls `call` at most so many times and drops it.
pub(in crate::testing) async fn dropped_after(polls: usize, call: impl Future) {
    let mut call = pin!(call);
    let mut left = polls;
    poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        let answer = call.as_mut().poll(context).map(|_| ());
        if left == 0 { Poll::Ready(()) } else { answer }
    })
    .await;
}

/// What the calls after it do is what they always do.
pub(super) async fn goes_on(t: &Trial) -> Verdict {
    let (key, record) = t.created(None).await?;
    let next = t.record(None)?;
    let saved = t.store().save(&key, record.revision(), &next).await?;
    is("a save after a call was dropped", saved, Saved::Done)?;
    t.loads("its record", &key, Some(&next)).await
}

async fn a_dropped_create_is_done_or_not(t: Trial) -> Verdict {
    for polls in POLLS {
        let (key, record) = (t.key()?, t.record(None)?);
        dropped_after(polls, t.store().create(&key, &record)).await;
        goes_on(&t).await?;
        // Whichever of the two it was.
        t.store().create(&key, &record).await?;
        t.loads("the record", &key, Some(&record)).await?;
    }
    Ok(())
}

async fn a_dropped_save_is_done_or_not(t: Trial) -> Verdict {
    for polls in POLLS {
        let (key, old) = t.created(None).await?;
        let new = t.record(None)?;
        dropped_after(polls, t.store().save(&key, old.revision(), &new)).await;
        goes_on(&t).await?;
        let seen = t.store().load(&key).await?;
        let is_old = seen.as_ref().map(Record::revision) == Some(old.revision());
        let expected = if is_old { &old } else { &new };
        is_record("the record", seen, Some(expected))?;
    }
    Ok(())
}

async fn a_dropped_touch_is_done_or_not(t: Trial) -> Verdict {
    for polls in POLLS {
        let (key, old) = t.created(None).await?;
        dropped_after(polls, t.store().touch(&key, t.now + 9, t.in_hours(2))).await;
        goes_on(&t).await?;
        let touched = old.clone().touched_at(t.now + 9, t.in_hours(2));
        let seen = t.store().load(&key).await?;
        let is_old = seen.as_ref().map(Record::touched) == Some(old.touched());
        let expected = if is_old { &old } else { &touched };
        is_record("the record", seen, Some(expected))?;
    }
    Ok(())
}

async fn a_dropped_delete_is_done_or_not(t: Trial) -> Verdict {
    for polls in POLLS {
        let (key, record) = t.created(None).await?;
        dropped_after(polls, t.store().delete(&key, None)).await;
        goes_on(&t).await?;
        if let Some(seen) = t.store().load(&key).await? {
            is_record("the record", Some(seen), Some(&record))?;
        }
        // Whatever became of the first, this one is answered.
        let deleted = t.store().delete(&key, None).await?;
        if deleted == Saved::Conflict {
            return Err(Broken::new("a delete of any revision said conflict"));
        }
        t.loads("the deleted record", &key, None).await?;
    }
    Ok(())
}
