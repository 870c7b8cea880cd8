//! Ids that are replaced: what the former ones still show, and for how long.

use std::time::Duration;

use session_runtime::{EventKind, SendCause};

use super::{
    Engine,
    app::{App, NOBODY},
};

pub(super) async fn d03_the_id_from_before_a_sign_in_shows_and_writes_nothing(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("theme").await;
    let planted = app.cookie().unwrap();
    let (slow, _) = app.beside("name", "sign_in").await;
    assert!(slow.set_cookies().is_empty());
    assert_eq!(app.shown().await, "Some(7)   0 {} 0");
    assert_eq!(app.shown_to(Some(&planted)).await, NOBODY);
    let mut browser = app.browser(&planted);
    let late = browser.get("/?act=name").await;
    assert!(
        late.set_cookies().is_empty(),
        "it would replace the cookie of the sign-in"
    );
    app.advance(61);
    assert_eq!(browser.get("/?act=name").await.set_cookies().len(), 1);
    assert_eq!(app.shown().await, "Some(7)   0 {} 0");
}

pub(super) async fn d03_a_former_id_is_never_answered_with_the_new_one(engine: Engine) {
    let mut app = App::with(&engine, |config| {
        config
            .renew_id(Duration::from_secs(600))
            .max_age(Duration::from_secs(3600))
            .renew_on_any_request()
    });
    app.act("sign_in").await;
    for rotate in ["sudo", "read"] {
        app.advance(601);
        let former = app.cookie().unwrap();
        assert_eq!(app.act(rotate).await.set_cookies().len(), 1);
        assert_ne!(app.cookie().unwrap(), former);
        for act in ["read", "touch", "theme", "sudo", "name,touch"] {
            let answer = app.browser(&former).get(&format!("/?act={act}")).await;
            assert!(answer.set_cookies().is_empty(), "{rotate}, then {act}");
        }
    }
    assert_eq!(app.shown().await, "Some(7)   0 {} 9");
}

pub(super) async fn d03_two_renewals_within_one_grace(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let first = app.cookie().unwrap();
    app.act("theme,sudo").await;
    let second = app.cookie().unwrap();
    app.advance(20);
    app.act("name,sudo").await;
    assert_eq!(app.shown_to(Some(&first)).await, "Some(7)   0 {} 0");
    assert_eq!(app.shown_to(Some(&second)).await, "Some(7) dark  0 {} 9");
    app.advance(10);
    assert_eq!(app.shown_to(Some(&first)).await, NOBODY);
    assert_eq!(app.shown_to(Some(&second)).await, "Some(7) dark  0 {} 9");
    app.advance(20);
    assert_eq!(app.shown_to(Some(&second)).await, NOBODY);
    assert_eq!(app.shown().await, "Some(7) dark ada 0 {} 9");
    // The record does not grow with rotations.
    let id = app.id().await;
    for _ in 0..5 {
        app.act("sudo").await;
    }
    let five = app.record(id).await.unwrap().data().len();
    for _ in 0..20 {
        app.act("sudo").await;
    }
    assert!(app.record(id).await.unwrap().data().len() <= five + 8);
}

pub(super) async fn d03_without_grace_a_former_id_is_nothing_at_once(engine: Engine) {
    let mut app = App::with(&engine, |config| config.grace(Duration::ZERO));
    app.act("sign_in").await;
    let former = app.cookie().unwrap();
    app.act("sudo").await;
    assert_eq!(app.shown_to(Some(&former)).await, NOBODY);
    assert_eq!(app.shown().await, "Some(7)   0 {} 9");
}

pub(super) async fn d03_ids_are_renewed_by_age_and_on_navigations_alone(engine: Engine) {
    let mut app = App::with(&engine, |config| config.renew_id(Duration::from_secs(600)));
    app.act("sign_in").await;
    let first = app.cookie().unwrap();
    app.advance(599);
    assert!(app.act("read").await.set_cookies().is_empty());
    app.advance(1);
    assert!(app.fetch("read").await.set_cookies().is_empty());
    assert_eq!(app.act("read").await.set_cookies().len(), 1);
    let second = app.cookie().unwrap();
    assert!(
        second != first && second[..21] == first[..21],
        "the locator stays"
    );
    let renewed = |event: &EventKind| {
        matches!(
            event,
            EventKind::Sent {
                cause: SendCause::IdRenewed,
                ..
            }
        )
    };
    assert_eq!(app.count(renewed), 1);
    // A write makes it no younger.
    app.advance(599);
    assert!(app.act("visit").await.set_cookies().is_empty());
    app.advance(1);
    // A page that writes renews too.
    assert_eq!(app.act("theme").await.set_cookies().len(), 1);
    assert_eq!(app.shown().await, "Some(7) dark  1 {} 0");
    assert_eq!(app.shown_to(Some(&first)).await, NOBODY);
}

pub(super) async fn d03_what_runs_beside_a_renewal_is_not_lost(engine: Engine) {
    let mut app = App::with(&engine, |config| config.renew_id(Duration::from_secs(600)));
    app.act("sign_in").await;
    let slow = app.begin("name").await;
    app.advance(600);
    let renewed = app.client.clone().get("/?act=theme").await;
    assert_eq!(renewed.set_cookies().len(), 1);
    app.gate.open();
    let slow = slow.await.unwrap();
    assert!(slow.set_cookies().is_empty(), "no second cookie");
    app.client.keep(&renewed);
    app.client.keep(&slow);
    assert_eq!(app.shown().await, "Some(7) dark ada 0 {} 0");
    assert_eq!(app.lost(), 0);
}

pub(super) async fn o05_in_its_grace_a_former_id_shows_what_it_showed_and_writes_nothing(
    engine: Engine,
) {
    let mut app = App::on(&engine);
    app.act("sign_in,theme").await;
    let former = app.cookie().unwrap();
    let (slow, quick) = app.beside("name", "sudo").await;
    assert!(slow.set_cookies().is_empty() && quick.set_cookies().len() == 1);
    assert_eq!(app.shown().await, "Some(7) dark  0 {} 9");
    assert_eq!(app.shown_to(Some(&former)).await, "Some(7) dark  0 {} 0");
    let written = app.browser(&former).get("/?act=name").await;
    assert!(written.set_cookies().is_empty());
    assert_eq!(app.shown().await, "Some(7) dark  0 {} 9");
    assert_eq!(app.lost(), 2, "it is counted");
    app.advance(30);
    assert_eq!(app.shown_to(Some(&former)).await, NOBODY);
    assert_eq!(app.shown().await, "Some(7) dark  0 {} 9");
    // It ends with its successor.
    let former = app.cookie().unwrap();
    app.act("sudo").await;
    app.act("sign_out").await;
    assert_eq!(app.shown_to(Some(&former)).await, NOBODY);
}

pub(super) async fn o05_an_id_stays_through_rotation_and_ends_with_a_sign_in(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let first = app.id().await;
    app.act("sudo").await;
    assert_eq!(app.id().await, first);
    app.act("sign_in").await;
    assert_ne!(app.id().await, first);
    assert!(
        app.sessions
            .load::<super::app::Account>(&first)
            .await
            .unwrap()
            .is_none()
    );
}
