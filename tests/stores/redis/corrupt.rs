//! What others have put where records are.

use session_runtime::store::{
    Created, PrincipalIndex, RedisStore, SessionStore, StoreError, StoreErrorKind,
};
use tests::servers::redis::RedisServer;

use super::{HOUR, key, now, principal, record, record_of, revision, store};

fn name(server: &RedisServer, part: &str) -> String {
    let mut names: Vec<String> = server.ask(&["KEYS", "session:*"]);
    names.retain(|name| name.contains(":p:") == (part == "p"));
    assert_eq!(names.len(), 1);
    names.remove(0)
}

async fn loads(store: &RedisStore) -> StoreErrorKind {
    store.load(&key(1)).await.unwrap_err().kind()
}

#[tokio::test]
async fn a_record_with_garbage_in_its_head_is_corrupt() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let garbage = [
        ("its kind", "0", "b"),
        ("its revision", "1", "seven"),
        ("its revision", "1", "-"),
        ("its revision, of 64 bits", "1", "09223372036854775808"),
        ("its last use", "21", " "),
        ("its end", "41", "99999999999999999999"),
        ("until when it is in the index", "61", "x"),
    ];
    for (what, place, text) in garbage {
        let record = record_of(principal(1), 1);
        store.create(&key(1), &record).await.unwrap();
        server.ask::<()>(&["SETRANGE", &name(&server, ""), place, text]);
        assert_eq!(loads(&store).await, StoreErrorKind::Corrupt, "{what}");
        store.delete(&key(1), None).await.unwrap();
        store.list(&principal(1)).await.unwrap(); // removes what is left in the index
    }
}

#[tokio::test]
async fn a_record_whose_head_is_cut_off_is_corrupt() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store
        .create(&key(1), &record_of(principal(1), 1))
        .await
        .unwrap();
    let name = name(&server, "");
    let text = server.ask::<Vec<u8>>(&["GET", &name]);
    for length in [1, 20, 61, 120] {
        let mut cut = ::redis::cmd("SET");
        cut.arg(&name).arg(&text[..length]);
        cut.exec(&mut server.connection().unwrap()).unwrap();
        assert_eq!(loads(&store).await, StoreErrorKind::Corrupt, "{length}");
    }
}

#[tokio::test]
async fn what_is_no_record_is_corrupt_for_every_call_and_can_be_deleted() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    let name = name(&server, "");
    let kind = |error: StoreError| error.kind();
    let corrupt = StoreErrorKind::Corrupt;
    let others: [&[&str]; 3] = [
        &["SET", &name, "x"],
        &["SET", &name, ""],
        &["HSET", &name, "revision", "1"],
    ];
    for other in others {
        server.ask::<()>(&["DEL", &name]);
        server.ask::<()>(other);
        let before = server.ask::<Vec<u8>>(&["DUMP", &name]);
        assert_eq!(loads(&store).await, corrupt, "{other:?}");
        let created = store.create(&key(1), &record(2)).await.unwrap();
        assert_eq!(created, Created::Exists, "{other:?}");
        let saved = store.save(&key(1), revision(1), &record(2)).await;
        assert_eq!(saved.map_err(kind), Err(corrupt), "{other:?}");
        let touched = store.touch(&key(1), now(), now() + HOUR).await;
        assert_eq!(touched.map_err(kind), Err(corrupt), "{other:?}");
        let deleted = store.delete(&key(1), Some(revision(1))).await;
        assert_eq!(deleted.map_err(kind), Err(corrupt), "{other:?}");
        assert_eq!(server.ask::<Vec<u8>>(&["DUMP", &name]), before, "changed");
        store.delete(&key(1), None).await.unwrap();
        assert_eq!(store.load(&key(1)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_index_with_garbage_in_it_is_corrupt() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store
        .create(&key(1), &record_of(principal(1), 1))
        .await
        .unwrap();
    let index = name(&server, "p");
    server.ask::<()>(&["HSET", &index, "no key", "no token"]);
    let listed = store
        .list(&principal(1))
        .await
        .map_err(|error| error.kind());
    assert_eq!(listed, Err(StoreErrorKind::Corrupt));
    server.ask::<()>(&["DEL", &index]);
    server.ask::<()>(&["SET", &index, "x"]);
    let listed = store
        .list(&principal(1))
        .await
        .map_err(|error| error.kind());
    assert_eq!(listed, Err(StoreErrorKind::Corrupt));
}

#[tokio::test]
async fn an_error_names_no_key() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    let name = name(&server, "");
    server.ask::<()>(&["DEL", &name]);
    server.ask::<()>(&["HSET", &name, "x", "y"]);
    let error = store.load(&key(1)).await.unwrap_err();
    let text = format!("{error:?} {}", super::said(&error));
    assert!(text.contains("WRONGTYPE"), "{text}");
    assert!(
        !text.contains(name.strip_prefix("session:").unwrap()),
        "{text}"
    );
}

#[tokio::test]
async fn an_error_names_no_key_though_the_server_repeats_it() {
    // It answers: unknown command, with args beginning with …
    let Some((_server, store)) = store(&["--rename-command", "GET", ""]).await else {
        return;
    };
    let error = store.load(&key(1)).await.unwrap_err();
    let text = format!("{error:?} {}", super::said(&error));
    assert!(text.contains("ERR") && !text.contains("session:"), "{text}");
}
