//! Sessions apart from requests: sockets, streams, jobs.

use std::time::Duration;

use session_runtime::{DetachedSession, SaveError, store::StoreErrorKind, testing::Operation};
use tokio::time::timeout;

use super::{
    Engine,
    app::{Account, App, NOBODY},
};

async fn load(app: &mut App) -> DetachedSession<Account> {
    let id = app.id().await;
    app.sessions.load(&id).await.unwrap().unwrap()
}

pub(super) async fn d26_a_detached_save_merges_with_requests(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let mut detached = load(&mut app).await;
    assert_eq!(detached.id(), app.id().await);
    detached.set_theme("dark");
    detached.update_visits(|visits| *visits += 1);
    app.act("name,visit").await;
    detached.save().await.unwrap();
    assert_eq!(app.shown().await, "Some(7) dark ada 2 {} 0");
    assert_eq!(
        (detached.name(), detached.visits()),
        ("ada", 2),
        "it sees the result"
    );
    // A request that began before merges on top of it.
    let slow = app.begin("level_3").await;
    detached.set_name("grace");
    detached.save().await.unwrap();
    app.gate.open();
    slow.await.unwrap();
    assert_eq!(app.shown().await, "Some(7) dark grace 2 {} 3");
    assert!(detached.refresh().await.unwrap());
    assert_eq!(detached.level(), 3);
    // With nothing of its own to save, it sees what others have saved as well.
    app.act("level_5").await;
    detached.save().await.unwrap();
    assert_eq!(detached.level(), 5);
    // A save is a use.
    app.advance(29 * 60);
    detached.save().await.unwrap();
    app.advance(29 * 60);
    assert_eq!(app.shown().await, "Some(7) dark grace 2 {} 5");
}

pub(super) async fn d24_a_detached_save_of_an_ended_session_writes_nothing(engine: Engine) {
    for (way, act) in ["sign_out", "sign_in_8", "sign_in", "expired"]
        .iter()
        .flat_map(|way| ["theme", "nothing"].map(|act| (*way, act)))
    {
        let mut app = App::on(&engine);
        app.act("sign_in").await;
        let mut detached = load(&mut app).await;
        if act == "theme" {
            detached.set_theme("dark");
        }
        if way == "expired" {
            app.advance(30 * 60);
        } else {
            app.act(way).await;
        }
        let expected = app.shown().await;
        let saved = detached.save().await;
        assert!(
            matches!(saved, Err(SaveError::Ended)),
            "{way}, {act}: {saved:?}"
        );
        assert_eq!(app.shown().await, expected);
        assert!(!detached.refresh().await.unwrap(), "{way}");
        assert!(matches!(detached.save().await, Err(SaveError::Ended)));
    }
}

pub(super) async fn it_follows_rotation_and_ends_with_a_sign_in(engine: Engine) {
    let mut app = App::with(&engine, |config| config.renew_id(Duration::from_secs(600)));
    app.act("sign_in").await;
    let mut detached = load(&mut app).await;
    app.act("sudo").await;
    app.advance(600);
    assert_eq!(app.act("read").await.set_cookies().len(), 1);
    detached.set_theme("dark");
    detached.save().await.unwrap();
    assert_eq!(detached.level(), 9);
    assert_eq!(app.shown().await, "Some(7) dark  0 {} 9");
    let id = detached.id();
    app.act("sign_in").await;
    assert!(!detached.refresh().await.unwrap());
    assert!(app.sessions.load::<Account>(&id).await.unwrap().is_none());
    assert_eq!(app.shown().await, "Some(7)   0 {} 0");
}

pub(super) async fn a_save_that_failed_can_be_made_again(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let mut detached = load(&mut app).await;
    detached.update_visits(|visits| *visits += 1);
    app.store.down();
    let failed = detached.save().await;
    assert!(matches!(
        failed,
        Err(SaveError::Store(StoreErrorKind::Unavailable))
    ));
    assert!(app.sessions.load::<Account>(&detached.id()).await.is_err());
    app.store.up();
    app.act("visit").await;
    detached.save().await.unwrap();
    detached.save().await.unwrap();
    assert_eq!(app.shown().await, "Some(7)   2 {} 0");
    // Another principal is another session.
    let mut other = load(&mut app).await;
    other.set_user_id(8);
    assert!(matches!(other.save().await, Err(SaveError::Invalid(_))));
    assert_eq!(app.shown().await, "Some(7)   2 {} 0");
}

pub(super) async fn its_end_is_told_at_once(engine: Engine) {
    for way in ["sign_out", "sign_in_8", "by id", "all"] {
        let mut app = App::on(&engine);
        app.act("sign_in").await;
        let detached = load(&mut app).await;
        let mut ended = Box::pin(detached.ended());
        for act in ["theme", "sudo", "touch"] {
            app.act(act).await;
            let early = timeout(Duration::from_millis(1), &mut ended).await;
            assert!(early.is_err(), "{act} ends nothing");
        }
        match way {
            "by id" => assert!(app.sessions.end::<Account>(&detached.id()).await.unwrap()),
            "all" => assert_eq!(app.sessions.of::<Account>(&7).end_all().await.unwrap(), 1),
            act => drop(app.act(act).await),
        }
        // Less than until it would have asked by itself.
        let told = timeout(Duration::from_secs(9), ended).await;
        assert!(told.is_ok(), "{way}");
        // Who asks after it has ended is told too, in other processes as well.
        let there = app.elsewhere(&engine);
        assert!(
            there
                .sessions
                .load::<Account>(&detached.id())
                .await
                .unwrap()
                .is_none()
        );
        let told = timeout(Duration::from_secs(9), detached.ended()).await;
        assert!(told.is_ok(), "{way}");
    }
    // While the store is out of reach nothing has ended.
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let detached = load(&mut app).await;
    app.store.forget_calls();
    app.store.down();
    let waited = timeout(Duration::from_millis(50), detached.ended()).await;
    assert!(waited.is_err());
    assert!(app.store.calls(Operation::Load) > 0);
    app.store.up();
    assert!(app.shown().await != NOBODY);
}
