//! What is in the server's memory.

use session_runtime::store::{PrincipalIndex, Record, Revocations, SessionLimit, SessionStore};

use super::{HOUR, key, now, principal, revision, store};

#[tokio::test]
async fn d36_keys_and_values_hold_hashes_and_the_data_and_nothing_else() {
    let Some((server, store)) = store(&[]).await else {
        return;
    };
    let data = br#"{"secret":"9f86d081","data":{"user":7}}"#.to_vec();
    let record = |number| {
        Record::new(
            revision(number),
            data.clone(),
            Some(principal(1)),
            now(),
            now() + HOUR,
        )
    };
    store.create(&key(1), &record(1)).await.unwrap();
    store.save(&key(1), revision(1), &record(2)).await.unwrap();
    store.touch(&key(1), now(), now() + 9 * HOUR).await.unwrap();
    store
        .admit(&key(2), None, &record(1), SessionLimit::new(2))
        .await
        .unwrap();
    store.revoke(&key(3), now() + HOUR).await.unwrap();
    store
        .advance_epoch(&principal(1), 0, now() + HOUR)
        .await
        .unwrap();
    let names: Vec<String> = server.ask(&["KEYS", "*"]);
    assert_eq!(names.len(), 5);
    for name in names {
        let hash = name.strip_prefix("session:").unwrap();
        let hash = hash.rsplit(':').next().unwrap();
        let is_hash = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, hash);
        assert_eq!(is_hash.unwrap().len(), 32, "{name}");
        if server.ask::<String>(&["TYPE", &name]) == "string" {
            let text = server.ask::<Vec<u8>>(&["GET", &name]);
            if name.starts_with("session:r:") {
                assert!(text.iter().all(u8::is_ascii_digit), "{name}");
            } else {
                let (numbers, rest) = text.split_at(81);
                assert!(numbers[1..].iter().all(u8::is_ascii_digit), "{name}");
                // A random token.
                let rest = &rest[8..];
                assert_eq!(rest, [principal(1).as_bytes().as_slice(), &data].concat());
            }
            continue;
        }
        for (field, value) in server.ask::<Vec<(Vec<u8>, Vec<u8>)>>(&["HGETALL", &name]) {
            match field.as_slice() {
                b"epoch" | b"until" => {
                    assert!(value.iter().all(u8::is_ascii_digit), "{name} {field:?}");
                }
                // A record's key, with a random token.
                _ => assert_eq!((field.len(), value.len()), (32, 8), "{name}"),
            }
        }
    }
}
