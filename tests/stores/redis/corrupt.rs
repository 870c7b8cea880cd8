//! What others have put where records are.

use session_runtime::store::{
    PrincipalIndex, RedisStore, SessionStore, StoreError, StoreErrorKind,
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
async fn a_record_without_one_of_its_fields_is_corrupt() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    for field in ["revision", "data", "touched", "expires"] {
        store.create(&key(1), &record(1)).await.unwrap();
        server.ask::<()>(&["HDEL", &name(&server, ""), field]);
        assert_eq!(loads(&store).await, StoreErrorKind::Corrupt, "{field}");
        store.delete(&key(1), None).await.unwrap();
        assert_eq!(store.load(&key(1)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_record_with_garbage_in_a_field_is_corrupt() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let garbage = [
        ("revision", "seven"),
        ("revision", "-1"),
        ("revision", "9223372036854775808"),
        ("touched", ""),
        ("touched", "1.5"),
        ("expires", "18446744073709551616"),
        ("principal", "short"),
    ];
    for (field, value) in garbage {
        store.create(&key(1), &record(1)).await.unwrap();
        server.ask::<()>(&["HSET", &name(&server, ""), field, value]);
        assert_eq!(loads(&store).await, StoreErrorKind::Corrupt, "{field}");
        store.delete(&key(1), None).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_no_hash_is_corrupt_for_every_call_and_can_be_deleted() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    let name = name(&server, "");
    server.ask::<()>(&["DEL", &name]);
    server.ask::<()>(&["SET", &name, "x"]);
    let kind = |error: StoreError| error.kind();
    let corrupt = StoreErrorKind::Corrupt;
    assert_eq!(loads(&store).await, corrupt);
    let created = store.create(&key(1), &record(2)).await.map_err(kind);
    assert_eq!(created, Err(corrupt));
    let saved = store
        .save(&key(1), revision(1), &record(2))
        .await
        .map_err(kind);
    assert_eq!(saved, Err(corrupt));
    let touched = store
        .touch(&key(1), now(), now() + HOUR)
        .await
        .map_err(kind);
    assert_eq!(touched, Err(corrupt));
    let deleted = store.delete(&key(1), Some(revision(1))).await.map_err(kind);
    assert_eq!(deleted, Err(corrupt));
    assert_eq!(
        server.ask::<String>(&["GET", &name]),
        "x",
        "nothing was changed"
    );
    store.delete(&key(1), None).await.unwrap();
    assert_eq!(store.load(&key(1)).await.unwrap(), None);
}

#[tokio::test]
async fn a_record_without_a_revision_is_corrupt_for_what_would_change_it() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    store.create(&key(1), &record(1)).await.unwrap();
    server.ask::<()>(&["HDEL", &name(&server, ""), "revision"]);
    let kind = |error: StoreError| error.kind();
    let saved = store
        .save(&key(1), revision(1), &record(2))
        .await
        .map_err(kind);
    assert_eq!(saved, Err(StoreErrorKind::Corrupt));
    let touched = store
        .touch(&key(1), now(), now() + HOUR)
        .await
        .map_err(kind);
    assert_eq!(touched, Err(StoreErrorKind::Corrupt));
    let deleted = store.delete(&key(1), Some(revision(1))).await.map_err(kind);
    assert_eq!(deleted, Err(StoreErrorKind::Corrupt));
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
    server.ask::<()>(&["SET", &name, "x"]);
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
    let Some((_server, store)) = store(&["--rename-command", "HMGET", ""]).await else {
        return;
    };
    let error = store.load(&key(1)).await.unwrap_err();
    let text = format!("{error:?} {}", super::said(&error));
    assert!(text.contains("ERR") && !text.contains("session:"), "{text}");
}
