//! The index of principals: what is left behind in it, by whom, and how it heals.

use session_runtime::store::{PrincipalIndex, Record, Saved, SessionStore};
use tests::servers::redis::RedisServer;

use super::{HOUR, key, now, principal, record, record_of, revision, store, until};

fn index(server: &RedisServer) -> String {
    let mut names: Vec<String> = server.ask(&["KEYS", "session:p:*"]);
    assert_eq!(names.len(), 1);
    names.remove(0)
}

fn entries(server: &RedisServer) -> u64 {
    let names: Vec<String> = server.ask(&["KEYS", "session:p:*"]);
    names
        .iter()
        .map(|name| server.ask::<u64>(&["HLEN", name]))
        .sum()
}

#[tokio::test]
async fn o07_signing_in_and_out_leaves_no_entry() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    for number in 1..=9 {
        let anonymous = record(1);
        store.create(&key(number), &anonymous).await.unwrap();
        let signed_in = record_of(principal(1), 2);
        let saved = store.save(&key(number), revision(1), &signed_in).await;
        assert_eq!(saved.unwrap(), Saved::Done);
        assert_eq!(entries(&server), 1);
        // Out by a save without principal, by a delete, and as somebody else.
        match number % 3 {
            0 => store.save(&key(number), revision(2), &record(3)).await,
            1 => store.delete(&key(number), Some(revision(2))).await,
            _ => {
                let other = record_of(principal(2), 3);
                store.save(&key(number), revision(2), &other).await.unwrap();
                store.delete(&key(number), None).await
            }
        }
        .unwrap();
        assert_eq!(entries(&server), 0, "{number}");
    }
}

#[tokio::test]
async fn what_expired_is_forgotten_when_the_index_is_read() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let kept = record_of(principal(1), 1);
    store.create(&key(1), &kept).await.unwrap();
    store
        .create(&key(2), &record_of(principal(1), 2))
        .await
        .unwrap();
    // As its expiry does.
    let name: Vec<String> = server.ask(&["KEYS", "session:*"]);
    let record = |name: &&String| {
        server.ask::<String>(&["GETRANGE", name, "1", "20"]) == format!("{:020}", 2)
    };
    let name = name
        .iter()
        .filter(|name| !name.contains(":p:"))
        .find(record)
        .unwrap();
    server.ask::<()>(&["DEL", name]);
    assert_eq!(entries(&server), 2);
    let listed = store.list(&principal(1)).await.unwrap();
    assert_eq!(listed, [(key(1), kept)]);
    assert_eq!(entries(&server), 1);
}

#[tokio::test]
async fn an_index_outlives_its_records_however_they_are_extended() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let start = now();
    let first = Record::new(revision(1), vec![], Some(principal(1)), start, start + HOUR);
    store.create(&key(1), &first).await.unwrap();
    let index = index(&server);
    let names: Vec<String> = server.ask(&["KEYS", "session:*"]);
    let record = names.into_iter().find(|name| *name != index).unwrap();
    let outlives = |step: &str| {
        let (index, record) = (
            server.ask::<i64>(&["PTTL", &index]),
            server.ask::<i64>(&["PTTL", &record]),
        );
        assert!(index > record, "{step}: {index} after {record}");
    };
    outlives("created");
    // Used all day, by an application whose clock runs; the server's stands still meanwhile, so
    // each step is one of a session that is extended by so much at once.
    for hours in 1..24 {
        let used = start + hours * HOUR;
        store.touch(&key(1), start, used + HOUR).await.unwrap();
        outlives(&format!("touched {hours}"));
    }
    let longer = Record::new(
        revision(2),
        vec![],
        Some(principal(1)),
        start,
        start + 90 * HOUR,
    );
    store.save(&key(1), revision(1), &longer).await.unwrap();
    outlives("saved");
}

#[tokio::test]
async fn an_index_that_was_lost_comes_back_as_its_sessions_are_used() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let signed_in = record_of(principal(1), 1);
    store.create(&key(1), &signed_in).await.unwrap();
    server.ask::<()>(&["DEL", &index(&server)]);
    assert_eq!(store.list(&principal(1)).await.unwrap(), []);
    // The next extension beyond what the index had promised.
    store
        .touch(&key(1), now() + HOUR, now() + 3 * HOUR)
        .await
        .unwrap();
    assert_eq!(store.list(&principal(1)).await.unwrap().len(), 1);
    assert_eq!(
        store.delete_all(&principal(1), None).await.unwrap(),
        [key(1)]
    );
}

#[tokio::test]
async fn a_record_whose_registration_failed_is_registered_by_its_next_use() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    // The index cannot be written: somebody else's key is in its place.
    store
        .create(&key(9), &record_of(principal(1), 1))
        .await
        .unwrap();
    let index = index(&server);
    server.ask::<()>(&["DEL", &index]);
    server.ask::<()>(&["SET", &index, "x"]);
    store.create(&key(1), &record(1)).await.unwrap();
    let signed_in = record_of(principal(1), 2);
    store
        .save(&key(1), revision(1), &signed_in)
        .await
        .unwrap_err();
    server.ask::<()>(&["DEL", &index]);
    assert_eq!(store.list(&principal(1)).await.unwrap(), []);
    store.touch(&key(1), now(), now()).await.unwrap();
    assert_eq!(store.list(&principal(1)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn o07_a_save_under_way_does_not_survive_the_end_of_all_sessions() {
    let Some((_server, store)) = store(&[]).await else {
        return;
    };
    store
        .create(&key(1), &record_of(principal(1), 1))
        .await
        .unwrap();
    let seen = store.load(&key(1)).await.unwrap().unwrap();
    let ended = store.delete_all(&principal(1), None).await.unwrap();
    assert_eq!(ended, [key(1)]);
    let late = record_of(principal(1), 2);
    let saved = store.save(&key(1), seen.revision(), &late).await.unwrap();
    assert_eq!(saved, Saved::Gone);
    assert_eq!(store.list(&principal(1)).await.unwrap(), []);
}

#[tokio::test]
async fn a_save_whose_caller_has_gone_is_registered_all_the_same() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &record(0)).await.unwrap();
    // The server knows the script: it takes no second command to do it.
    store.save(&key(1), revision(0), &record(1)).await.unwrap();
    let signed_in = record_of(principal(1), 2);
    server.hang();
    {
        let key = key(1);
        let save = store.save(&key, revision(1), &signed_in);
        let deadline = std::time::Duration::from_millis(100);
        tokio::time::timeout(deadline, save).await.unwrap_err();
    }
    server.go_on();
    let is_listed = async || !store.list(&principal(1)).await.unwrap().is_empty();
    until("it is listed", is_listed).await;
    assert_eq!(store.load(&key(1)).await.unwrap(), Some(signed_in));
}

/// As the client of a cluster sends it again, whose connection broke before the answer.
#[tokio::test]
async fn a_save_that_is_sent_again_is_done_once_and_comes_into_the_index() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    let owned = record_of(principal(1), 2);
    store.save(&key(1), revision(1), &owned).await.unwrap();
    // The first one's answer was lost, and with it what it asked for.
    let names: Vec<String> = server.ask(&["KEYS", "session:*"]);
    let (index, name) = match &*names {
        [one, other] if one.contains(":p:") => (one, other),
        [other, one] => (one, other),
        other => panic!("{other:?}"),
    };
    server.ask::<()>(&["DEL", index]);
    server.ask::<()>(&["SETRANGE", name, "61", "00000000000000000000"]);
    let again = store.save(&key(1), revision(1), &owned).await.unwrap();
    assert_eq!(again, Saved::Done);
    assert_eq!(store.list(&principal(1)).await.unwrap(), [(key(1), owned)]);
}
