//! How long a session lives, by a clock that the test moves.

use std::time::Duration;

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use session_runtime::{Reason, Rolling, testing::Operation};

use super::{
    Engine,
    app::{Account, AccountConfig, App, NOBODY, key},
};

const SIGNED_IN: &str = "Some(7)   0 {} 0";

pub(super) async fn o01_the_idle_limit_ends_a_session_to_the_millisecond(engine: Engine) {
    for (late, expected) in [(1, SIGNED_IN), (0, NOBODY)] {
        let mut app = App::on(&engine);
        app.act("sign_in").await;
        app.clock
            .advance(Duration::from_millis(30 * 60 * 1000 - late));
        assert_eq!(app.shown().await, expected);
    }
    // From its last use on, which was a read.
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    for _ in 0..10 {
        app.advance(29 * 60);
        assert_eq!(app.shown().await, SIGNED_IN);
    }
    app.advance(30 * 60);
    assert_eq!(app.shown().await, NOBODY);
    assert_eq!(app.fresh(Reason::Expired), 1);
}

pub(super) async fn o02_the_absolute_limit_ends_it_whatever_the_activity(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    for (minute, act) in (0..36).zip(["read", "theme", "touch", "sudo"].iter().cycle()) {
        app.advance(20 * 60);
        let shown = app.act(act).await.text();
        assert_eq!(shown.starts_with("Some(7)"), minute < 35, "{minute}");
    }
    // A sign-in is another session, with a time of its own.
    app.act("sign_in").await;
    app.advance(29 * 60);
    app.act("sign_in").await;
    for _ in 0..35 {
        app.advance(20 * 60);
        assert_eq!(app.shown().await, SIGNED_IN);
    }
}

/// What there is of the random activity of somebody.
#[derive(Debug, Clone)]
enum Use {
    Read,
    Write,
}

pub(super) async fn o03_the_earlier_limit_ends_it_at_any_activity(engine: Engine) {
    let uses = prop_oneof![3 => Just(Use::Read), 1 => Just(Use::Write)];
    let activity = prop::collection::vec((1_u64..2000, uses), 1..60);
    let mut runner = TestRunner::deterministic();
    for _ in 0..12 {
        let activity = activity.new_tree(&mut runner).unwrap().current();
        let mut app = App::with(&engine, |config| {
            config.absolute(Duration::from_secs(5 * 3600))
        });
        app.act("sign_in").await;
        let (mut now, mut touched) = (0, 0);
        for (gap, kind) in &activity {
            app.advance(*gap);
            now += gap;
            let lives = now < touched + 30 * 60 && now < 5 * 3600;
            let act = match kind {
                Use::Read => "read",
                Use::Write => "visit",
            };
            let shown = app.fetch(act).await.text();
            assert_eq!(shown.starts_with("Some(7)"), lives, "{activity:?} at {now}");
            if !lives {
                break;
            }
            // A read counts from a tenth of the limit on.
            if matches!(kind, Use::Write) || now >= touched + 3 * 60 {
                touched = now;
            }
        }
    }
}

pub(super) async fn o04_reading_touches_no_oftener_than_it_may(engine: Engine) {
    async fn touches(engine: &Engine, configure: fn(AccountConfig) -> AccountConfig) -> usize {
        let mut app = App::with(engine, configure);
        app.act("sign_in").await;
        app.store.forget_calls();
        for _ in 0..60 {
            app.advance(29);
            assert_eq!(app.fetch("read").await.set_cookies().len(), 0);
        }
        assert_eq!(app.store.calls(Operation::Load), 60);
        let touches = app.store.calls(Operation::Touch);
        assert_eq!(
            app.store.all_calls(),
            60 + touches,
            "a read writes nothing else"
        );
        touches
    }
    // In one idle window of 30 minutes, at a read every 29 s.
    assert_eq!(touches(&engine, |config| config).await, 8);
    assert_eq!(
        touches(&engine, |config| config.rolling(Rolling::at_most(2))).await,
        1
    );
    assert_eq!(
        touches(&engine, |config| config.rolling(Rolling::OFF)).await,
        0
    );
}

pub(super) async fn o04_a_touch_sends_no_cookie_unless_it_lengthens_it(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    app.advance(600);
    assert!(app.act("read").await.set_cookies().is_empty());
    assert_eq!(app.store.calls(Operation::Touch), 1);
    let lengthens: fn(_) -> _ = |config: AccountConfig| config.max_age(Duration::from_secs(3600));
    let mut app = App::with(&engine, lengthens);
    app.act("sign_in").await;
    let cookie = app.cookie();
    app.advance(600);
    assert!(
        app.fetch("read").await.set_cookies().is_empty(),
        "to pages alone"
    );
    app.advance(600);
    let answer = app.act("read").await;
    assert!(answer.set_cookies()[0].contains("Max-Age=3600"));
    assert_eq!(app.cookie(), cookie, "the same, for longer");
    // Its touch reaches the session that he had, and sends nothing beside a new one.
    for quick in ["sudo", "sign_in"] {
        let mut app = App::with(&engine, lengthens);
        app.act("sign_in").await;
        app.advance(600);
        let (slow, _) = app.beside("read", quick).await;
        assert!(slow.set_cookies().is_empty(), "beside {quick}");
        app.advance(31);
        assert!(app.shown().await.starts_with("Some(7)"), "beside {quick}");
    }
}

pub(super) async fn d40_an_expired_record_is_refused_though_the_store_returns_it(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let (id, cookie) = (app.id().await, app.cookie().unwrap());
    app.advance(30 * 60);
    assert!(
        engine.store().load(&key(id)).await.unwrap().is_some(),
        "the engine has it"
    );
    assert_eq!(app.shown().await, NOBODY);
    assert_eq!(app.reason().await, Reason::Expired.to_string());
    assert!(app.sessions.load::<Account>(&id).await.unwrap().is_none());
    assert!(
        app.sessions
            .of::<Account>(&7)
            .list()
            .await
            .unwrap()
            .is_empty()
    );
    assert!(!app.sessions.end::<Account>(&id).await.unwrap());
    // What is written then is another session's.
    app.act("theme").await;
    assert!(app.cookie().unwrap()[..21] != cookie[..21]);
    assert_eq!(app.shown().await, "None dark  0 {} 0");
    // A limit that was made shorter holds for records from before.
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let strict = App::at(
        engine.store(),
        app.application(),
        app.clock.clone(),
        |config| config.idle(Duration::from_secs(60)),
    );
    app.advance(60);
    let cookie = app.cookie();
    assert_eq!(strict.shown_to(cookie.as_deref()).await, NOBODY);
    assert_eq!(app.shown_to(cookie.as_deref()).await, SIGNED_IN);
    // One that was made longer brings back nothing.
    let ended = strict.sessions.issue(Account::of(7)).await.unwrap();
    app.advance(60);
    assert_eq!(app.shown_to(Some(&ended)).await, NOBODY);
}

pub(super) async fn d41_the_cookie_ends_with_the_browser_unless_it_is_to_stay(engine: Engine) {
    let mut app = App::on(&engine);
    let answer = app.act("sign_in").await;
    let line = answer.set_cookies()[0].to_owned();
    for attribute in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(line.contains(attribute), "{attribute}");
    }
    assert!(!line.contains("Max-Age") && !line.contains("Expires"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}
