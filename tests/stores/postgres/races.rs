//! Calls that wait for somebody else's transaction, and find something else when it is over.
//!
//! The other one is a connection that holds its transaction open until the call is seen to wait.

use session_runtime::store::{Created, Record, Revision, Saved, SessionKey, SessionStore};
use tokio::{task::JoinHandle, time::timeout};
use tokio_postgres::Client;

use super::{Bench, DEADLINE, HOUR, NOW, hex, key, record, revision};

/// A record, and a transaction of somebody else who is about to change it.
struct Race {
    bench: Bench,
    other: Client,
    key: SessionKey,
    record: Record,
}

impl Race {
    /// `change` is what the other one has done and not committed.
    async fn begin(change: &str) -> Option<Self> {
        let bench = Bench::shared().await?;
        let (key, record) = (key(), record(None));
        bench.store.create(&key, &record).await.unwrap();
        let other = bench.other().await;
        let change = change.replace("$KEY", &format!("'\\x{}'", hex(key.as_bytes())));
        other
            .batch_execute(&format!("BEGIN; {change}"))
            .await
            .unwrap();
        Some(Self {
            bench,
            other,
            key,
            record,
        })
    }

    fn save(&self, expected: Revision) -> JoinHandle<Saved> {
        let (store, key, record) = (self.bench.store.clone(), self.key, record(None));
        tokio::spawn(async move { store.save(&key, expected, &record).await.unwrap() })
    }

    fn delete(&self, expected: Option<Revision>) -> JoinHandle<Saved> {
        let (store, key) = (self.bench.store.clone(), self.key);
        tokio::spawn(async move { store.delete(&key, expected).await.unwrap() })
    }

    /// The call is seen to wait, and then the other one's transaction ends.
    async fn end(&self, how: &str) {
        self.bench.waiting(1).await;
        self.other.batch_execute(how).await.unwrap();
    }

    async fn left(&self) -> Option<Record> {
        self.bench.store.load(&self.key).await.unwrap()
    }
}

const DELETE: &str = "DELETE FROM session_records WHERE key = $KEY";
const SAVE: &str = "UPDATE session_records SET revision = 7, data = 'theirs' WHERE key = $KEY";
const TOUCH: &str = "UPDATE session_records SET touched = touched + 9 WHERE key = $KEY";

#[tokio::test]
async fn d24_a_save_that_waited_for_a_deletion_is_gone_and_writes_nothing() {
    let Some(race) = Race::begin(DELETE).await else {
        return;
    };
    let save = race.save(race.record.revision());
    race.end("COMMIT").await;
    assert_eq!(save.await.unwrap(), Saved::Gone);
    assert_eq!(race.left().await, None);
}

#[tokio::test]
async fn d24_a_save_of_an_old_revision_waits_for_no_deletion_and_is_gone_after_it() {
    let Some(race) = Race::begin(DELETE).await else {
        return;
    };
    let early = timeout(DEADLINE, race.save(revision())).await;
    assert_eq!(early.unwrap().unwrap(), Saved::Conflict);
    race.other.batch_execute("COMMIT").await.unwrap();
    let late = race.save(revision()).await.unwrap();
    assert_eq!(late, Saved::Gone);
    assert_eq!(race.left().await, None);
}

#[tokio::test]
async fn a_save_of_an_old_revision_is_a_conflict_whether_a_deletion_is_taken_back_or_not() {
    let Some(race) = Race::begin(DELETE).await else {
        return;
    };
    let early = timeout(DEADLINE, race.save(revision())).await;
    assert_eq!(early.unwrap().unwrap(), Saved::Conflict);
    race.other.batch_execute("ROLLBACK").await.unwrap();
    let late = race.save(revision()).await.unwrap();
    assert_eq!(late, Saved::Conflict);
    assert_eq!(race.left().await, Some(race.record.clone()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d25_a_save_that_meets_the_creation_of_what_it_expects_is_no_conflict() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    for _ in 0..2_000 {
        let (key, made) = (key(), record(None));
        let save = {
            let (store, expected) = (bench.store.clone(), made.revision());
            tokio::spawn(async move { store.save(&key, expected, &record(None)).await.unwrap() })
        };
        bench.store.create(&key, &made).await.unwrap();
        assert_ne!(save.await.unwrap(), Saved::Conflict);
    }
}

#[tokio::test]
async fn a_save_whose_deletion_was_taken_back_is_done() {
    let Some(race) = Race::begin(DELETE).await else {
        return;
    };
    let save = race.save(race.record.revision());
    race.end("ROLLBACK").await;
    assert_eq!(save.await.unwrap(), Saved::Done);
}

#[tokio::test]
async fn d26_a_save_that_waited_for_a_save_is_a_conflict_and_theirs_stays() {
    let Some(race) = Race::begin(SAVE).await else {
        return;
    };
    let save = race.save(race.record.revision());
    race.end("COMMIT").await;
    assert_eq!(save.await.unwrap(), Saved::Conflict);
    let left = race.left().await.unwrap();
    assert_eq!(
        (left.revision(), left.data()),
        (Revision::from_i64(7), &b"theirs"[..])
    );
}

#[tokio::test]
async fn d26_a_save_of_what_they_are_about_to_write_is_done_after_them() {
    let Some(race) = Race::begin(SAVE).await else {
        return;
    };
    // Not seen yet, so no wait: their revision is no one's before it is committed.
    let early = race.save(Revision::from_i64(7)).await.unwrap();
    assert_eq!(early, Saved::Conflict);
    race.other.batch_execute("COMMIT").await.unwrap();
    let late = race.save(Revision::from_i64(7)).await.unwrap();
    assert_eq!(late, Saved::Done);
}

#[tokio::test]
async fn a_save_that_waited_for_a_touch_is_done() {
    let Some(race) = Race::begin(TOUCH).await else {
        return;
    };
    let save = race.save(race.record.revision());
    race.end("COMMIT").await;
    assert_eq!(save.await.unwrap(), Saved::Done);
    assert_eq!(
        race.left().await.unwrap().touched(),
        NOW,
        "as the save says"
    );
}

#[tokio::test]
async fn d24_a_save_of_one_that_was_deleted_and_made_anew_writes_nothing() {
    let anew = "INSERT INTO session_records VALUES ($KEY, 7, 'theirs', NULL, 1, 2)";
    let Some(race) = Race::begin(&format!("{DELETE}; {anew}")).await else {
        return;
    };
    let save = race.save(race.record.revision());
    race.end("COMMIT").await;
    assert_ne!(save.await.unwrap(), Saved::Done);
    assert_eq!(race.left().await.unwrap().data(), b"theirs");
}

#[tokio::test]
async fn a_delete_of_a_revision_that_waited_for_a_save_is_a_conflict() {
    let Some(race) = Race::begin(SAVE).await else {
        return;
    };
    let delete = race.delete(Some(race.record.revision()));
    race.end("COMMIT").await;
    assert_eq!(delete.await.unwrap(), Saved::Conflict);
    assert!(race.left().await.is_some());
}

#[tokio::test]
async fn a_delete_of_a_revision_that_waited_for_a_deletion_is_gone() {
    let Some(race) = Race::begin(DELETE).await else {
        return;
    };
    let delete = race.delete(Some(revision()));
    race.end("COMMIT").await;
    assert_eq!(delete.await.unwrap(), Saved::Gone);
}

#[tokio::test]
async fn d24_a_delete_that_waited_for_a_save_deletes_what_was_saved() {
    let Some(race) = Race::begin(SAVE).await else {
        return;
    };
    let delete = race.delete(None);
    race.end("COMMIT").await;
    assert_eq!(delete.await.unwrap(), Saved::Done);
    assert_eq!(race.left().await, None);
}

#[tokio::test]
async fn d24_a_touch_that_waited_for_a_deletion_brings_nothing_back() {
    let Some(race) = Race::begin(DELETE).await else {
        return;
    };
    let (store, key) = (race.bench.store.clone(), race.key);
    let touch = tokio::spawn(async move { store.touch(&key, NOW, NOW + HOUR).await.unwrap() });
    race.end("COMMIT").await;
    assert!(!touch.await.unwrap());
    assert_eq!(race.left().await, None);
}

#[tokio::test]
async fn a_touch_that_waited_for_a_save_keeps_what_was_saved() {
    let Some(race) = Race::begin(SAVE).await else {
        return;
    };
    let (store, key) = (race.bench.store.clone(), race.key);
    let touch = tokio::spawn(async move { store.touch(&key, NOW + 5, NOW).await.unwrap() });
    race.end("COMMIT").await;
    assert!(touch.await.unwrap());
    let left = race.left().await.unwrap();
    assert_eq!(left.data(), b"theirs");
    assert_eq!((left.touched(), left.expires()), (NOW + 5, NOW + HOUR));
}

#[tokio::test]
async fn a_create_waits_for_another_and_finds_it() {
    let Some(bench) = Bench::shared().await else {
        return;
    };
    for (end, created) in [("COMMIT", Created::Exists), ("ROLLBACK", Created::Done)] {
        let (key, record) = (key(), record(None));
        let other = bench.other().await;
        let theirs = hex(key.as_bytes());
        other
            .batch_execute(&format!(
                "BEGIN; INSERT INTO session_records VALUES ('\\x{theirs}', 7, 'theirs', NULL, 1, 2)"
            ))
            .await
            .unwrap();
        let store = bench.store.clone();
        let create = tokio::spawn(async move { store.create(&key, &record).await.unwrap() });
        bench.waiting(1).await;
        other.batch_execute(end).await.unwrap();
        assert_eq!(create.await.unwrap(), created);
    }
}
