//! The cookies of @hattip/session, as its own suite has them, and what this library adds.
//!
//! A test that shows a row of that suite (28 cases of 17 tests) is named after it. Rows without a
//! test here: 187 to 189, the date, are tests of `format::hattip::date`; 190 to 192 of the stores
//! in memory, Redis and KV are in `hattip_stores`.

use std::time::Duration;

use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, CookieKeys, Key, Reason, SecureSession, Session, SessionRegistry, Sessions, Settings,
    Unmounted,
    hattip::{EncryptionKeys, SigningKeys},
    testing::HeldClock,
};
use tests::Client;

const SECRET: &str = "a secret of thirty-two bytes, or so";
const OTHER: &str = "another secret, of as many bytes too";

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "session")]
struct Visitor {
    user: Option<String>,
    n: u32,
}

#[derive(SessionRegistry)]
struct Visitors {
    visitor: Config<Visitor>,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "other")]
struct Other {
    email: Option<String>,
}

#[derive(SessionRegistry)]
struct Others {
    other: Config<Other>,
}

async fn write(mut session: Session<Visitor>) {
    session.set_user("alice").update_n(|n| *n += 1);
}

async fn read(session: Session<Visitor>) -> String {
    let reason = session.meta().reason();
    format!("{:?} {} {reason:?}", session.user(), session.n())
}

async fn delete(mut session: Session<Visitor>) {
    session.delete();
}

const WRITTEN: &str = "Some(\"alice\") 1 None";

fn server(visitor: Config<Visitor>) -> (Client, Sessions<Visitors>, HeldClock) {
    let clock = HeldClock::new();
    let settings = Settings::new().clock(&clock);
    let unmounted = Unmounted::with_settings(Visitors { visitor }, settings).unwrap();
    let mut sessions = None;
    let router = unmounted.mount(|own| {
        sessions = Some(own.clone());
        Router::new()
            .route("/write", get(write))
            .route("/read", get(read))
            .route("/delete", get(delete))
    });
    (Client::new(router), sessions.unwrap(), clock)
}

fn fresh(reason: Reason) -> String {
    format!("None 0 {:?}", Some(reason))
}

fn both() -> [CookieKeys; 2] {
    [
        SigningKeys::from_secrets([SECRET]).unwrap().into(),
        EncryptionKeys::generate().unwrap().into(),
    ]
}

#[tokio::test]
async fn rows_176_182_and_190_what_is_written_is_read() {
    for keys in both() {
        let (mut client, ..) = server(Config::new(keys));
        assert_eq!(client.get("/read").await.text(), fresh(Reason::Absent));
        let answer = client.get("/write").await;
        assert_eq!(answer.set_cookies().len(), 1);
        let read = client.get("/read").await;
        assert_eq!(read.text(), WRITTEN);
        assert!(read.set_cookies().is_empty(), "a read sends nothing");
    }
}

#[tokio::test]
async fn rows_177_and_183_an_older_key_opens_and_the_newest_seals_and_the_end_stays() {
    let (old, new) = (
        SigningKeys::from_secrets([OTHER]).unwrap(),
        SigningKeys::from_secrets([SECRET]).unwrap(),
    );
    let pair: (CookieKeys, CookieKeys) = (old.clone().into(), new.also_open(old).into());
    let (old, new) = (
        EncryptionKeys::generate().unwrap(),
        EncryptionKeys::generate().unwrap(),
    );
    let other: (CookieKeys, CookieKeys) = (old.clone().into(), new.also_open(old).into());
    for (old, both) in [pair, other] {
        let (mut client, sessions, clock) = server(Config::new(old));
        client.get("/write").await;
        sessions.swap_keyring::<Visitor>(both).unwrap();
        clock.advance(Duration::from_secs(200));
        let read = client.get("/read").await;
        assert_eq!(read.text(), WRITTEN);
        assert_eq!(read.set_cookies().len(), 1, "sealed anew");
        assert!(client.get("/read").await.set_cookies().is_empty());
        clock.advance(Duration::from_secs(99));
        assert_eq!(client.get("/read").await.text(), WRITTEN);
        clock.advance(Duration::from_secs(1));
        assert_eq!(client.get("/read").await.text(), fresh(Reason::Expired));
    }
}

#[tokio::test]
async fn rows_178_and_185_what_was_changed_is_nobodys() {
    for keys in both() {
        let (mut client, ..) = server(Config::new(keys));
        client.get("/write").await;
        let value = client.cookie("session").unwrap().to_owned();
        for changed in [
            format!("x{value}"),
            format!("{value}x"),
            value.replacen('.', ".A", 1),
        ] {
            client.set_cookie("session", changed.clone());
            let read = client.get("/read").await.text();
            let refused = [fresh(Reason::Tampered), fresh(Reason::Malformed)];
            assert!(refused.contains(&read), "{changed}: {read}");
        }
    }
}

#[tokio::test]
async fn rows_179_180_and_184_what_is_no_cookie_of_theirs_is_malformed() {
    for keys in both() {
        let (mut client, ..) = server(Config::new(keys));
        for garbage in [
            "hello",
            "",
            ".",
            "%7B%22user%22%3A%22eve%22%7D",
            "!.WwBVxKAB.%7B%7D",
        ] {
            client.set_cookie("session", garbage);
            let read = client.get("/read").await.text();
            let refused = [fresh(Reason::Tampered), fresh(Reason::Malformed)];
            assert!(refused.contains(&read), "{garbage}: {read}");
        }
    }
}

#[test]
fn rows_181_and_186_keys_go_out_and_come_back() {
    let signing = SigningKeys::generate().unwrap().expose_base64();
    let again = SigningKeys::from_base64([&signing]).unwrap();
    assert_eq!((signing.len(), &again.expose_base64()), (86, &signing));
    let encryption = EncryptionKeys::generate().unwrap().expose_base64();
    let again = EncryptionKeys::from_base64([&encryption]).unwrap();
    assert_eq!(
        (encryption.len(), &again.expose_base64()),
        (43, &encryption)
    );
}

#[tokio::test]
async fn row_191_a_session_ends_five_minutes_after_its_last_change() {
    for keys in both() {
        let (mut client, _, clock) = server(Config::new(keys));
        client.get("/write").await;
        clock.advance(Duration::from_millis(299_999));
        assert_eq!(client.get("/read").await.text(), WRITTEN);
        clock.advance(Duration::from_millis(1));
        assert_eq!(client.get("/read").await.text(), fresh(Reason::Expired));
    }
}

#[tokio::test]
async fn a_limit_of_our_own_counts_from_the_last_change_too() {
    let keys = SigningKeys::from_secrets([SECRET]).unwrap();
    let (mut client, _, clock) = server(Config::new(keys).idle(Duration::from_secs(60)));
    client.get("/write").await;
    clock.advance(Duration::from_secs(59));
    client.get("/write").await;
    clock.advance(Duration::from_secs(59));
    assert_eq!(client.get("/read").await.text(), "Some(\"alice\") 2 None");
    clock.advance(Duration::from_secs(1));
    assert_eq!(client.get("/read").await.text(), fresh(Reason::Expired));
}

#[tokio::test]
async fn a_deleted_session_is_removed_from_the_browser() {
    for keys in both() {
        let (mut client, ..) = server(Config::new(keys));
        client.get("/write").await;
        let line = client.get("/delete").await.set_cookies()[0].to_owned();
        assert!(line.starts_with("session=; Max-Age=0;"), "{line}");
        assert_eq!(client.get("/read").await.text(), fresh(Reason::Absent));
    }
}

#[tokio::test]
async fn a_session_of_node_goes_on_here() {
    let keys = SigningKeys::from_secrets(["topsecret"]).unwrap();
    let (mut client, _, clock) = server(Config::new(keys));
    clock.set(std::time::UNIX_EPOCH + Duration::from_millis(1_790_000_001_123));
    let known = "-MRa68itjYXx32Gkls-5zGZavwMzKnvNHMGblhePVnY.WwBVxKAB.\
                 %7B%22user%22%3A%22alice%22%2C%22n%22%3A42%7D";
    client.set_cookie("session", known);
    assert_eq!(client.get("/read").await.text(), "Some(\"alice\") 42 None");
    let cookie = client.get("/write").await.set_cookies()[0].to_owned();
    assert!(cookie.contains("%22n%22%3A43"), "{cookie}");
}

#[tokio::test]
async fn fields_that_the_struct_does_not_know_stay_as_they_are() {
    for keys in both() {
        let (mut client, _, clock) = server(Config::new(keys.clone()));
        let other = Config::new(keys).cookie_name("session");
        let settings = Settings::new().clock(&clock);
        let unmounted = Unmounted::with_settings(Others { other }, settings);
        let sessions = unmounted.unwrap().codec();
        let theirs = Other {
            email: Some("alice@example.org".to_owned()),
        };
        client.set_cookie(
            "session",
            sessions.encode(&sessions.create(theirs)).unwrap(),
        );
        client.get("/write").await;
        let value = client.cookie("session").unwrap();
        let ours = sessions.decode::<Other>(value).unwrap();
        assert_eq!(ours.email(), Some("alice@example.org"));
    }
}

fn unsigned() -> Config<Visitor> {
    Config::insecure_unsigned(|visitor: &Visitor| visitor.n < 10)
}

#[tokio::test]
async fn rows_176_and_190_an_unsigned_session_is_written_and_read_and_has_no_end() {
    let (mut client, _, clock) = server(unsigned());
    let line = client.get("/write").await.set_cookies()[0].to_owned();
    let json = "session=%7B%22user%22%3A%22alice%22%2C%22n%22%3A1%7D;";
    assert!(line.starts_with(json), "{line}");
    clock.advance(Duration::from_secs(1_000_000));
    let read = client.get("/read").await;
    assert_eq!(read.text(), WRITTEN);
    assert!(read.set_cookies().is_empty());
}

#[tokio::test]
async fn an_unsigned_session_that_the_application_refuses_is_a_fresh_one() {
    let (mut client, ..) = server(unsigned());
    for (value, shown) in [
        (
            "%7B%22user%22%3A%22eve%22%2C%22n%22%3A9%7D",
            "Some(\"eve\") 9 None".to_owned(),
        ),
        (
            "%7B%22user%22%3A%22eve%22%2C%22n%22%3A10%7D",
            fresh(Reason::SchemaMismatch),
        ),
        ("%7B%22n%22%3A-1%7D", fresh(Reason::SchemaMismatch)),
        ("5", fresh(Reason::Malformed)),
        ("%7B", fresh(Reason::Malformed)),
    ] {
        client.set_cookie("session", value);
        assert_eq!(client.get("/read").await.text(), shown, "{value}");
    }
}

#[tokio::test]
async fn another_question_does_not_take_the_place_of_the_first() {
    let (mut client, ..) = server(unsigned().validate(|visitor| visitor.n != 5));
    for (n, is_taken) in [(4, true), (5, false), (9, true), (10, false)] {
        client.set_cookie(
            "session",
            format!("%7B%22user%22%3Anull%2C%22n%22%3A{n}%7D"),
        );
        let read = client.get("/read").await.text();
        assert_eq!(read == format!("None {n} None"), is_taken, "{read}");
    }
}

#[test]
fn limits_and_revocations_are_refused_where_anybody_writes_the_cookie() {
    let store = session_runtime::store::MemoryStore::new();
    for (visitor, setting) in [
        (unsigned().idle(Duration::from_secs(60)), "idle, absolute"),
        (unsigned().revocations(store), "revocations"),
    ] {
        let error = Unmounted::new(Visitors { visitor }).err().unwrap();
        let text = error.to_string();
        assert!(
            text.contains(setting) && text.contains("not bound by them"),
            "{text}"
        );
    }
}

#[test]
fn keys_that_cannot_work_are_refused_and_never_shown() {
    let error = SigningKeys::from_secrets([SECRET, ""]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "SigningKeys::from_secrets: key 2: is empty"
    );
    let error = EncryptionKeys::from_base64(["c2VjcmV0"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "EncryptionKeys::from_base64: key 1: has another length than AES's 16, 24 or 32 bytes"
    );
    assert!(SigningKeys::from_base64(["?"]).is_err());
    assert!(SigningKeys::from_secrets([""; 0]).is_err());
    let shown = format!("{:?}", both());
    assert_eq!(
        shown,
        "[SigningKeys(1 keys, REDACTED), EncryptionKeys(1 keys, REDACTED)]"
    );
}

#[test]
fn keys_of_another_format_are_refused_at_start() {
    let wrong = Config::<Visitor>::new(SigningKeys::from_secrets([SECRET]).unwrap())
        .format(session_runtime::Format::Sealed);
    let error = Unmounted::new(Visitors { visitor: wrong }).err().unwrap();
    assert!(error.to_string().contains("leave `format` out"), "{error}");
    let wrong = Config::<Visitor>::new(Key::generate().unwrap())
        .format(session_runtime::Format::HattipSigned);
    assert!(Unmounted::new(Visitors { visitor: wrong }).is_err());
}

#[derive(SessionRegistry)]
struct Two {
    visitor: Config<Visitor>,
    other: Config<Other>,
}

#[test]
fn two_sessions_on_one_key_are_refused_at_start() {
    for keys in both() {
        let two = Two {
            visitor: Config::new(keys.clone()),
            other: Config::new(keys),
        };
        let error = Unmounted::new(two).err().unwrap();
        assert!(
            error.to_string().contains("give each its own key"),
            "{error}"
        );
    }
}
