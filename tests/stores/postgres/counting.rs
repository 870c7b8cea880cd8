//! Whoever looks at all of a person's records is waited for by whoever would change which they are.
//!
//! Otherwise both would be right by themselves, and wrong together: one session too many, or one
//! ended that need not have been.

use session_runtime::store::{
    Created, PrincipalId, PrincipalIndex, Revision, Saved, SessionKey, SessionStore,
};
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use super::{Bench, HOUR, NOW, hex, key, principal, record};

/// A person with a session, and somebody who looks at all he has in a transaction that is not over.
struct Counted {
    bench: Bench,
    other: Client,
    whose: PrincipalId,
    old: SessionKey,
    revision: Revision,
}

impl Counted {
    /// `$NEW` and `$WHOSE` in what the other one does are a new key and the person.
    async fn begin(what: &str) -> Option<Self> {
        let bench = Bench::shared().await?;
        let (whose, old) = (principal(), key());
        let his = record(Some(whose));
        bench.store.create(&old, &his).await.unwrap();
        let what = what
            .replace("$NEW", &format!("'\\x{}'", hex(key().as_bytes())))
            .replace("$WHOSE", &format!("'\\x{}'", hex(whose.as_bytes())))
            .replace("$NOW", &NOW.to_string());
        let other = bench.other().await;
        other
            .batch_execute(&format!("BEGIN; {what}"))
            .await
            .unwrap();
        Some(Self {
            bench,
            other,
            whose,
            old,
            revision: his.revision(),
        })
    }

    /// The answer of a call that is seen to wait until the other one has committed.
    async fn waited<T>(&self, call: JoinHandle<T>) -> T {
        self.bench.waiting(1).await;
        assert!(!call.is_finished());
        self.other.batch_execute("COMMIT").await.unwrap();
        call.await.unwrap()
    }

    fn create(&self) -> JoinHandle<Created> {
        let (store, record) = (self.bench.store.clone(), record(Some(self.whose)));
        tokio::spawn(async move { store.create(&key(), &record).await.unwrap() })
    }
}

/// One more session, of nine that there may be.
const ADMIT: &str = "SELECT session_admit($NEW, NULL, 7, 'new', $WHOSE, $NOW, $NOW + 1, 9, true)";
const DELETE_ALL: &str = "SELECT session_delete_all($WHOSE, NULL)";

#[tokio::test]
async fn o08_a_create_waits_for_a_sign_in_of_the_same_person() {
    let Some(counted) = Counted::begin(ADMIT).await else {
        return;
    };
    // Others do not.
    for other in [None, Some(principal())] {
        let record = record(other);
        counted.bench.store.create(&key(), &record).await.unwrap();
    }
    assert_eq!(counted.waited(counted.create()).await, Created::Done);
}

#[tokio::test]
async fn o08_a_save_that_gives_a_person_a_record_waits_for_his_sign_in() {
    let Some(counted) = Counted::begin(ADMIT).await else {
        return;
    };
    let (key, nobodys) = (key(), record(None));
    counted.bench.store.create(&key, &nobodys).await.unwrap();
    let (store, his) = (counted.bench.store.clone(), record(Some(counted.whose)));
    let save =
        tokio::spawn(async move { store.save(&key, nobodys.revision(), &his).await.unwrap() });
    assert_eq!(counted.waited(save).await, Saved::Done);
}

#[tokio::test]
async fn o08_what_a_sign_in_counts_is_neither_used_nor_ended_meanwhile() {
    for ends in [false, true] {
        let Some(counted) = Counted::begin(ADMIT).await else {
            return;
        };
        let (store, old) = (counted.bench.store.clone(), counted.old);
        let call = tokio::spawn(async move {
            if ends {
                store.delete(&old, None).await.unwrap() == Saved::Done
            } else {
                store.touch(&old, NOW + 1, NOW + HOUR).await.unwrap()
            }
        });
        assert!(counted.waited(call).await);
    }
}

#[tokio::test]
async fn o07_a_create_waits_for_the_end_of_all_sessions_and_stays() {
    let Some(counted) = Counted::begin(DELETE_ALL).await else {
        return;
    };
    assert_eq!(counted.waited(counted.create()).await, Created::Done);
    let left = counted.bench.store.list(&counted.whose).await.unwrap();
    assert_eq!(left.len(), 1);
}

#[tokio::test]
async fn o07_a_save_that_waited_for_the_end_of_all_sessions_is_gone() {
    let Some(counted) = Counted::begin(DELETE_ALL).await else {
        return;
    };
    let (store, old) = (counted.bench.store.clone(), counted.old);
    let (expected, his) = (counted.revision, record(Some(counted.whose)));
    let save = tokio::spawn(async move { store.save(&old, expected, &his).await.unwrap() });
    let saved = counted.waited(save).await;
    assert_eq!(saved, Saved::Gone);
    assert_eq!(counted.bench.count(), 0);
}
