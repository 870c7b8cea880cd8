//! Two requests of one browser at once: each act, and what the other has done meanwhile. The table
//! is that of the library's commits.

use std::time::Duration;

use http::StatusCode;

use super::{
    Engine,
    app::{AccountConfig, App, COOKIE, NOBODY},
};

/// What came of an act: what is shown then, cookies that were sent, writes that were lost.
type Row = (&'static str, &'static str, usize, usize);

/// Somebody signed in; another of his requests does `quick`; then the act is committed.
async fn check(engine: &Engine, quick: Option<&str>, rows: &[Row]) {
    for (act, shown, cookies, lost) in rows {
        let mut app = App::on(engine);
        app.act("sign_in").await;
        let slow = app.begin(act).await;
        if let Some(quick) = quick {
            app.act(quick).await;
        }
        app.gate.open();
        let slow = slow.await.unwrap();
        assert_eq!(slow.status(), StatusCode::OK);
        app.client.keep(&slow);
        let seen = (app.shown().await, slow.set_cookies().len(), app.lost());
        assert_eq!(
            seen,
            ((*shown).to_owned(), *cookies, *lost),
            "{act} after {quick:?}"
        );
    }
}

pub(super) async fn d24_every_act_on_a_session_as_it_was_loaded(engine: Engine) {
    let rows = [
        ("read", "Some(7)   0 {} 0", 0, 0),
        ("theme", "Some(7) dark  0 {} 0", 0, 0),
        ("sign_in", "Some(7)   0 {} 0", 1, 0),
        ("sudo", "Some(7)   0 {} 9", 1, 0),
        ("sign_out", NOBODY, 1, 0),
    ];
    check(&engine, None, &rows).await;
}

pub(super) async fn d24_every_act_on_one_that_another_has_changed(engine: Engine) {
    let rows = [
        ("read", "Some(7)  ada 0 {} 0", 0, 0),
        ("theme", "Some(7) dark ada 0 {} 0", 0, 0),
        ("sign_in", "Some(7)   0 {} 0", 1, 0),
        ("sudo", "Some(7)  ada 0 {} 9", 1, 0),
        ("sign_out", NOBODY, 1, 0),
    ];
    check(&engine, Some("name"), &rows).await;
}

pub(super) async fn d24_every_act_on_one_that_another_has_deleted(engine: Engine) {
    let rows = [
        ("read", NOBODY, 0, 0),
        ("theme", NOBODY, 0, 1),
        ("touch", NOBODY, 0, 0),
        ("sign_in", "Some(7)   0 {} 0", 1, 0),
        ("sudo", NOBODY, 0, 1),
        ("sign_out", NOBODY, 1, 0),
    ];
    check(&engine, Some("sign_out"), &rows).await;
}

pub(super) async fn d24_every_act_on_one_whose_id_was_rotated(engine: Engine) {
    let rows = [
        ("read", "Some(7)   0 {} 9", 0, 0),
        ("theme", "Some(7)   0 {} 9", 0, 1),
        ("touch", "Some(7)   0 {} 9", 0, 0),
        ("sign_in", "Some(7)   0 {} 0", 1, 0),
        ("name,sudo", "Some(7)   0 {} 9", 0, 1),
        ("sign_out", NOBODY, 1, 0),
    ];
    check(&engine, Some("sudo"), &rows).await;
}

pub(super) async fn d24_every_act_on_one_that_a_sign_in_replaced(engine: Engine) {
    let rows = [
        ("read", "Some(8)   0 {} 0", 0, 0),
        ("theme", "Some(8)   0 {} 0", 0, 1),
        ("touch", "Some(8)   0 {} 0", 0, 0),
        // Two sign-ins at once: two sessions.
        ("sign_in", "Some(7)   0 {} 0", 1, 0),
        ("sudo", "Some(8)   0 {} 0", 0, 1),
    ];
    check(&engine, Some("sign_in_8"), &rows).await;
    // A sign-out reaches the browser, and not the session that has taken the place of his.
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let (slow, quick) = app.at_once("sign_out", "sign_in_8").await;
    app.client.keep(&slow);
    app.client.keep(&quick);
    assert_eq!(app.shown().await, "Some(8)   0 {} 0");
}

pub(super) async fn d24_every_act_on_one_that_has_expired_meanwhile(engine: Engine) {
    let rows = [
        ("read", NOBODY, 0, 0),
        ("theme", NOBODY, 0, 1),
        ("touch", NOBODY, 0, 0),
        ("sign_in", "Some(7)   0 {} 0", 1, 0),
        ("sudo", NOBODY, 0, 1),
        ("sign_out", NOBODY, 1, 0),
    ];
    for (act, shown, cookies, lost) in rows {
        let mut app = App::on(&engine);
        app.act("sign_in").await;
        let slow = app.begin(act).await;
        app.advance(30 * 60);
        app.gate.open();
        let slow = slow.await.unwrap();
        app.client.keep(&slow);
        let seen = (app.shown().await, slow.set_cookies().len(), app.lost());
        assert_eq!(seen, (shown.to_owned(), cookies, lost), "{act}");
    }
    // Another request has used it meanwhile: it lives.
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let slow = app.begin("theme").await;
    app.advance(29 * 60);
    app.fetch("read").await;
    app.advance(60);
    app.gate.open();
    slow.await.unwrap();
    assert_eq!(app.shown().await, "Some(7) dark  0 {} 0");
}

const RENEWING: fn(AccountConfig) -> AccountConfig =
    |config| config.renew_id(Duration::from_secs(600));

pub(super) async fn d24_a_renewal_beside_every_other_act(engine: Engine) {
    // The renewal is committed first.
    for (act, shown, lost) in [
        ("theme", "Some(7) dark  0 {} 0", 0),
        ("touch", "Some(7)   0 {} 0", 0),
        ("sign_in_8", "Some(8)   0 {} 0", 0),
        ("sudo", "Some(7)   0 {} 0", 1),
        ("sign_out", NOBODY, 0),
    ] {
        let mut app = App::with(&engine, RENEWING);
        app.act("sign_in").await;
        let slow = app.begin(act).await;
        app.advance(600);
        let renewed = app.act("read").await;
        assert_eq!(renewed.set_cookies().len(), 1);
        app.gate.open();
        let slow = slow.await.unwrap();
        app.client.keep(&slow);
        assert_eq!((&*app.shown().await, app.lost()), (shown, lost), "{act}");
    }
    // The renewal is committed last.
    for (act, shown) in [
        ("theme", "Some(7) dark  0 {} 0"),
        ("sign_in_8", "Some(8)   0 {} 0"),
        ("sudo", "Some(7)   0 {} 9"),
        ("sign_out", NOBODY),
    ] {
        let mut app = App::with(&engine, RENEWING);
        app.act("sign_in").await;
        app.advance(600);
        let slow = app.begin("read").await;
        let quick = app.fetch(act).await;
        app.gate.open();
        let slow = slow.await.unwrap();
        let sends = usize::from(act == "theme");
        assert_eq!(slow.set_cookies().len(), sends, "{act}");
        app.client.keep(&quick);
        app.client.keep(&slow);
        assert_eq!((&*app.shown().await, app.lost()), (shown, 0), "{act}");
    }
    // Two at once: one of them is.
    let mut app = App::with(&engine, RENEWING);
    app.act("sign_in").await;
    app.advance(600);
    let (slow, quick) = app.at_once("read", "read").await;
    assert_eq!(
        (slow.set_cookies().len(), quick.set_cookies().len()),
        (0, 1)
    );
}

/// That of two requests at once, in whatever order their answers arrive, none throws him out: not
/// now, and not when the grace of a former id is over.
async fn stays(app: &mut App, slow: &str, quick: &str, signs_out: bool) {
    let before = app.client.clone();
    let (slow_answer, quick_answer) = app.at_once(slow, quick).await;
    let mut cookies = Vec::new();
    for answers in [[&quick_answer, &slow_answer], [&slow_answer, &quick_answer]] {
        let mut browser = before.clone();
        for answer in answers {
            browser.keep(answer);
        }
        cookies.push(browser.cookie(COOKIE).map(str::to_owned));
    }
    app.advance(31);
    for (order, cookie) in ["quick, slow", "slow, quick"].iter().zip(cookies) {
        let shown = app.shown_to(cookie.as_deref()).await;
        let lives = shown.starts_with("Some(7)");
        let signs_in = format!("{slow} {quick}").contains("sign_in");
        if !signs_out {
            assert!(lives, "{quick} beside {slow}, answers: {order}: {shown}");
        } else if !signs_in {
            assert_eq!(shown, NOBODY, "{quick} beside {slow}, answers: {order}");
        }
    }
}

const ACTS: [&str; 6] = ["read", "theme", "touch", "sudo", "sign_in", "sign_out"];

pub(super) async fn d24_nobody_is_thrown_out_by_his_own_requests(engine: Engine) {
    for slow in ACTS {
        for quick in ACTS {
            let mut app = App::on(&engine);
            app.act("sign_in").await;
            let signs_out = slow == "sign_out" || quick == "sign_out";
            stays(&mut app, slow, quick, signs_out).await;
        }
    }
}

pub(super) async fn d24_nobody_is_thrown_out_beside_a_renewal(engine: Engine) {
    for slow in ACTS {
        for quick in ACTS {
            let mut app = App::with(&engine, RENEWING);
            app.act("sign_in").await;
            // Whichever comes first renews.
            app.advance(600);
            let signs_out = slow == "sign_out" || quick == "sign_out";
            stays(&mut app, slow, quick, signs_out).await;
        }
    }
}

pub(super) async fn d24_another_server_sees_it_at_once(engine: Engine) {
    let mut here = App::on(&engine);
    here.act("sign_in").await;
    let mut there = here.elsewhere(&engine);
    assert_eq!(there.shown().await, "Some(7)   0 {} 0");
    let slow = here.begin("theme").await;
    there.act("name").await;
    here.gate.open();
    slow.await.unwrap();
    assert_eq!(there.shown().await, "Some(7) dark ada 0 {} 0");
    let slow = here.begin("theme").await;
    there.act("sign_out").await;
    here.gate.open();
    assert!(slow.await.unwrap().set_cookies().is_empty());
    assert_eq!(here.shown().await, NOBODY);
}

pub(super) async fn a_principal_changes_with_regenerate_alone(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let id = app.id().await;
    let before = app.record(id).await;
    let refused = app.act("become_8").await;
    assert_eq!(refused.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(refused.set_cookies().is_empty());
    assert_eq!(app.record(id).await, before, "not a byte has changed");
    let told = app.count(|event| {
        use session_runtime::{EventKind, SealError};
        *event == EventKind::Failed(SealError::PrincipalChanged)
    });
    assert_eq!(told, 1);
    let text = session_runtime::SealError::PrincipalChanged.to_string();
    assert!(
        text.contains("regenerate()"),
        "the log line names the remedy: {text}"
    );
}
