//! Revocations of sessions, and epochs of principals.

use super::{
    fact::{Fact, Verdict, facts, holds, is},
    trial::{CALLS, ROUNDS, Trial, revocations},
};
use crate::store::Standing;

pub(super) const FACTS: &[Fact] = facts![
    nothing_is_revoked_at_first,
    a_revoked_session_is_revoked_and_no_other,
    a_revocation_is_remembered_until_the_latest_time,
    an_epoch_grows_by_one_or_to_what_it_must_be_at_least,
    an_epoch_is_of_its_principal_alone,
    an_epoch_is_remembered_until_the_latest_time,
    epochs_begun_at_once_differ,
    a_standing_tells_of_both,
    a_revocation_is_no_record,
];

async fn nothing_is_revoked_at_first(t: Trial) -> Verdict {
    let (key, principal) = (t.key()?, t.principal()?);
    for key in [None, Some(&key)] {
        for principal in [None, Some(&principal)] {
            let standing = t.revocations()?.standing(key, principal).await?;
            is("the standing", standing, Standing::default())?;
        }
    }
    Ok(())
}

async fn a_revoked_session_is_revoked_and_no_other(t: Trial) -> Verdict {
    let (one, other) = (t.key()?, t.key()?);
    let revocations = t.revocations()?;
    for _ in 0..2 {
        revocations.revoke(&one, t.in_hours(1)).await?;
        let standing = revocations.standing(Some(&one), None).await?;
        holds(standing.is_revoked, "a revoked session is not revoked")?;
        let standing = revocations.standing(Some(&other), None).await?;
        holds(!standing.is_revoked, "another session is revoked")?;
    }
    Ok(())
}

async fn a_revocation_is_remembered_until_the_latest_time(t: Trial) -> Verdict {
    let key = t.key()?;
    // The last of them is over at once, where an engine has a clock and takes it for the only one.
    for until in [t.in_hours(1), t.in_hours(2), t.now + 60_000, 1] {
        t.revocations()?.revoke(&key, until).await?;
        let standing = t.revocations()?.standing(Some(&key), None).await?;
        holds(standing.is_revoked, "an earlier time replaced a later one")?;
    }
    if let Some(sweep) = t.store().sweeper() {
        sweep.sweep(t.now + 60_000).await?;
        let standing = t.revocations()?.standing(Some(&key), None).await?;
        holds(standing.is_revoked, "an earlier time replaced a later one")?;
    }
    Ok(())
}

async fn an_epoch_grows_by_one_or_to_what_it_must_be_at_least(t: Trial) -> Verdict {
    let principal = t.principal()?;
    // Beyond 2^53 a double cannot tell neighbours apart.
    let big = (1 << 53) + 1;
    let steps = [
        (0, 1),
        (0, 2),
        (10, 10),
        (5, 11),
        (11, 12),
        (big, big),
        (0, big + 1),
    ];
    for (at_least, epoch) in steps {
        let revocations = t.revocations()?;
        let begun = revocations.advance_epoch(&principal, at_least, t.in_hours(1));
        is("a new epoch", begun.await?, epoch)?;
        let standing = revocations.standing(None, Some(&principal)).await?;
        is("the epoch", standing.epoch, epoch)?;
    }
    Ok(())
}

async fn an_epoch_is_of_its_principal_alone(t: Trial) -> Verdict {
    let (one, other) = (t.principal()?, t.principal()?);
    let revocations = t.revocations()?;
    revocations.advance_epoch(&one, 7, t.in_hours(1)).await?;
    let standing = revocations.standing(None, Some(&other)).await?;
    is("the standing of another", standing, Standing::default())
}

async fn an_epoch_is_remembered_until_the_latest_time(t: Trial) -> Verdict {
    let principal = t.principal()?;
    let untils = [t.in_hours(1), t.in_hours(2), t.now + 60_000, 1];
    for (until, right) in untils.into_iter().zip(1..) {
        let begun = t.revocations()?.advance_epoch(&principal, 0, until).await?;
        is("a new epoch", begun, right)?;
        let standing = t.revocations()?.standing(None, Some(&principal)).await?;
        is("the epoch", standing.epoch, right)?;
    }
    if let Some(sweep) = t.store().sweeper() {
        sweep.sweep(t.now + 60_000).await?;
        let standing = t.revocations()?.standing(None, Some(&principal)).await?;
        is("the epoch after a sweep", standing.epoch, 4)?;
    }
    Ok(())
}

async fn epochs_begun_at_once_differ(t: Trial) -> Verdict {
    for _ in 0..ROUNDS {
        let (principal, until) = (t.principal()?, t.in_hours(1));
        let begun = t.at_once(CALLS, move |_, store| async move {
            let revocations = revocations(&*store)?;
            Ok(revocations.advance_epoch(&principal, 5, until).await?)
        });
        let mut begun = begun.await?;
        begun.sort_unstable();
        let right: Vec<u64> = (5..).take(CALLS).collect();
        is("the epochs begun at once", begun, right)?;
    }
    Ok(())
}

async fn a_standing_tells_of_both(t: Trial) -> Verdict {
    let (key, principal) = (t.key()?, t.principal()?);
    let revocations = t.revocations()?;
    revocations.revoke(&key, t.in_hours(1)).await?;
    revocations
        .advance_epoch(&principal, 3, t.in_hours(1))
        .await?;
    let standing = revocations.standing(Some(&key), Some(&principal)).await?;
    let both = Standing {
        is_revoked: true,
        epoch: 3,
    };
    is("the standing", standing, both)
}

async fn a_revocation_is_no_record(t: Trial) -> Verdict {
    let (key, record) = t.created(None).await?;
    let nowhere = t.key()?;
    t.revocations()?.revoke(&key, t.in_hours(1)).await?;
    t.revocations()?.revoke(&nowhere, t.in_hours(1)).await?;
    t.loads("a record whose key was revoked", &key, Some(&record))
        .await?;
    t.loads("a record that is not there", &nowhere, None)
        .await?;
    t.store().delete(&key, None).await?;
    let standing = t.revocations()?.standing(Some(&key), None).await?;
    holds(standing.is_revoked, "a delete took a revocation away")
}
