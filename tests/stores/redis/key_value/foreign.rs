//! What others have put there: Node, whose texts are read and replaced, and what is no text.

use session_runtime::store::{Created, KeyValueStore, Saved, StoreErrorKind};

use super::{KEY, create, get, kind, replace, seconds, store};

#[tokio::test]
async fn what_a_plain_client_has_set_is_read_replaced_and_deleted() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    // As connect-redis writes it.
    let theirs = r#"{"cookie":{"originalMaxAge":null,"path":"/"},"name":"José 🦀"}"#;
    server.ask::<()>(&["SET", KEY, theirs, "EX", "86400"]);
    assert_eq!(get(&store, KEY).await.as_deref(), Some(theirs));
    let created = store.create(KEY, "ours", seconds(9)).await.unwrap();
    assert_eq!(created, Created::Exists);
    assert_eq!(replace(&store, theirs, "ours").await, Saved::Done);
    assert_eq!(server.ask::<String>(&["GET", KEY]), "ours");
    // In between they write again.
    server.ask::<()>(&["SET", KEY, theirs]);
    assert_eq!(replace(&store, "ours", "late").await, Saved::Conflict);
    let deleted = store.delete(KEY, Some("ours")).await.unwrap();
    assert_eq!(deleted, Saved::Conflict);
    assert_eq!(server.ask::<String>(&["GET", KEY]), theirs);
    server.ask::<()>(&["DEL", KEY]);
    assert_eq!(replace(&store, theirs, "late").await, Saved::Gone);
    assert_eq!(server.ask::<u64>(&["DBSIZE"]), 0, "not a trace");
}

#[tokio::test]
async fn a_plain_client_finds_the_key_and_the_text_as_they_were_given() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let value = "{\"name\":\"Jos\u{e9} \u{1f980}\",\"nothing\":\"\0\"}";
    create(&store, KEY, value).await;
    assert_eq!(server.ask::<Vec<String>>(&["KEYS", "*"]), [KEY]);
    assert_eq!(server.ask::<String>(&["TYPE", KEY]), "string");
    assert_eq!(server.ask::<Vec<u8>>(&["GET", KEY]), value.as_bytes());
    assert_eq!(replace(&store, value, "").await, Saved::Done);
    assert_eq!(server.ask::<Vec<u8>>(&["GET", KEY]), b"");
    assert_eq!(
        store.delete(KEY, Some("")).await.unwrap(),
        Saved::Done,
        "an empty text is one"
    );
    assert_eq!(server.ask::<u64>(&["DBSIZE"]), 0);
}

#[tokio::test]
async fn a_key_of_another_type_is_corrupt_and_stays() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let others: [&[&str]; 3] = [
        &["HSET", KEY, "field", "value"],
        &["RPUSH", KEY, "value"],
        &["SADD", KEY, "value"],
    ];
    for other in others {
        server.ask::<()>(other);
        let before = server.ask::<Vec<u8>>(&["DUMP", KEY]);
        let corrupt = StoreErrorKind::Corrupt;
        assert_eq!(kind(store.get(KEY).await), Err(corrupt), "{other:?}");
        let created = store.create(KEY, "x", seconds(9)).await;
        assert_eq!(kind(created), Ok(Created::Exists), "{other:?}");
        for expected in ["", "value"] {
            let replaced = store.replace(KEY, expected, "x", seconds(9)).await;
            assert_eq!(kind(replaced), Err(corrupt), "{other:?}");
            let deleted = store.delete(KEY, Some(expected)).await;
            assert_eq!(kind(deleted), Err(corrupt), "{other:?}");
        }
        assert_eq!(server.ask::<Vec<u8>>(&["DUMP", KEY]), before, "changed");
        assert_eq!(server.ask::<i64>(&["PTTL", KEY]), -1, "changed");
        assert_eq!(store.delete(KEY, None).await.unwrap(), Saved::Done);
        assert_eq!(get(&store, KEY).await, None);
    }
}

#[tokio::test]
async fn what_is_not_utf_8_is_corrupt_and_stays() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    for bytes in [
        &b"\xff"[..],
        b"caf\xe9",
        b"\xed\xa0\x80",
        b"cut \xf0\x9f\xa6",
    ] {
        let mut set = ::redis::cmd("SET");
        set.arg(KEY).arg(bytes);
        set.exec(&mut server.connection().unwrap()).unwrap();
        let read = kind(store.get(KEY).await);
        assert_eq!(read, Err(StoreErrorKind::Corrupt), "{bytes:?}");
        // No text is that, above all not what a lossy conversion makes of it.
        let lossy = String::from_utf8_lossy(bytes);
        assert_eq!(replace(&store, &lossy, "x").await, Saved::Conflict);
        let deleted = store.delete(KEY, Some(&lossy)).await.unwrap();
        assert_eq!(deleted, Saved::Conflict);
        assert_eq!(server.ask::<Vec<u8>>(&["GET", KEY]), bytes);
        assert_eq!(store.delete(KEY, None).await.unwrap(), Saved::Done);
    }
}
