//! Old cookies that give no session.

use base64::{Engine, engine::general_purpose::STANDARD};
use session_runtime::{Config, store::MemoryStore, testing::HeldClock};
use tests::{Client, key};

use super::{NewApp, OLD, old, old_app, sealed_by_jar};

const JSON: &str = r#"{"user_id":7,"visits":3}"#;

/// What becomes of a request with this old cookie.
async fn answer(app: &NewApp, value: &str) -> (u16, String, usize) {
    let mut client = Client::new(app.router.clone());
    client.set_cookie(OLD, value);
    let answer = client.get("/me").await;
    (
        answer.status().as_u16(),
        answer.text(),
        answer.set_cookies().len(),
    )
}

fn fresh(reason: &str) -> (u16, String, usize) {
    (200, reason.to_owned(), 0)
}

#[tokio::test]
async fn d04_an_old_cookie_with_any_bit_flipped_or_cut_at_any_length_gives_a_fresh_session() {
    let clock = HeldClock::new();
    for app in NewApp::both(&clock) {
        let good = sealed_by_jar(OLD, JSON);
        let plain = good.replace("%2F", "/").replace("%3D", "=");
        let bytes = STANDARD.decode(&plain).unwrap();
        assert_eq!(answer(&app, &good).await.1, "7, visit 3");
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let value = STANDARD.encode(flipped);
            assert_eq!(answer(&app, &value).await, fresh("tampered"), "bit {bit}");
        }
        for length in 0..bytes.len() {
            let value = STANDARD.encode(&bytes[..length]);
            assert_eq!(
                answer(&app, &value).await,
                fresh("tampered"),
                "length {length}"
            );
        }
    }
}

#[tokio::test]
async fn d05_an_old_cookie_opens_under_its_own_name_and_key_alone() {
    let clock = HeldClock::new();
    let app = NewApp::sealed(&clock);
    let renamed = sealed_by_jar("role", JSON);
    assert_eq!(answer(&app, &renamed).await, fresh("tampered"));
    let other = axum_extra::extract::cookie::Key::generate();
    let foreign = old_app::sealed(&other, OLD, JSON);
    assert_eq!(answer(&app, &foreign).await, fresh("tampered"));
    let signed = old_app::signed(&super::jar_key(), OLD, JSON);
    assert_eq!(answer(&app, &signed).await, fresh("tampered"));
}

#[tokio::test]
async fn text_that_is_no_session_gives_a_fresh_one() {
    let clock = HeldClock::new();
    let app = NewApp::sealed(&clock);
    for text in ["", "7", "[]", "{", r#"{"user_id":"seven"}"#] {
        let value = sealed_by_jar(OLD, text);
        assert_eq!(
            answer(&app, &value).await,
            fresh("schema mismatch"),
            "{text}"
        );
    }
    let reads_nothing = old(&clock).read_with(|_| None);
    let app = NewApp::new(Config::new(key(1)).also_open_jar(reads_nothing), &clock);
    let value = sealed_by_jar(OLD, JSON);
    assert_eq!(answer(&app, &value).await, fresh("schema mismatch"));
    let config = Config::new(key(1)).validate(|auth: &super::Auth| auth.visits == 0);
    let app = NewApp::new(config.also_open_jar(old(&clock)), &clock);
    assert_eq!(answer(&app, &value).await, fresh("schema mismatch"));
}

#[tokio::test]
async fn d31_an_old_cookie_longer_than_browsers_keep_is_not_decoded() {
    let clock = HeldClock::new();
    let app = NewApp::sealed(&clock);
    let value = sealed_by_jar(OLD, &format!("{JSON}{}", " ".repeat(4000)));
    assert_eq!(answer(&app, &value).await, fresh("oversized"));
}

/// A neighbouring host can plant a cookie in front of the old one, or behind it.
#[tokio::test]
async fn d20_garbage_beside_an_old_cookie_does_not_shut_its_owner_out() {
    let clock = HeldClock::new();
    for app in NewApp::both(&clock) {
        let good = sealed_by_jar(OLD, JSON);
        for value in [
            format!("garbage; {OLD}={good}"),
            format!("{good}; {OLD}=garbage"),
        ] {
            assert_eq!(answer(&app, &value).await.1, "7, visit 3");
            assert!(app.reported(|event| matches!(
                event,
                session_runtime::EventKind::Conflict {
                    cookies: 2,
                    valid: 1
                }
            )));
        }
    }
}

#[tokio::test]
async fn garbage_under_our_name_does_not_hide_the_old_cookie() {
    let clock = HeldClock::new();
    for config in [Config::new(key(1)), Config::stored(MemoryStore::new())] {
        let app = NewApp::new(config.also_open_jar(old(&clock)), &clock);
        let mut client = app.client().await;
        client.set_cookie(super::OURS, "garbage");
        assert_eq!(client.get("/me").await.text(), "7, visit 3");
    }
}
