//! The index of principals: it says what the records say.

use std::slice::from_ref;

use super::{
    cancelled::{POLLS, dropped_after, goes_on},
    fact::{Broken, Fact, Verdict, facts, holds, is},
    trial::{CALLS, ROUNDS, Trial, index},
};
use crate::store::{PrincipalId, Record, Saved, SessionKey};

pub(super) const FACTS: &[Fact] = facts![
    a_principal_without_records_has_an_empty_list,
    a_list_has_the_records_of_its_principal_alone,
    a_list_shows_records_as_they_were_saved_and_touched,
    a_save_moves_a_record_between_lists,
    a_deleted_record_is_in_no_list,
    what_was_not_written_is_in_no_list,
    delete_all_deletes_those_of_its_principal_alone_and_names_them,
    delete_all_spares_its_exception,
    a_save_after_delete_all_says_gone_and_makes_nothing,
    delete_all_beside_saves_leaves_nothing,
    delete_all_beside_creates_leaves_what_the_list_says,
    lists_say_what_the_records_say_after_calls_that_met,
    lists_say_what_the_records_say_after_a_dropped_call,
];

async fn a_principal_without_records_has_an_empty_list(t: Trial) -> Verdict {
    t.created(None).await?;
    t.created(Some(t.principal()?)).await?;
    t.lists("of a new principal", &t.principal()?, &[]).await
}

async fn a_list_has_the_records_of_its_principal_alone(t: Trial) -> Verdict {
    let (one, other) = (t.principal()?, t.principal()?);
    t.created(None).await?;
    let first = t.created(Some(one)).await?;
    let second = t.created(Some(one)).await?;
    let third = t.created(Some(other)).await?;
    t.lists("of one principal", &one, &[first, second]).await?;
    t.lists("of the other", &other, &[third]).await
}

async fn a_list_shows_records_as_they_were_saved_and_touched(t: Trial) -> Verdict {
    let principal = t.principal()?;
    let (key, first) = t.created(Some(principal)).await?;
    let second = t.record_at(Some(principal), t.now + 1, t.in_hours(2))?;
    t.store().save(&key, first.revision(), &second).await?;
    t.store().touch(&key, t.now + 9, t.in_hours(3)).await?;
    let expected = second.touched_at(t.now + 9, t.in_hours(3));
    t.lists("of the principal", &principal, &[(key, expected)])
        .await
}

async fn a_save_moves_a_record_between_lists(t: Trial) -> Verdict {
    let (one, other) = (t.principal()?, t.principal()?);
    let (key, mut before) = t.created(None).await?;
    // Nobody's, one's, one's still, the other's, nobody's.
    for principal in [Some(one), Some(one), Some(other), None] {
        let record = t.record(principal)?;
        t.store().save(&key, before.revision(), &record).await?;
        let listed = [(key, record.clone())];
        for (name, whose) in [("of one principal", one), ("of the other", other)] {
            let is_his = principal == Some(whose);
            t.lists(name, &whose, if is_his { &listed } else { &[] })
                .await?;
        }
        before = record;
    }
    Ok(())
}

async fn a_deleted_record_is_in_no_list(t: Trial) -> Verdict {
    let principal = t.principal()?;
    let (one, record) = t.created(Some(principal)).await?;
    let (other, _) = t.created(Some(principal)).await?;
    let kept = t.created(Some(principal)).await?;
    t.store().delete(&one, Some(record.revision())).await?;
    t.store().delete(&other, None).await?;
    t.lists("of the principal", &principal, &[kept]).await
}

async fn what_was_not_written_is_in_no_list(t: Trial) -> Verdict {
    let (owner, thief) = (t.principal()?, t.principal()?);
    let kept = t.created(Some(owner)).await?;
    let (theirs, gone) = (t.record(Some(thief))?, t.key()?);
    t.store().create(&kept.0, &theirs).await?;
    t.store().save(&kept.0, theirs.revision(), &theirs).await?;
    t.store().save(&gone, theirs.revision(), &theirs).await?;
    t.store().delete(&kept.0, Some(theirs.revision())).await?;
    t.lists("of who wrote nothing", &thief, &[]).await?;
    t.lists("of the owner", &owner, &[kept]).await
}

async fn delete_all_deletes_those_of_its_principal_alone_and_names_them(t: Trial) -> Verdict {
    let (one, other) = (t.principal()?, t.principal()?);
    let (first, _) = t.created(Some(one)).await?;
    let (second, _) = t.created(Some(one)).await?;
    let kept = t.created(Some(other)).await?;
    let nobodys = t.created(None).await?;
    let named = t.index()?.delete_all(&one, None).await?;
    are_keys("what was deleted", named, vec![first, second])?;
    for key in [first, second] {
        t.loads("a deleted record", &key, None).await?;
    }
    t.lists("of who has none", &one, &[]).await?;
    t.loads("nobody's record", &nobodys.0, Some(&nobodys.1))
        .await?;
    t.lists("of the other", &other, &[kept]).await?;
    let again = t.index()?.delete_all(&one, None).await?;
    are_keys("what was deleted the second time", again, vec![])
}

async fn delete_all_spares_its_exception(t: Trial) -> Verdict {
    let (one, other) = (t.principal()?, t.principal()?);
    let kept = t.created(Some(one)).await?;
    let (ended, _) = t.created(Some(one)).await?;
    let named = t.index()?.delete_all(&one, Some(&kept.0)).await?;
    are_keys("what was deleted", named, vec![ended])?;
    t.lists("of the principal", &one, from_ref(&kept)).await?;
    // An exception that is another's, and one that is nowhere, are not his.
    let theirs = t.created(Some(other)).await?;
    let named = t.index()?.delete_all(&one, Some(&theirs.0)).await?;
    are_keys("what was deleted", named, vec![kept.0])?;
    let named = t.index()?.delete_all(&one, Some(&t.key()?)).await?;
    are_keys("what was deleted of nothing", named, vec![])?;
    t.lists("of the other", &other, &[theirs]).await
}

async fn a_save_after_delete_all_says_gone_and_makes_nothing(t: Trial) -> Verdict {
    let principal = t.principal()?;
    let (key, record) = t.created(Some(principal)).await?;
    t.index()?.delete_all(&principal, None).await?;
    let late = t.record(Some(principal))?;
    let saved = t.store().save(&key, record.revision(), &late).await?;
    is("the late save", saved, Saved::Gone)?;
    let touched = t.store().touch(&key, t.now + 9, t.in_hours(2)).await?;
    holds(!touched, "a late touch said that there is a record")?;
    t.loads("the deleted record", &key, None).await?;
    t.lists("of the principal", &principal, &[]).await
}

async fn delete_all_beside_saves_leaves_nothing(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let principal = t.principal()?;
        let (one, first) = t.created(Some(principal)).await?;
        let (other, second) = t.created(Some(principal)).await?;
        let late = t.record(Some(principal))?;
        let (first, second) = (first.revision(), second.revision());
        let answers = t.at_once(CALLS, move |call, store| {
            let late = late.clone();
            async move {
                match call % 4 {
                    0 if call == 0 => drop(index(&*store)?.delete_all(&principal, None).await?),
                    1 => drop(store.touch(&one, late.touched(), late.expires()).await?),
                    2 => drop(store.save(&one, first, &late).await?),
                    _ => drop(store.save(&other, second, &late).await?),
                }
                Ok(())
            }
        });
        answers.await?;
        t.loads("a deleted record", &one, None).await?;
        t.loads("a deleted record", &other, None).await?;
        t.lists("of the principal", &principal, &[]).await?;
    }
    Ok(())
}

async fn delete_all_beside_creates_leaves_what_the_list_says(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let principal = t.principal()?;
        let keys: Vec<_> = (0..CALLS).map(|_| t.key()).collect::<Result<_, _>>()?;
        let (mine, record) = (keys.clone(), t.record(Some(principal))?);
        let answers = t.at_once(CALLS, move |call, store| {
            let (key, record) = (mine.get(call).copied(), record.clone());
            async move {
                let key = key.ok_or_else(|| Broken::new("no key"))?;
                if call % 8 == 0 {
                    index(&*store)?.delete_all(&principal, None).await?;
                } else {
                    store.create(&key, &record).await?;
                }
                Ok(())
            }
        });
        answers.await?;
        agree(&t, &[principal], &keys).await?;
    }
    Ok(())
}

async fn lists_say_what_the_records_say_after_calls_that_met(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let (one, other) = (t.principal()?, t.principal()?);
        let (key, base) = t.created(Some(one)).await?;
        let (his, theirs) = (t.record(Some(one))?, t.record(Some(other))?);
        let (nobodys, expected) = (t.record(None)?, base.revision());
        let answers = t.at_once(CALLS, move |call, store| {
            let (his, theirs, nobodys) = (his.clone(), theirs.clone(), nobodys.clone());
            async move {
                match call % 8 {
                    0 => drop(store.delete(&key, Some(expected)).await?),
                    1 | 2 => drop(store.save(&key, expected, &theirs).await?),
                    3 => drop(store.create(&key, &theirs).await?),
                    4 => drop(store.save(&key, theirs.revision(), &nobodys).await?),
                    5 => drop(store.save(&key, theirs.revision(), &his).await?),
                    6 => drop(store.touch(&key, his.touched() + 1, his.expires()).await?),
                    _ => drop(store.save(&key, expected, &his).await?),
                }
                Ok(())
            }
        });
        answers.await?;
        agree(&t, &[one, other], &[key]).await?;
    }
    Ok(())
}

async fn lists_say_what_the_records_say_after_a_dropped_call(t: Trial) -> Verdict {
    for polls in POLLS {
        let (one, other) = (t.principal()?, t.principal()?);
        let (saved, base) = t.created(Some(one)).await?;
        let (deleted, _) = t.created(Some(one)).await?;
        let (created, record) = (t.key()?, t.record(Some(one))?);
        let next = t.record(Some(other))?;
        dropped_after(polls, t.store().save(&saved, base.revision(), &next)).await;
        dropped_after(polls, t.store().delete(&deleted, None)).await;
        dropped_after(polls, t.store().create(&created, &record)).await;
        goes_on(&t).await?;
        let keys = [saved, deleted, created];
        // A server may still be about to do what nobody waits for.
        let mut verdict = agree(&t, &[one, other], &keys).await;
        for _ in 0..ROUNDS {
            if verdict.is_ok() {
                break;
            }
            goes_on(&t).await?;
            verdict = agree(&t, &[one, other], &keys).await;
        }
        verdict?;
    }
    Ok(())
}

/// Each of `keys` is in the list of its principal, as it loads, and in no other of `principals`;
/// and nothing else is in them.
async fn agree(t: &Trial, principals: &[PrincipalId], keys: &[SessionKey]) -> Verdict {
    let mut records = Vec::new();
    for key in keys {
        records.extend(t.store().load(key).await?.map(|record| (*key, record)));
    }
    for principal in principals {
        let his = |(_, record): &&(_, Record)| record.principal() == Some(principal);
        let his: Vec<_> = records.iter().filter(his).cloned().collect();
        t.lists("after calls that met", principal, &his).await?;
    }
    Ok(())
}

/// The same keys, in any order.
pub(super) fn are_keys(
    what: &str,
    mut seen: Vec<SessionKey>,
    mut right: Vec<SessionKey>,
) -> Verdict {
    seen.sort_unstable();
    right.sort_unstable();
    is(&format!("how many keys, {what}"), seen.len(), right.len())?;
    holds(seen == right, &format!("other keys, {what}"))
}
