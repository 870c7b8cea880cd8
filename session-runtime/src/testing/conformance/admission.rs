//! The limit of sessions: of any number of sign-ins at once, none takes a principal over it.

use super::{
    fact::{Broken, Fact, Verdict, facts, holds, is},
    principals::are_keys,
    trial::{CALLS, ROUNDS, Trial, index},
};
use crate::store::{Admitted, PrincipalId, Record, Revision, SessionKey, SessionLimit, WhenFull};

pub(super) const FACTS: &[Fact] = facts![
    a_record_below_the_limit_is_admitted_and_ends_nobody,
    a_saved_record_is_admitted_as_a_created_one,
    an_admission_that_cannot_write_changes_nothing,
    a_record_without_a_principal_is_not_limited,
    the_ones_not_used_for_longest_end,
    as_many_end_as_a_lower_limit_asks_for,
    a_refused_record_changes_nothing,
    a_session_that_is_admitted_again_does_not_count_twice,
    an_expired_record_does_not_count,
    records_of_others_do_not_count,
    admissions_at_once_that_end_others_leave_as_many_as_may_be,
    admissions_at_once_that_are_refused_leave_as_many_as_may_be,
    sign_ins_at_once_over_saved_records_leave_as_many_as_may_be,
];

const fn done() -> Admitted {
    Admitted::Done { ended: Vec::new() }
}

fn refusing(max: usize) -> SessionLimit {
    SessionLimit::new(max).when_full(WhenFull::Refuse)
}

/// Admits a new record of `principal` and expects it to end nobody.
async fn admitted(t: &Trial, record: Record, max: usize) -> Result<(SessionKey, Record), Broken> {
    let (key, limit) = (t.key()?, SessionLimit::new(max));
    let seen = t.index()?.admit(&key, None, &record, limit).await?;
    is("a record below the limit", seen, done())?;
    Ok((key, record))
}

fn ended(what: &str, seen: Admitted, expected: Vec<SessionKey>) -> Verdict {
    match seen {
        Admitted::Done { ended } => are_keys(what, ended, expected),
        seen => is(what, seen, done()),
    }
}

async fn a_record_below_the_limit_is_admitted_and_ends_nobody(t: Trial) -> Verdict {
    for limit in [SessionLimit::new(2), refusing(2)] {
        let principal = t.principal()?;
        let first = t.created(Some(principal)).await?;
        let second = (t.key()?, t.record(Some(principal))?);
        let seen = t.index()?.admit(&second.0, None, &second.1, limit).await?;
        is("the second of two", seen, done())?;
        t.loads("it", &second.0, Some(&second.1)).await?;
        t.lists("of the principal", &principal, &[first, second])
            .await?;
    }
    Ok(())
}

async fn a_saved_record_is_admitted_as_a_created_one(t: Trial) -> Verdict {
    let (principal, limit) = (t.principal()?, SessionLimit::new(1));
    let (old, _) = t.created_at(Some(principal), t.now, t.in_hours(1)).await?;
    let (key, anonymous) = t.created(None).await?;
    let signed_in = t.record_at(Some(principal), t.now + 1, t.in_hours(1))?;
    let expected = Some(anonymous.revision());
    let seen = t.index()?.admit(&key, expected, &signed_in, limit).await?;
    ended("what a sign-in ended", seen, vec![old])?;
    t.loads("the session that ended", &old, None).await?;
    t.loads("the one that signed in", &key, Some(&signed_in))
        .await?;
    t.lists("of the principal", &principal, &[(key, signed_in)])
        .await
}

async fn an_admission_that_cannot_write_changes_nothing(t: Trial) -> Verdict {
    for limit in [SessionLimit::new(1), refusing(1)] {
        // The principal has none yet, or one that an admission would end.
        for has_one in [false, true] {
            let principal = t.principal()?;
            let mut listed = Vec::new();
            if has_one && !limit.refuses() {
                listed.push(t.created(Some(principal)).await?);
            }
            let (key, kept) = t.created(None).await?;
            let (record, nowhere) = (t.record(Some(principal))?, t.key()?);
            let other = Some(record.revision());
            let index = t.index()?;
            let seen = index.admit(&key, None, &record, limit).await?;
            is("an admission over a record", seen, Admitted::Exists)?;
            let seen = index.admit(&key, other, &record, limit).await?;
            is(
                "an admission over another revision",
                seen,
                Admitted::Conflict,
            )?;
            let seen = index.admit(&nowhere, other, &record, limit).await?;
            is("an admission over nothing", seen, Admitted::Gone)?;
            t.loads("the record", &key, Some(&kept)).await?;
            t.loads("the record that is not there", &nowhere, None)
                .await?;
            t.lists("of the principal", &principal, &listed).await?;
        }
    }
    Ok(())
}

async fn a_record_without_a_principal_is_not_limited(t: Trial) -> Verdict {
    for limit in [SessionLimit::new(1), refusing(1)] {
        for _ in 0..3 {
            let (key, record, next) = (t.key()?, t.record(None)?, t.record(None)?);
            let seen = t.index()?.admit(&key, None, &record, limit).await?;
            is("a record of nobody", seen, done())?;
            t.loads("it", &key, Some(&record)).await?;
            let expected = Some(record.revision());
            let seen = t.index()?.admit(&key, expected, &next, limit).await?;
            is("a saved record of nobody", seen, done())?;
            t.loads("it", &key, Some(&next)).await?;
        }
    }
    Ok(())
}

async fn the_ones_not_used_for_longest_end(t: Trial) -> Verdict {
    let principal = t.principal()?;
    let at = |used: u64| t.record_at(Some(principal), t.now + used, t.in_hours(1));
    // The third ends first, and the first is touched: the second has not been used for longest.
    let (first, touched) = admitted(&t, at(1)?, 3).await?;
    let (second, _) = admitted(&t, at(2)?, 3).await?;
    let ending = t.record_at(Some(principal), t.now + 3, t.in_hours(1) - 9)?;
    let third = admitted(&t, ending, 3).await?;
    t.store().touch(&first, t.now + 4, 0).await?;
    let touched = touched.touched_at(t.now + 4, 0);
    let (fourth, record) = (t.key()?, at(5)?);
    let limit = SessionLimit::new(3);
    let seen = t.index()?.admit(&fourth, None, &record, limit).await?;
    ended("what one more ended", seen, vec![second])?;
    t.loads("the session that ended", &second, None).await?;
    let left = [(first, touched), third, (fourth, record)];
    t.lists("of the principal", &principal, &left).await
}

async fn as_many_end_as_a_lower_limit_asks_for(t: Trial) -> Verdict {
    let principal = t.principal()?;
    let mut keys = Vec::new();
    for used in 0..5 {
        let created = t.created_at(Some(principal), t.now + used, t.in_hours(1));
        keys.push(created.await?);
    }
    let (key, record) = (
        t.key()?,
        t.record_at(Some(principal), t.now + 9, t.in_hours(1))?,
    );
    let limit = SessionLimit::new(2);
    let seen = t.index()?.admit(&key, None, &record, limit).await?;
    let last = keys.pop().ok_or_else(|| Broken::new("no record"))?;
    let right = keys.iter().map(|(key, _)| *key).collect();
    ended("what a lower limit ended", seen, right)?;
    for (key, _) in &keys {
        t.loads("a session that ended", key, None).await?;
    }
    t.lists("of the principal", &principal, &[last, (key, record)])
        .await
}

async fn a_refused_record_changes_nothing(t: Trial) -> Verdict {
    let principal = t.principal()?;
    let first = t.created(Some(principal)).await?;
    let (key, record) = (t.key()?, t.record(Some(principal))?);
    let seen = t.index()?.admit(&key, None, &record, refusing(1)).await?;
    is("a create over the limit", seen, Admitted::Refused)?;
    t.loads("the refused record", &key, None).await?;
    let (key, kept) = t.created(None).await?;
    let expected = Some(kept.revision());
    let seen = t
        .index()?
        .admit(&key, expected, &record, refusing(1))
        .await?;
    is("a save over the limit", seen, Admitted::Refused)?;
    t.loads("the record that was to be saved", &key, Some(&kept))
        .await?;
    t.lists("of the principal", &principal, &[first]).await
}

async fn a_session_that_is_admitted_again_does_not_count_twice(t: Trial) -> Verdict {
    for limit in [SessionLimit::new(2), refusing(2)] {
        let principal = t.principal()?;
        // The one that is saved is the one that was not used for longest.
        let (key, first) = t.created_at(Some(principal), t.now, t.in_hours(1)).await?;
        let other = t
            .created_at(Some(principal), t.now + 1, t.in_hours(1))
            .await?;
        let again = t.record_at(Some(principal), t.now, t.in_hours(1))?;
        let expected = Some(first.revision());
        let seen = t.index()?.admit(&key, expected, &again, limit).await?;
        is("a session that was admitted already", seen, done())?;
        t.lists("of the principal", &principal, &[(key, again), other])
            .await?;
    }
    Ok(())
}

async fn an_expired_record_does_not_count(t: Trial) -> Verdict {
    for limit in [SessionLimit::new(2), refusing(2)] {
        let principal = t.principal()?;
        // It ends at the very time at which the third comes, though it was used after the second.
        t.created_at(Some(principal), t.now + 2, t.in_hours(1))
            .await?;
        let second = t
            .created_at(Some(principal), t.now, t.in_hours(1) + 1)
            .await?;
        let third = (
            t.key()?,
            t.record_at(Some(principal), t.in_hours(1), t.in_hours(2))?,
        );
        let seen = t.index()?.admit(&third.0, None, &third.1, limit).await?;
        holds(
            matches!(seen, Admitted::Done { .. }),
            "an expired record kept another out",
        )?;
        t.loads("the living record", &second.0, Some(&second.1))
            .await?;
        t.loads("the new record", &third.0, Some(&third.1)).await?;
    }
    Ok(())
}

async fn records_of_others_do_not_count(t: Trial) -> Verdict {
    let (one, other) = (t.principal()?, t.principal()?);
    let theirs = t.created(Some(other)).await?;
    t.created(None).await?;
    admitted(&t, t.record(Some(one))?, 1).await?;
    let (key, record) = (t.key()?, t.record(Some(one))?);
    let seen = t.index()?.admit(&key, None, &record, refusing(1)).await?;
    is("a second of one principal", seen, Admitted::Refused)?;
    t.lists("of the other", &other, &[theirs]).await
}

/// A session that signs in: a new one, or one that is there without a principal.
type Candidate = (SessionKey, Option<Revision>, Record);

/// They all sign in at once.
async fn all_admitted(
    t: &Trial,
    candidates: &[Candidate],
    limit: SessionLimit,
) -> Result<Vec<Admitted>, Broken> {
    let mine = candidates.to_vec();
    let answers = t.at_once(candidates.len(), move |call, store| {
        let candidate = mine.get(call).cloned();
        async move {
            let (key, expected, record) = candidate.ok_or_else(|| Broken::new("no record"))?;
            Ok(index(&*store)?
                .admit(&key, expected, &record, limit)
                .await?)
        }
    });
    answers.await
}

async fn candidates(
    t: &Trial,
    principal: PrincipalId,
    exist: bool,
) -> Result<Vec<Candidate>, Broken> {
    let mut candidates = Vec::new();
    for call in 0..CALLS as u64 {
        let record = t.record_at(Some(principal), t.now + call, t.in_hours(1))?;
        candidates.push(if exist {
            let (key, anonymous) = t.created(None).await?;
            (key, Some(anonymous.revision()), record)
        } else {
            (t.key()?, None, record)
        });
    }
    Ok(candidates)
}

/// Three are left, which is the limit, and each of the others was named once as ended.
async fn three_are_left(
    t: &Trial,
    principal: &PrincipalId,
    candidates: &[Candidate],
    answers: Vec<Admitted>,
) -> Verdict {
    let mut gone = Vec::new();
    for answer in answers {
        match answer {
            Admitted::Done { ended } => gone.extend(ended),
            answer => is("an admission", answer, done())?,
        }
    }
    let listed = t.index()?.list(principal).await?;
    is("how many are left", listed.len(), 3)?;
    let keys = candidates.iter().map(|(key, ..)| *key);
    let right = keys.filter(|key| listed.iter().all(|(left, _)| left != key));
    are_keys("what the admissions ended", gone, right.collect())
}

async fn admissions_at_once_that_end_others_leave_as_many_as_may_be(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let principal = t.principal()?;
        let candidates = candidates(&t, principal, false).await?;
        let answers = all_admitted(&t, &candidates, SessionLimit::new(3)).await?;
        three_are_left(&t, &principal, &candidates, answers).await?;
    }
    Ok(())
}

async fn sign_ins_at_once_over_saved_records_leave_as_many_as_may_be(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let principal = t.principal()?;
        let candidates = candidates(&t, principal, true).await?;
        let answers = all_admitted(&t, &candidates, SessionLimit::new(3)).await?;
        three_are_left(&t, &principal, &candidates, answers).await?;
    }
    Ok(())
}

async fn admissions_at_once_that_are_refused_leave_as_many_as_may_be(t: Trial) -> Verdict {
    for exist in [false, true] {
        for _ in 0..ROUNDS {
            let principal = t.principal()?;
            let candidates = candidates(&t, principal, exist).await?;
            let answers = all_admitted(&t, &candidates, refusing(3)).await?;
            let count = |right: &Admitted| answers.iter().filter(|seen| *seen == right).count();
            is("how many were admitted", count(&done()), 3)?;
            is(
                "how many were refused",
                count(&Admitted::Refused),
                CALLS - 3,
            )?;
            let listed = t.index()?.list(&principal).await?;
            is("how many there are", listed.len(), 3)?;
        }
    }
    Ok(())
}
