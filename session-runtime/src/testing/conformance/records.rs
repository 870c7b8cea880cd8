//! Creating and loading.

use super::{
    fact::{Fact, Verdict, facts, is},
    trial::{Trial, revision},
};
use crate::store::{Created, Record, Revision, Saved, SessionKey};

pub(super) const FACTS: &[Fact] = facts![
    a_record_of_any_bytes_and_size_comes_back_as_it_was,
    every_number_comes_back_as_it_was,
    a_save_of_any_bytes_and_size_comes_back_as_it_was,
    a_key_without_a_record_loads_nothing,
    a_second_create_says_exists_and_changes_nothing,
    keys_that_differ_in_one_bit_have_each_their_record,
    a_key_can_be_created_again_after_a_delete,
    a_revision_from_before_a_delete_does_not_fit_what_was_created_after,
];

/// None, one, every one, and more than any engine keeps in one page.
fn samples() -> [Vec<u8>; 4] {
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    [vec![], vec![0], every_byte.clone(), every_byte.repeat(256)]
}

async fn a_record_of_any_bytes_and_size_comes_back_as_it_was(t: Trial) -> Verdict {
    for data in samples() {
        let what = format!("a record of {} bytes", data.len());
        for principal in [None, Some(t.principal()?)] {
            let key = t.key()?;
            let ends = t.in_hours(1);
            let record = Record::new(revision()?, data.clone(), principal, t.now, ends);
            let created = t.store().create(&key, &record).await?;
            is("the create", created, Created::Done)?;
            t.loads(&what, &key, Some(&record)).await?;
        }
    }
    Ok(())
}

async fn a_save_of_any_bytes_and_size_comes_back_as_it_was(t: Trial) -> Verdict {
    let (key, mut before) = t.created(None).await?;
    for data in samples() {
        let what = format!("a record of {} bytes", data.len());
        let record = Record::new(revision()?, data, None, t.now, t.in_hours(1));
        let saved = t.store().save(&key, before.revision(), &record).await?;
        is("the save", saved, Saved::Done)?;
        t.loads(&what, &key, Some(&record)).await?;
        before = record;
    }
    Ok(())
}

async fn every_number_comes_back_as_it_was(t: Trial) -> Verdict {
    // Beyond 2^53 a double cannot tell neighbours apart.
    for number in [0, 1, (1 << 53) + 1, i64::MAX - 1, i64::MAX] {
        // Until the last day of the year 9999, the latest that every engine can name.
        for expires in [t.in_hours(1) + 1, 253_402_214_400_001] {
            let key = t.key()?;
            let revision = Revision::from_i64(number);
            let record = Record::new(revision, vec![1], None, t.now + 1, expires);
            let created = t.store().create(&key, &record).await?;
            is("the create", created, Created::Done)?;
            t.loads("the record", &key, Some(&record)).await?;
            let saved = t.store().save(&key, revision, &t.record(None)?).await?;
            is("a save with its revision", saved, Saved::Done)?;
        }
    }
    Ok(())
}

async fn a_key_without_a_record_loads_nothing(t: Trial) -> Verdict {
    let key = t.key()?;
    t.loads("a record never made", &key, None).await?;
    t.loads("a record that was loaded", &key, None).await
}

async fn a_second_create_says_exists_and_changes_nothing(t: Trial) -> Verdict {
    let (key, first) = t.created(None).await?;
    let second = t.record_at(None, t.now + 9, t.in_hours(2))?;
    let created = t.store().create(&key, &second).await?;
    is("the second create", created, Created::Exists)?;
    t.loads("the first record", &key, Some(&first)).await
}

async fn keys_that_differ_in_one_bit_have_each_their_record(t: Trial) -> Verdict {
    let base = *t.key()?.as_bytes();
    let mut records = vec![];
    // The last of them is none of its bytes: the key itself.
    for place in 0..=base.len() {
        let mut bytes = base;
        for byte in bytes.iter_mut().skip(place).take(1) {
            *byte ^= 1;
        }
        let (key, record) = (SessionKey::from_bytes(bytes), t.record(None)?);
        let created = t.store().create(&key, &record).await?;
        is("the create", created, Created::Done)?;
        records.push((key, record));
    }
    for (key, record) in &records {
        t.loads("the record of one key", key, Some(record)).await?;
    }
    Ok(())
}

async fn a_key_can_be_created_again_after_a_delete(t: Trial) -> Verdict {
    let (key, _) = t.created(None).await?;
    t.store().delete(&key, None).await?;
    let again = t.record(None)?;
    let created = t.store().create(&key, &again).await?;
    is("the create after the delete", created, Created::Done)?;
    t.loads("the new record", &key, Some(&again)).await
}

async fn a_revision_from_before_a_delete_does_not_fit_what_was_created_after(t: Trial) -> Verdict {
    let (key, old) = t.created(None).await?;
    t.store().delete(&key, None).await?;
    let new = t.record(None)?;
    t.store().create(&key, &new).await?;
    let late = t.record(None)?;
    let saved = t.store().save(&key, old.revision(), &late).await?;
    is("the late save", saved, Saved::Conflict)?;
    let deleted = t.store().delete(&key, Some(old.revision())).await?;
    is("the late delete", deleted, Saved::Conflict)?;
    t.loads("the new record", &key, Some(&new)).await
}
