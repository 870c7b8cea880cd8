//! Calls for one key that meet, and several clients of one store.

use tokio::task::yield_now;

use super::trial::Trial;
use crate::{
    store::{Created, Saved},
    testing::conformance::{Broken, CALLS, Fact, ROUNDS, Verdict, facts, is, the_one},
};

pub(super) const FACTS: &[Fact<Trial>] = facts![
    of_many_creates_of_one_key_one_is_done,
    of_many_replaces_of_one_text_one_is_done,
    writers_that_get_again_after_a_conflict_lose_nothing,
    a_delete_beside_replaces_leaves_nothing,
    of_a_replace_and_a_delete_of_one_text_one_is_done,
    of_many_deletes_of_one_text_one_is_done,
    what_was_acknowledged_every_client_sees,
];

async fn of_many_creates_of_one_key_one_is_done(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let (key, lifetime) = (t.key()?, t.hours(1));
        let texts = (0..CALLS).map(|call| call.to_string());
        let texts: Vec<String> = texts.collect();
        let mine = key.clone();
        let answers = t.at_once(CALLS, move |call, store| {
            let key = mine.clone();
            async move { Ok(store.create(&key, &call.to_string(), lifetime).await?) }
        });
        let one = the_one(&answers.await?, &Created::Done, &Created::Exists)?;
        let text = texts.get(one).map(String::as_str);
        t.gets("the value that was created", &key, text).await?;
    }
    Ok(())
}

async fn of_many_replaces_of_one_text_one_is_done(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let (key, base) = t.created().await?;
        let lifetime = t.hours(1);
        let mine = (key.clone(), base);
        let answers = t.at_once(CALLS, move |call, store| {
            let (key, base) = mine.clone();
            // Half of them write the same.
            let text = (call / 2 * 2).to_string();
            async move { Ok(store.replace(&key, &base, &text, lifetime).await?) }
        });
        let one = the_one(&answers.await?, &Saved::Done, &Saved::Conflict)?;
        let text = (one / 2 * 2).to_string();
        t.gets("the value that was written", &key, Some(&text))
            .await?;
    }
    Ok(())
}

async fn writers_that_get_again_after_a_conflict_lose_nothing(t: Trial) -> Verdict {
    const EACH: usize = 4;
    let lifetime = t.hours(1);
    let key = t.created_as("", lifetime).await?;
    let mine = key.clone();
    let writers = t.at_once(CALLS, move |_, store| {
        let key = mine.clone();
        async move {
            let mut left = EACH;
            // Each conflict is another's success, of which there are this many.
            for _ in 0..=CALLS * EACH {
                let Some(held) = store.get(&key).await? else {
                    return Err(Broken::new("the value has gone"));
                };
                // So that others come between also where a store never waits. All write the same.
                yield_now().await;
                let longer = format!("{}x", held.value);
                match store.replace(&key, &held.value, &longer, lifetime).await? {
                    Saved::Done if left == 1 => return Ok(()),
                    Saved::Done => left -= 1,
                    Saved::Conflict => {}
                    Saved::Gone => return Err(Broken::new("a replace said gone")),
                }
            }
            Err(Broken::new(
                "a replace met more conflicts than there were other replaces",
            ))
        }
    });
    writers.await?;
    let written = t.store().get(&key).await?.map(|held| held.value.len());
    is(
        "how many of the replaces are in it",
        written,
        Some(CALLS * EACH),
    )
}

async fn a_delete_beside_replaces_leaves_nothing(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let (key, base) = t.created().await?;
        let (lifetime, late) = (t.hours(1), t.text()?);
        let mine = (key.clone(), base, late);
        let answers = t.at_once(CALLS, move |call, store| {
            let (key, base, late) = mine.clone();
            async move {
                Ok(if call % 4 == 0 {
                    store.delete(&key, None).await?
                } else {
                    store.replace(&key, &base, &late, lifetime).await?
                })
            }
        });
        let answers = answers.await?;
        let deletes = answers.iter().step_by(4);
        let deletes = deletes.filter(|answer| **answer == Saved::Done).count();
        is("how many deletes were done", deletes, 1)?;
        t.gets("the deleted value", &key, None).await?;
    }
    Ok(())
}

async fn of_a_replace_and_a_delete_of_one_text_one_is_done(t: Trial) -> Verdict {
    for round in 0..ROUNDS {
        let (key, base) = t.created().await?;
        let (lifetime, next) = (t.hours(1), t.text()?);
        let mine = (key.clone(), base, next.clone());
        // The one that comes last to the meeting is often the first to leave it.
        let replaces = round % 2;
        let answers = t.at_once(2, move |call, store| {
            let (key, base, next) = mine.clone();
            async move {
                Ok(if call == replaces {
                    store.replace(&key, &base, &next, lifetime).await?
                } else {
                    store.delete(&key, Some(&base)).await?
                })
            }
        });
        let mut answers = answers.await?;
        answers.rotate_left(replaces);
        match answers.as_slice() {
            [Saved::Done, Saved::Conflict] => t.gets("the new value", &key, Some(&next)).await?,
            [Saved::Gone, Saved::Done] => t.gets("the deleted value", &key, None).await?,
            answers => {
                return Err(Broken::new(format!("replace and delete said {answers:?}")));
            }
        }
    }
    Ok(())
}

async fn of_many_deletes_of_one_text_one_is_done(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let mine = t.created().await?;
        let answers = t.at_once(CALLS, move |_, store| {
            let (key, text) = mine.clone();
            async move { Ok(store.delete(&key, Some(&text)).await?) }
        });
        the_one(&answers.await?, &Saved::Done, &Saved::Gone)?;
    }
    Ok(())
}

async fn what_was_acknowledged_every_client_sees(t: Trial) -> Verdict {
    let is_seen = async |key: &str, text: Option<&str>| {
        for client in [t.other(), t.store()] {
            let held = client.get(key).await?;
            super::trial::is_text("what a client sees", held.as_ref(), text)?;
        }
        Ok::<_, Broken>(())
    };
    let (lifetime, first, second) = (t.hours(1), t.text()?, t.text()?);
    for (one, other) in [(t.store(), t.other()), (t.other(), t.store())] {
        let key = t.key()?;
        is_seen(&key, None).await?;
        one.create(&key, &first, lifetime).await?;
        is_seen(&key, Some(&first)).await?;
        let replaced = other.replace(&key, &first, &second, lifetime).await?;
        is("another client's replace", replaced, Saved::Done)?;
        is_seen(&key, Some(&second)).await?;
        one.delete(&key, Some(&second)).await?;
        is_seen(&key, None).await?;
    }
    Ok(())
}
