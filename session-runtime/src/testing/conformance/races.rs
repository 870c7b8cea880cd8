//! Calls for one key that meet: each is there as a whole, in some order.

use super::{
    fact::{Broken, Fact, Verdict, facts, holds, is},
    trial::{CALLS, ROUNDS, Trial, revision},
};
use crate::store::{Created, Record, Saved};

pub(super) const FACTS: &[Fact] = facts![
    of_many_creates_of_one_key_one_is_done,
    of_many_saves_over_one_revision_one_is_done,
    writers_that_load_again_after_a_conflict_lose_nothing,
    a_delete_beside_saves_leaves_nothing,
    of_a_save_and_a_delete_over_one_revision_one_is_done,
    a_touch_beside_a_save_neither_blocks_nor_undoes_it,
    a_touch_beside_a_delete_brings_nothing_back,
    of_many_touches_the_latest_stays,
];

/// Which of `answers` are `done`: one alone, and all others `other`.
pub(in crate::testing) fn the_one<T: PartialEq>(
    answers: &[T],
    done: &T,
    other: &T,
) -> Result<usize, Broken> {
    let ones = answers.iter().filter(|answer| *answer == done).count();
    is("how many of them were done", ones, 1)?;
    let others = answers.iter().filter(|answer| *answer == other).count();
    is("how many were told so", others, answers.len() - 1)?;
    let one = answers.iter().position(|answer| answer == done);
    one.ok_or_else(|| Broken::new("none was done"))
}

async fn of_many_creates_of_one_key_one_is_done(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let key = t.key()?;
        let records: Vec<Record> = (0..CALLS)
            .map(|_| t.record(None))
            .collect::<Result<_, _>>()?;
        let mine = records.clone();
        let answers = t.at_once(CALLS, move |call, store| {
            let record = mine.get(call).cloned();
            async move {
                let record = record.ok_or_else(|| Broken::new("no record"))?;
                Ok(store.create(&key, &record).await?)
            }
        });
        let one = the_one(&answers.await?, &Created::Done, &Created::Exists)?;
        t.loads("the record that was created", &key, records.get(one))
            .await?;
    }
    Ok(())
}

async fn of_many_saves_over_one_revision_one_is_done(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let (key, base) = t.created(None).await?;
        let expected = base.revision();
        let records: Vec<Record> = (0..CALLS)
            .map(|_| t.record(None))
            .collect::<Result<_, _>>()?;
        let mine = records.clone();
        let answers = t.at_once(CALLS, move |call, store| {
            let record = mine.get(call).cloned();
            async move {
                let record = record.ok_or_else(|| Broken::new("no record"))?;
                Ok(store.save(&key, expected, &record).await?)
            }
        });
        let one = the_one(&answers.await?, &Saved::Done, &Saved::Conflict)?;
        t.loads("the record that was saved", &key, records.get(one))
            .await?;
    }
    Ok(())
}

async fn writers_that_load_again_after_a_conflict_lose_nothing(t: Trial) -> Verdict {
    const EACH: usize = 4;
    let (key, now, ends) = (t.key()?, t.now, t.in_hours(1));
    let empty = Record::new(revision()?, vec![], None, now, ends);
    t.store().create(&key, &empty).await?;
    let writers = t.at_once(CALLS, move |_, store| async move {
        let mut left = EACH;
        // Each conflict is another's success, of which there are this many.
        for _ in 0..=CALLS * EACH {
            let Some(found) = store.load(&key).await? else {
                return Err(Broken::new("the record has gone"));
            };
            let longer = [found.data(), &[7]].concat();
            let longer = Record::new(revision()?, longer, None, now, ends);
            match store.save(&key, found.revision(), &longer).await? {
                Saved::Done if left == 1 => return Ok(()),
                Saved::Done => left -= 1,
                Saved::Conflict => {}
                Saved::Gone => return Err(Broken::new("a save said gone")),
            }
        }
        Err(Broken::new(
            "a save met more conflicts than there were other saves",
        ))
    });
    writers.await?;
    let written = t
        .store()
        .load(&key)
        .await?
        .map(|record| record.data().len());
    is(
        "how many of the saves are in it",
        written,
        Some(CALLS * EACH),
    )
}

async fn a_delete_beside_saves_leaves_nothing(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let (key, base) = t.created(None).await?;
        let (expected, late) = (base.revision(), t.record(None)?);
        let answers = t.at_once(CALLS, move |call, store| {
            let late = late.clone();
            async move {
                Ok(if call % 4 == 0 {
                    store.delete(&key, None).await?
                } else {
                    store.save(&key, expected, &late).await?
                })
            }
        });
        let answers = answers.await?;
        let deletes = answers.iter().step_by(4);
        let deletes = deletes.filter(|answer| **answer == Saved::Done).count();
        is("how many deletes were done", deletes, 1)?;
        t.loads("the deleted record", &key, None).await?;
    }
    Ok(())
}

async fn of_a_save_and_a_delete_over_one_revision_one_is_done(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let (key, base) = t.created(None).await?;
        let (expected, next) = (base.revision(), t.record(None)?);
        let mine = next.clone();
        let answers = t.at_once(2, move |call, store| {
            let next = mine.clone();
            async move {
                Ok(if call == 0 {
                    store.save(&key, expected, &next).await?
                } else {
                    store.delete(&key, Some(expected)).await?
                })
            }
        });
        match answers.await?.as_slice() {
            [Saved::Done, Saved::Conflict] => {
                t.loads("the saved record", &key, Some(&next)).await?;
            }
            [Saved::Gone, Saved::Done] => t.loads("the deleted record", &key, None).await?,
            answers => {
                return Err(Broken::new(format!("save and delete said {answers:?}")));
            }
        }
    }
    Ok(())
}

async fn a_touch_beside_a_save_neither_blocks_nor_undoes_it(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let (key, base) = t.created(None).await?;
        let (used, ends) = (t.now + 9, t.in_hours(3));
        let next = t.record_at(None, t.now + 5, t.in_hours(2))?;
        let (expected, mine) = (base.revision(), next.clone());
        let answers = t.at_once(CALLS, move |call, store| {
            let next = mine.clone();
            async move {
                if call == CALLS / 2 {
                    let saved = store.save(&key, expected, &next).await?;
                    return is("the save", saved, Saved::Done);
                }
                let touched = store.touch(&key, used, ends).await?;
                holds(touched, "a touch said that there is no record")
            }
        });
        answers.await?;
        // The save may have been the last, and then its times count.
        let seen = t.store().load(&key).await?;
        let times = seen.as_ref().map(|seen| (seen.touched(), seen.expires()));
        let last = times == Some((next.touched(), next.expires()));
        let touched = next.clone().touched_at(used, ends);
        let expected = if last { &next } else { &touched };
        t.loads("the saved and touched record", &key, Some(expected))
            .await?;
    }
    Ok(())
}

async fn a_touch_beside_a_delete_brings_nothing_back(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let (key, _) = t.created(None).await?;
        let (used, ends) = (t.now + 9, t.in_hours(3));
        let answers = t.at_once(CALLS, move |call, store| async move {
            if call == CALLS / 2 {
                store.delete(&key, None).await?;
            } else {
                store.touch(&key, used, ends).await?;
            }
            Ok(())
        });
        answers.await?;
        t.loads("the deleted record", &key, None).await?;
    }
    Ok(())
}

async fn of_many_touches_the_latest_stays(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let (key, base) = t.created(None).await?;
        let (now, ends) = (t.now, t.in_hours(2));
        let answers = t.at_once(CALLS, move |call, store| async move {
            let later = 1 + call as u64;
            Ok(store.touch(&key, now + later, ends + later).await?)
        });
        let touched = answers.await?.into_iter().all(|touched| touched);
        holds(touched, "a touch said that there is no record")?;
        let latest = CALLS as u64;
        let expected = base.touched_at(now + latest, ends + latest);
        t.loads("the touched record", &key, Some(&expected)).await?;
    }
    Ok(())
}
