//! From the old application to the new, and what each step sends.

use std::time::Duration;

use axum_extra::extract::cookie::Key as JarKey;
use session_runtime::{
    Config, CookieOptions, EventKind, SendCause,
    cookie_jar::JarCookie,
    store::{MemoryStore, SessionLimit, WhenFull},
    testing::{HeldClock, Operation, UnreliableStore},
};
use tests::{Client, key};

use super::{Auth, DAY, NewApp, OLD, OURS, fetch, jar_key, old, old_app, sealed_by_jar, until};

const REMOVAL: &str = "user=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; \
                       HttpOnly; Secure; SameSite=Lax";

#[tokio::test]
async fn nobody_is_signed_out_on_the_way_and_who_signs_out_is() {
    let clock = HeldClock::new();
    for app in NewApp::both(&clock) {
        let mut client = app.client().await;
        assert!(client.get("/me").await.text().contains("visit 3"));
        assert!(client.cookie(OURS).is_some() && client.cookie(OLD).is_none());
        for hour in 1..=11 {
            for _ in 0..4 {
                clock.advance(Duration::from_secs(15 * 60));
                client.get("/visit").await;
            }
            let expected = format!("7, visit {}", 3 + hour * 4);
            assert_eq!(client.get("/me").await.text(), expected);
        }
        client.get("/logout").await;
        assert!(client.cookie(OURS).is_none() && client.cookie(OLD).is_none());
        assert_eq!(client.get("/me").await.text(), "absent");
    }
}

#[tokio::test]
async fn a_page_sets_ours_and_removes_the_old_one() {
    let clock = HeldClock::new();
    for app in NewApp::both(&clock) {
        let mut client = app.client().await;
        let answer = client.get("/me").await;
        let cookies = answer.set_cookies();
        assert!(cookies.contains(&REMOVAL), "{cookies:?}");
        assert!(cookies.iter().any(|line| line.starts_with(OURS)));
        assert_eq!(cookies.len(), 2);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(app.reported(|event| matches!(
            event,
            EventKind::Sent {
                cause: SendCause::Migrated,
                ..
            }
        )));
        assert_eq!(client.get("/me").await.set_cookies(), [""; 0]);
    }
}

#[tokio::test]
async fn a_fetch_reads_the_old_cookie_and_leaves_it() {
    let clock = HeldClock::new();
    for app in NewApp::both(&clock) {
        let mut client = app.client().await;
        let answer = fetch(&mut client, "/me").await;
        assert_eq!(answer.text(), "7, visit 3");
        assert_eq!(answer.set_cookies(), [""; 0]);
    }
}

#[tokio::test]
async fn what_a_fetch_writes_is_kept() {
    let clock = HeldClock::new();
    for app in NewApp::both(&clock) {
        let mut client = app.client().await;
        assert_eq!(fetch(&mut client, "/visit").await.set_cookies().len(), 2);
        assert!(client.cookie(OLD).is_none());
        assert_eq!(client.get("/me").await.text(), "7, visit 4");
    }
}

#[tokio::test]
async fn the_session_begins_when_it_is_taken_over() {
    for (unused, lives) in [(1_799_999, true), (1_800_000, false)] {
        let clock = HeldClock::new();
        for app in NewApp::both(&clock) {
            let mut client = app.client().await;
            clock.set(HeldClock::new().now() + 20 * DAY);
            assert_eq!(client.get("/me").await.text(), "7, visit 3");
            clock.advance(Duration::from_millis(unused));
            assert_eq!(client.get("/me").await.text() == "7, visit 3", lives);
        }
    }
}

#[tokio::test]
async fn of_both_cookies_ours_counts_and_the_old_one_is_removed_with_the_next_page() {
    let clock = HeldClock::new();
    for app in NewApp::both(&clock) {
        let mut client = Client::new(app.router.clone());
        client.get("/login?id=8").await;
        client.set_cookie(OLD, sealed_by_jar(OLD, r#"{"user_id":7,"visits":3}"#));
        let answer = fetch(&mut client, "/me").await;
        assert_eq!(
            (answer.text().as_str(), answer.set_cookies().len()),
            ("8, visit 0", 0)
        );
        assert!(!app.reported(|event| *event == EventKind::OldCookieStayed));
        let answer = client.get("/me").await;
        assert_eq!(answer.text(), "8, visit 0");
        assert_eq!(answer.set_cookies(), [REMOVAL]);
        assert!(app.reported(|event| *event == EventKind::OldCookieStayed));
        assert_eq!(client.get("/me").await.set_cookies(), [""; 0]);
    }
}

/// However the old application made its key, the key itself is what is given.
#[tokio::test]
async fn a_key_that_was_derived_or_generated_opens() {
    let clock = HeldClock::new();
    for jar_key in [JarKey::derive_from(&[7; 32]), JarKey::generate()] {
        let mut client = Client::new(old_app::router(jar_key.clone()));
        client.get("/login?id=9").await;
        let old = JarCookie::private(OLD, jar_key, until(&clock));
        let app = NewApp::new(Config::new(key(1)).also_open_jar(old), &clock);
        let mut client = client.at(app.router.clone());
        assert_eq!(client.get("/me").await.text(), "9, visit 3");
    }
}

#[tokio::test]
async fn the_application_says_how_its_text_becomes_a_session() {
    let clock = HeldClock::new();
    let read = |text: &str| {
        Some(Auth {
            user_id: Some(text.parse().ok()?),
            ..Auth::default()
        })
    };
    let app = NewApp::new(
        Config::new(key(1)).also_open_jar(old(&clock).read_with(read)),
        &clock,
    );
    let mut client = Client::new(app.router.clone());
    client.set_cookie(OLD, sealed_by_jar(OLD, "12"));
    assert_eq!(client.get("/me").await.text(), "12, visit 0");
}

#[tokio::test]
async fn fields_that_the_old_json_lacks_have_their_defaults() {
    let clock = HeldClock::new();
    let app = NewApp::sealed(&clock);
    let mut client = Client::new(app.router.clone());
    client.set_cookie(OLD, sealed_by_jar(OLD, r#"{"gone":[],"user_id":7}"#));
    assert_eq!(client.get("/me").await.text(), "7, visit 0");
}

#[tokio::test]
async fn a_signed_jar_is_taken_over_too() {
    let clock = HeldClock::new();
    let mut client = Client::new(old_app::router(jar_key()));
    client.get("/login-signed?id=7").await;
    let old = JarCookie::signed(OLD, jar_key(), until(&clock));
    let app = NewApp::new(Config::new(key(1)).also_open_jar(old), &clock);
    let mut client = client.at(app.router.clone());
    assert_eq!(client.get("/me").await.text(), "7, visit 3");
    assert!(client.cookie(OLD).is_none() && client.cookie(OURS).is_some());
}

#[tokio::test]
async fn it_is_removed_with_the_attributes_that_it_was_set_with() {
    let clock = HeldClock::new();
    let attributes = CookieOptions::new()
        .path("/app")
        .domain("example.org")
        .secure(false);
    let config = Config::new(key(1)).also_open_jar(old(&clock).attributes(attributes));
    let app = NewApp::new(config, &clock);
    let expected = "user=; Max-Age=0; Domain=example.org; Path=/app; \
                    Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax";
    for path in ["/me", "/logout", "/login?id=1"] {
        let answer = app.client().await.get(path).await;
        assert!(answer.set_cookies().contains(&expected), "{path}");
    }
}

#[tokio::test]
async fn over_plain_http_the_removal_is_not_secure() {
    let clock = HeldClock::new();
    let config = Config::new(key(1))
        .insecure_over_http()
        .also_open_jar(old(&clock));
    let app = NewApp::new(config, &clock);
    let answer = app.client().await.get("/me").await;
    assert_eq!(answer.set_cookies().len(), 2);
    for line in answer.set_cookies() {
        assert!(!line.contains("Secure"), "{line}");
    }
}

/// The `cookie` crate escapes characters of names that a token may have.
#[tokio::test]
async fn a_name_that_the_jar_escapes_is_found_and_removed_as_it_was_set() {
    let clock = HeldClock::new();
    let old = JarCookie::private("a#b", jar_key(), until(&clock));
    let app = NewApp::new(Config::new(key(1)).also_open_jar(old), &clock);
    let mut client = Client::new(app.router.clone());
    client.set_cookie("a%23b", sealed_by_jar("a#b", r#"{"user_id":7}"#));
    let answer = client.get("/me").await;
    assert_eq!(answer.text(), "7, visit 0");
    assert!(client.cookie("a%23b").is_none());
}

/// Under one name ours replaces the old one by itself.
#[tokio::test]
async fn ours_may_have_the_name_of_the_old_one() {
    let clock = HeldClock::new();
    let name = "__Host-auth";
    let take = |config: Config<Auth>| {
        let old = JarCookie::private(name, jar_key(), until(&clock));
        NewApp::new(config.also_open_jar(old), &clock)
    };
    for app in [
        take(Config::new(key(1))),
        take(Config::stored(MemoryStore::new())),
    ] {
        let mut client = Client::new(app.router.clone());
        let old = sealed_by_jar(name, r#"{"user_id":7}"#);
        client.set_cookie(name, old.clone());
        let answer = client.get("/me").await;
        assert_eq!(
            (answer.text().as_str(), answer.set_cookies().len()),
            ("7, visit 0", 1)
        );
        assert_ne!(client.cookie(name), Some(old.as_str()));
        assert_eq!(client.get("/me").await.text(), "7, visit 0");
        assert_eq!(client.get("/logout").await.set_cookies().len(), 1);
        assert_eq!(client.get("/me").await.text(), "absent");
    }
}

/// Twenty bytes of text make a value of the length of a stored session's token.
#[tokio::test]
async fn an_old_value_of_the_shape_of_a_token_is_taken_over() {
    let clock = HeldClock::new();
    let old = JarCookie::private(OURS, jar_key(), until(&clock)).read_with(|text| {
        Some(Auth {
            user_id: Some(text.len() as u64),
            ..Auth::default()
        })
    });
    let app = NewApp::new(
        Config::stored(MemoryStore::new()).also_open_jar(old),
        &clock,
    );
    let text = "a".repeat(20);
    let has_shape = |value: &String| {
        value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let value = std::iter::repeat_with(|| sealed_by_jar(OURS, &text)).find(has_shape);
    let mut client = Client::new(app.router.clone());
    client.set_cookie(OURS, value.unwrap());
    assert_eq!(client.get("/me").await.text(), "20, visit 0");
}

#[tokio::test]
async fn what_is_kept_stays_beside_ours_until_somebody_signs_in_or_out() {
    let clock = HeldClock::new();
    let kept = |config: Config<Auth>| NewApp::new(config.also_open_jar(old(&clock).keep()), &clock);
    for app in [
        kept(Config::new(key(1))),
        kept(Config::stored(MemoryStore::new())),
    ] {
        for path in ["/login?id=8", "/logout"] {
            let mut client = app.client().await;
            assert_eq!(client.get("/me").await.set_cookies().len(), 1);
            assert_eq!(client.get("/visit").await.text(), "");
            assert_eq!(client.get("/me").await.text(), "7, visit 4");
            // A server of the old application, still.
            let mut beside = client.at(old_app::router(jar_key()));
            assert!(beside.get("/me").await.text().contains("\"user_id\":7"));
            client.get(path).await;
            assert!(client.cookie(OLD).is_none(), "{path}");
        }
        assert!(!app.reported(|event| *event == EventKind::OldCookieStayed));
    }
}

/// Nobody asked for the new session: a page does not fail because of it.
#[tokio::test]
async fn a_page_that_cannot_take_over_is_answered_and_keeps_the_old_cookie() {
    let clock = HeldClock::new();
    let limit = SessionLimit::new(1).when_full(WhenFull::Refuse);
    let full = Config::stored(MemoryStore::new()).limit(limit);
    let app = NewApp::new(full.also_open_jar(old(&clock)), &clock);
    app.client().await.get("/me").await;
    let mut second = app.client().await;
    let answer = second.get("/me").await;
    assert_eq!(
        (answer.status().as_u16(), answer.set_cookies().len()),
        (200, 0)
    );
    assert!(app.reported(|event| *event == EventKind::LimitReached));

    let store = UnreliableStore::new(MemoryStore::new());
    store.on(Operation::Create).fail_next(1);
    let app = NewApp::new(Config::stored(store).also_open_jar(old(&clock)), &clock);
    let mut client = app.client().await;
    let answer = client.get("/me").await;
    assert_eq!(
        (answer.status().as_u16(), answer.set_cookies().len()),
        (200, 0)
    );
    assert_eq!(client.get("/me").await.set_cookies().len(), 2);
}

/// A signed cookie becomes another session with each request, until ours is sent.
#[tokio::test]
async fn o10_a_token_for_a_script_is_one_of_the_session_that_stays() {
    let clock = HeldClock::new();
    let key = jar_key();
    let signed = JarCookie::signed(OLD, key.clone(), until(&clock));
    let value = old_app::signed(&key, OLD, r#"{"user_id":7}"#);
    let configs = [
        Config::new(super::any_key()).also_open_jar(signed),
        Config::new(super::any_key()).also_open_jar(old(&clock)),
        Config::stored(MemoryStore::new()).also_open_jar(old(&clock)),
    ];
    for (place, config) in configs.into_iter().enumerate() {
        let app = NewApp::new(config, &clock);
        let mut client = app.client().await;
        if place == 0 {
            client.set_cookie(OLD, &*value);
        }
        let token = fetch(&mut client, "/form").await.text();
        let path = format!("/send?token={token}");
        assert_eq!(fetch(&mut client, &path).await.text(), "true", "{place}");
    }
}
