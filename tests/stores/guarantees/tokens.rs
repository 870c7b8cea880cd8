//! Cookies: who has one, and what a store knows of it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, Reason, SecureSession, SessionRegistry, Settings, Unmounted, testing::Operation,
};

use super::{
    Engine,
    app::{Account, App, NOBODY, key},
};

fn bytes(cookie: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(cookie).unwrap()
}

/// Calls that put something into a store.
fn writes(app: &App) -> usize {
    let writing = [
        Operation::Create,
        Operation::Save,
        Operation::Touch,
        Operation::Delete,
        Operation::Admit,
    ];
    writing
        .map(|operation| app.store.calls(operation))
        .iter()
        .sum()
}

pub(super) async fn d01_a_cookie_is_384_random_bits_and_no_other_has_it(engine: Engine) {
    let app = App::on(&engine);
    let (mut ones, mut zeros) = ([0_u8; 48], [0_u8; 48]);
    let mut all = std::collections::BTreeSet::new();
    for user in 0..100 {
        let cookie = app.sessions.issue(Account::of(user)).await.unwrap();
        let token: [u8; 48] = bytes(&cookie).try_into().unwrap();
        for (place, byte) in token.iter().enumerate() {
            ones[place] |= byte;
            zeros[place] |= !byte;
        }
        // Neither half is that of another.
        assert!(all.insert(token[..16].to_vec()) && all.insert(token[16..].to_vec()));
    }
    assert_eq!(
        (ones, zeros),
        ([255; 48], [255; 48]),
        "bits that never change"
    );
}

pub(super) async fn d02_an_id_that_was_not_issued_is_not_adopted(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let issued = app.cookie().unwrap();
    let ended = app.sessions.issue(Account::of(8)).await.unwrap();
    app.browser(&ended).get("/?act=sign_out").await;
    let mut other_secret = bytes(&issued);
    other_secret[47] ^= 1;
    let mut other_locator = bytes(&issued);
    other_locator[0] ^= 1;
    let planted = [
        (URL_SAFE_NO_PAD.encode([7; 48]), Reason::NotFound),
        (URL_SAFE_NO_PAD.encode(other_locator), Reason::NotFound),
        (URL_SAFE_NO_PAD.encode(other_secret), Reason::Superseded),
        (ended, Reason::NotFound),
        (issued[1..].to_owned(), Reason::Malformed),
        (format!("{issued}AAAA"), Reason::Malformed),
        ("1".to_owned(), Reason::Malformed),
        ("%00".repeat(20), Reason::Malformed),
    ];
    for (cookie, expected) in planted {
        app.store.forget_calls();
        let answer = app.with_cookies("/?act=read", &[&cookie]).await;
        assert_eq!(answer.text(), NOBODY);
        assert!(answer.set_cookies().is_empty());
        let answer = app.with_cookies("/reason", &[&cookie]).await;
        assert_eq!(answer.text(), expected.to_string());
        assert_eq!(writes(&app), 0);
        // Who then signs in gets an id that nobody knew.
        let mut browser = app.browser(&cookie);
        browser.get("/?act=sign_in").await;
        let new = browser.cookie(super::app::COOKIE).unwrap();
        assert_eq!(new.len(), 64);
        assert!(bytes(new)[..16] != bytes(&issued)[..16]);
        assert_ne!(new, cookie);
        assert_eq!(app.shown_to(Some(&cookie)).await, NOBODY);
    }
    assert_eq!(app.shown_to(Some(&issued)).await, "Some(7)   0 {} 0");
}

/// Another session of the same application, whose cookie has the same name.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "other", cookie_name = "__Host-account")]
struct Other {
    user_id: Option<u64>,
}

#[derive(SessionRegistry)]
struct Others {
    other: Config<Other>,
}

pub(super) async fn d02_an_id_is_good_for_its_session_and_application_alone(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let (cookie, id) = (app.cookie().unwrap(), app.id().await);
    // The same store, another application.
    let mut staging = App::on(&engine);
    staging.client.set_cookie(super::app::COOKIE, &*cookie);
    assert_eq!(staging.shown().await, NOBODY);
    assert_eq!(staging.reason().await, Reason::NotFound.to_string());
    // The same application, another session: an id names nothing there.
    let settings = Settings::new()
        .application(app.application())
        .clock(&app.clock);
    let others = Others {
        other: Config::stored(engine.store()),
    };
    let others = Unmounted::with_settings(others, settings).unwrap().codec();
    let issued = others.issue(Other::default()).await.unwrap();
    assert_eq!(app.shown_to(Some(&issued)).await, NOBODY);
    let (one, other) = (app.client.clone(), app.browser(&issued));
    for mut browser in [one, other] {
        browser.get("/?act=theme").await;
    }
    assert_eq!(app.shown().await, "Some(7) dark  0 {} 0");
    assert!(engine.store().load(&key(id)).await.unwrap().is_some());
}

pub(super) async fn d02_of_two_cookies_a_planted_one_does_not_count(engine: Engine) {
    let mut app = App::on(&engine);
    let older = app.sessions.issue(Account::of(8)).await.unwrap();
    app.advance(1);
    app.act("sign_in").await;
    let newer = app.cookie().unwrap();
    let invented = URL_SAFE_NO_PAD.encode([9; 48]);
    for planted in [&*older, &*invented, "x"] {
        for cookies in [[planted, &*newer], [&*newer, planted]] {
            let answer = app.with_cookies("/?act=read", &cookies).await;
            assert_eq!(answer.text(), "Some(7)   0 {} 0");
        }
    }
    // However many came, two are looked up.
    app.store.forget_calls();
    let many: Vec<_> = (0..20).map(|n| URL_SAFE_NO_PAD.encode([n; 48])).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    app.with_cookies("/?act=read", &many).await;
    assert_eq!(app.store.all_calls(), 2);
}

pub(super) async fn d36_a_store_sees_neither_the_cookie_nor_a_part_of_it(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in,theme").await;
    let id = app.id().await;
    let mut cookies = vec![app.cookie().unwrap()];
    for _ in 0..3 {
        app.act("sudo").await;
        cookies.push(app.cookie().unwrap());
    }
    let record = app.record(id).await.unwrap();
    let principal = record.principal().unwrap().as_bytes().to_vec();
    let mut seen = [
        key(id).as_bytes().to_vec(),
        principal,
        record.data().to_vec(),
    ]
    .concat();
    seen.extend(record.revision().to_i64().to_be_bytes());
    let text = String::from_utf8_lossy(&seen);
    assert!(text.contains("dark"), "the record is the one");
    for cookie in cookies {
        let token = bytes(&cookie);
        for part in token.windows(6) {
            let (as_text, as_hex) = (
                URL_SAFE_NO_PAD.encode(part),
                base16ct::lower::encode_string(part),
            );
            assert!(!text.contains(&as_text) && !text.contains(&as_hex));
            assert!(!seen.windows(6).any(|window| window == part));
        }
        for part in cookie.as_bytes().windows(8) {
            assert!(!seen.windows(8).any(|window| window == part));
        }
    }
    // A principal is a hash too, bound to the application.
    let (mut other, user) = (App::on(&engine), record.principal().copied());
    other.act("sign_in").await;
    let id = other.id().await;
    assert_ne!(other.record(id).await.unwrap().principal().copied(), user);
}
