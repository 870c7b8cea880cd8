//! Attributes that a response gives its cookie.

use axum::routing::get;
use serde_json::json;
use session_runtime::{CookieOptions, Priority, SameSite, SaveError, Session};

use super::{MINUTE, Site, Visitor, assert_silent, attributes, shared, site_with};

async fn two_minutes(mut session: Session<Visitor>) {
    session
        .options(CookieOptions::new().max_age(2 * MINUTE))
        .set_user("alice");
}

const IN_TWO: &str =
    "Path=/; Expires=Wed, 01 Jan 2020 00:02:00 GMT; HttpOnly; Secure; SameSite=Lax";

fn site() -> Site {
    site_with(|session| shared(session).idle(MINUTE), get(two_minutes))
}

#[tokio::test]
async fn row_157_a_life_for_this_session() {
    let mut site = site_with(shared, get(two_minutes));
    assert_eq!(attributes(&site.get("/own").await), IN_TWO);
    let key = format!("sess:{}", site.id());
    assert_eq!(site.shelf.seconds(&key), Some(120));
}

#[tokio::test]
async fn row_158_it_is_no_other_sessions() {
    let mut site = site();
    assert_eq!(attributes(&site.get("/own").await), IN_TWO);
    let mut other = site.stranger();
    let in_one = IN_TWO.replace("00:02:00", "00:01:00");
    assert_eq!(attributes(&other.get("/write").await), in_one);
}

#[tokio::test]
async fn row_159_it_stays_with_the_record() {
    let mut site = site();
    site.get("/own").await;
    site.clock.advance(MINUTE);
    let in_three = IN_TWO.replace("00:02:00", "00:03:00");
    assert_eq!(attributes(&site.get("/read").await), in_three);
    let cookie = &site.record(&site.id()).unwrap()["cookie"];
    assert_eq!(cookie["originalMaxAge"], json!(120_000));
    // Also while somebody else reads it from the same store.
    let other = site_with(|session| shared(session).idle(MINUTE), get(two_minutes));
    other.put(&site.id(), &site.record(&site.id()).unwrap().to_string());
    let mut client = site.client.at(other.router);
    assert_eq!(attributes(&client.get("/read").await), IN_TWO);
}

/// Node takes `null` in a record for what is configured.
#[tokio::test]
async fn a_life_that_ends_with_the_browser_is_that_of_one_response() {
    async fn own(mut session: Session<Visitor>) {
        session
            .options(CookieOptions::new().ends_with_browser())
            .set_user("alice");
    }
    const NO_END: &str = "Path=/; HttpOnly; Secure; SameSite=Lax";
    let mut site = site_with(|session| shared(session).idle(MINUTE), get(own));
    assert_eq!(attributes(&site.get("/own").await), NO_END);
    let cookie = &site.record(&site.id()).unwrap()["cookie"];
    assert_eq!(cookie["originalMaxAge"], json!(null));
    assert_eq!(cookie["expires"], json!(null));
    let in_one = NO_END.replace(
        "; HttpOnly",
        "; Expires=Wed, 01 Jan 2020 00:01:00 GMT; HttpOnly",
    );
    assert_eq!(attributes(&site.get("/write").await), in_one);
}

#[tokio::test]
async fn row_160_it_stays_when_the_session_gets_another_id() {
    async fn own(mut session: Session<Visitor>) {
        session
            .options(CookieOptions::new().max_age(2 * MINUTE))
            .regenerate();
    }
    let mut site = site();
    site.get("/own").await;
    let old = site.id();
    assert_eq!(attributes(&site.get("/sign-in").await), IN_TWO);
    assert_ne!(site.id(), old);
    let mut site = site_with(|session| shared(session).idle(MINUTE), get(own));
    for _ in 0..2 {
        assert_eq!(attributes(&site.get("/own").await), IN_TWO);
    }
}

#[tokio::test]
async fn options_that_no_browser_takes_are_an_error_and_the_browser_keeps_its_cookie() {
    async fn own(mut session: Session<Visitor>) {
        session
            .options(CookieOptions::new().path("nowhere"))
            .touch();
    }
    let mut site = site_with(shared, get(own));
    site.get("/write").await;
    let answer = site.get("/own").await;
    assert_eq!(
        (answer.status().as_u16(), answer.set_cookies().len()),
        (500, 0)
    );
}

#[tokio::test]
async fn for_options_that_no_cookie_can_have_nothing_is_written() {
    fn odd(n: u32) -> CookieOptions {
        let options = CookieOptions::new().max_age(2 * MINUTE);
        match n {
            0 => options.priority(Priority::High),
            1 => options.same_site(SameSite::None).secure(false),
            _ => options.path("nowhere"),
        }
    }
    for n in 0..3 {
        let write = get(move |mut session: Session<Visitor>| async move {
            session.options(odd(n)).set_user("eve");
        });
        let touch = get(move |mut session: Session<Visitor>| async move {
            session.options(odd(n)).touch();
        });
        let save = get(move |mut session: Session<Visitor>| async move {
            session.options(odd(n)).set_user("eve");
            let saved = session.record().unwrap().save().await;
            assert!(matches!(saved, Err(SaveError::Invalid(_))), "{n}");
        });
        for (starts, left) in [("/write", 1), ("/none", 0)] {
            for own in [&write, &touch, &save] {
                let mut site = site_with(shared, own.clone());
                site.get(starts).await;
                let key = site.shelf.keys().pop().unwrap_or_default();
                let before = site.shelf.get(&key);
                let answer = site.get("/own").await;
                assert_eq!(answer.status(), 500, "{n}");
                assert_silent(&answer);
                assert_eq!(
                    (site.shelf.keys().len(), site.shelf.get(&key)),
                    (left, before)
                );
            }
        }
    }
}
