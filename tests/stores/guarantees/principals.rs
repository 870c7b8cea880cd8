//! The sessions of one user: listed, ended, limited.

use std::sync::Arc;

use http::StatusCode;
use session_runtime::{
    EndCause, EventKind, ListedSession,
    store::{SessionLimit, WhenFull},
};
use tests::Client;
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    Engine,
    app::{Account, App, COOKIE, NOBODY},
};

/// Browsers of user 7, who has signed in from each, the first one first.
async fn signed_in(app: &App, browsers: usize) -> Vec<Client> {
    let mut signed_in = Vec::new();
    for _ in 0..browsers {
        let mut browser = Client::new(app.router.clone());
        let answer = browser.get("/?act=sign_in").await;
        assert_eq!(answer.status(), StatusCode::OK);
        app.advance(1);
        signed_in.push(browser);
    }
    signed_in
}

async fn shown(browser: &mut Client) -> String {
    browser
        .get_with("/?act=read", "sec-fetch-mode", "cors")
        .await
        .text()
}

async fn is_signed_in(browser: &mut Client) -> bool {
    shown(browser).await.starts_with("Some(7)")
}

async fn id(browser: &mut Client) -> session_runtime::SessionId {
    let text = browser.get("/id").await.text();
    session_runtime::SessionId::decode(&text).unwrap()
}

async fn count(app: &App) -> usize {
    app.sessions.of::<Account>(&7).list().await.unwrap().len()
}

pub(super) async fn o07_a_list_has_what_lives_the_last_used_first(engine: Engine) {
    let app = App::on(&engine);
    let begun = app.clock.now();
    let mut browsers = signed_in(&app, 3).await;
    let somebody = app.sessions.issue(Account::of(8)).await.unwrap();
    app.advance(600);
    browsers[0].get("/?act=name").await;
    browsers[1].get("/?act=theme,sudo").await;
    browsers[1].get("/?act=sudo").await;
    app.advance(1);
    browsers[1].get("/?act=visit").await;
    let list = app.sessions.of::<Account>(&7).list().await.unwrap();
    let mut expected = Vec::new();
    for browser in [1, 0, 2] {
        expected.push(id(&mut browsers[browser]).await);
    }
    let listed: Vec<_> = list.iter().map(ListedSession::id).collect();
    assert_eq!(listed, expected, "equal to the ids in their requests");
    let after = |time: std::time::SystemTime| {
        time.duration_since(begun)
            .unwrap()
            .as_millis()
            .div_euclid(1000)
    };
    let created: Vec<_> = list.iter().map(|it| after(it.created())).collect();
    let seen: Vec<_> = list.iter().map(|it| after(it.last_seen())).collect();
    assert_eq!((created, seen), (vec![1, 0, 2], vec![604, 603, 2]));
    assert_eq!(
        (&*list[0].data().theme, &*list[1].data().name),
        ("dark", "ada")
    );
    // What has expired is not in it, whatever the store has.
    app.advance(29 * 60);
    assert_eq!(count(&app).await, 3);
    assert_eq!(app.shown_to(Some(&somebody)).await, NOBODY);
    app.advance(60);
    assert_eq!(count(&app).await, 0);
}

pub(super) async fn o07_one_is_ended_and_anothers_is_not(engine: Engine) {
    let app = App::on(&engine);
    let mut browsers = signed_in(&app, 2).await;
    let (mine, there) = (id(&mut browsers[0]).await, app.elsewhere(&engine));
    let eights = there.sessions.of::<Account>(&8);
    assert!(!eights.end(&mine).await.unwrap(), "it is not his");
    assert!(is_signed_in(&mut browsers[0]).await);
    let sevens = there.sessions.of::<Account>(&7);
    assert!(sevens.end(&mine).await.unwrap());
    assert!(
        !is_signed_in(&mut browsers[0]).await,
        "with the next request"
    );
    assert!(is_signed_in(&mut browsers[1]).await);
    assert!(!sevens.end(&mine).await.unwrap(), "it has ended");
    // An id from before a sign-in names no session any more, and ends none.
    let former = id(&mut browsers[1]).await;
    browsers[1].get("/?act=sign_in").await;
    assert!(!sevens.end(&former).await.unwrap());
    assert!(is_signed_in(&mut browsers[1]).await);
    let revoked = EventKind::Ended(EndCause::Revoked);
    assert_eq!(there.count(|event| *event == revoked), 1);
}

pub(super) async fn o07_the_others_end_and_then_all(engine: Engine) {
    let app = App::on(&engine);
    let mut browsers = signed_in(&app, 4).await;
    let eight = app.sessions.issue(Account::of(8)).await.unwrap();
    let mut nobody = Client::new(app.router.clone());
    nobody.get("/?act=theme").await;
    let sevens = app.sessions.of::<Account>(&7);
    let this = id(&mut browsers[1]).await;
    assert_eq!(sevens.end_others(&this).await.unwrap(), 3);
    for (number, browser) in browsers.iter_mut().enumerate() {
        assert_eq!(is_signed_in(browser).await, number == 1);
    }
    assert_eq!(sevens.end_others(&this).await.unwrap(), 0);
    assert_eq!(sevens.end_all().await.unwrap(), 1);
    assert!(!is_signed_in(&mut browsers[1]).await);
    assert_eq!(sevens.end_all().await.unwrap(), 0);
    assert_eq!(app.shown_to(Some(&eight)).await, "Some(8)   0 {} 0");
    assert_eq!(shown(&mut nobody).await, "None dark  0 {} 0");
}

pub(super) async fn o07_what_is_ended_stays_ended_for_requests_under_way(engine: Engine) {
    for slow in ["theme", "sudo", "touch", "read"] {
        let mut app = App::on(&engine);
        app.act("sign_in").await;
        let there = app.elsewhere(&engine);
        let running = app.begin(slow).await;
        assert_eq!(there.sessions.of::<Account>(&7).end_all().await.unwrap(), 1);
        app.gate.open();
        let answer = running.await.unwrap();
        assert!(answer.set_cookies().is_empty(), "{slow}");
        assert_eq!(app.shown().await, NOBODY, "{slow}");
        assert_eq!(count(&app).await, 0);
    }
}

pub(super) async fn o07_an_administrator_ends_any(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("theme").await;
    let nobodys = app.id().await;
    assert!(app.sessions.end::<Account>(&nobodys).await.unwrap());
    assert!(!app.sessions.end::<Account>(&nobodys).await.unwrap());
    assert_eq!(app.shown().await, NOBODY);
    app.act("sign_in").await;
    let sevens = app.id().await;
    assert!(
        app.elsewhere(&engine)
            .sessions
            .end::<Account>(&sevens)
            .await
            .unwrap()
    );
    assert_eq!(app.shown().await, NOBODY);
}

pub(super) async fn o07_a_session_that_changes_hands_changes_lists(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    app.act("sign_in_8").await;
    assert_eq!(count(&app).await, 0);
    assert_eq!(
        app.sessions.of::<Account>(&8).list().await.unwrap().len(),
        1
    );
    assert_eq!(app.sessions.of::<Account>(&7).end_all().await.unwrap(), 0);
    assert_eq!(app.shown().await, "Some(8)   0 {} 0");
    app.act("anew").await;
    assert!(
        app.sessions
            .of::<Account>(&8)
            .list()
            .await
            .unwrap()
            .is_empty()
    );
    app.act("sign_in").await;
    app.act("sign_out").await;
    assert_eq!(count(&app).await, 0);
}

pub(super) async fn o08_with_a_limit_the_oldest_end(engine: Engine) {
    let app = App::with(&engine, |config| config.limit(SessionLimit::new(2)));
    let mut browsers = signed_in(&app, 2).await;
    // Used last counts, not signed in last.
    app.advance(600);
    assert!(is_signed_in(&mut browsers[0]).await);
    browsers.extend(signed_in(&app, 1).await);
    let mut signed_in = Vec::new();
    for browser in &mut browsers {
        signed_in.push(is_signed_in(browser).await);
    }
    assert_eq!(signed_in, [true, false, true]);
    assert_eq!(count(&app).await, 2);
    let limit = EventKind::Ended(EndCause::Limit);
    assert_eq!(app.count(|event| *event == limit), 1);
    assert!(app.sessions.of::<Account>(&7).has_room().await.unwrap());
    assert!(!app.sessions.issue(Account::of(7)).await.unwrap().is_empty());
    assert_eq!(count(&app).await, 2, "an issued one counts like any");
    app.sessions.issue(Account::of(8)).await.unwrap();
    assert_eq!(count(&app).await, 2, "that of another does not");
}

const REFUSE: SessionLimit = SessionLimit::new(2).when_full(WhenFull::Refuse);

pub(super) async fn o08_a_sign_in_too_many_is_refused(engine: Engine) {
    let app = App::with(&engine, |config| config.limit(REFUSE));
    let sevens = app.sessions.of::<Account>(&7);
    assert!(sevens.has_room().await.unwrap());
    let mut browsers = signed_in(&app, 2).await;
    assert!(!sevens.has_room().await.unwrap());
    // With a session already, and without.
    let mut third = Client::new(app.router.clone());
    for before in [None, Some("/?act=theme")] {
        if let Some(before) = before {
            third.get(before).await;
        }
        let had = third.cookie(COOKIE).map(str::to_owned);
        let refused = third.get("/?act=sign_in").await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        assert!(refused.set_cookies().is_empty());
        assert_eq!(third.cookie(COOKIE).map(str::to_owned), had);
    }
    assert_eq!(
        shown(&mut third).await,
        "None dark  0 {} 0",
        "it stays as it was"
    );
    assert_eq!(app.count(|event| *event == EventKind::LimitReached), 2);
    let refused = app.sessions.issue(Account::of(7)).await;
    assert!(matches!(
        refused,
        Err(session_runtime::SaveError::LimitReached)
    ));
    for browser in &mut browsers {
        assert!(is_signed_in(browser).await);
    }
    // There is room when one ends, and when one expires.
    browsers[0].get("/?act=sign_out").await;
    assert_eq!(third.get("/?act=sign_in").await.status(), StatusCode::OK);
    app.advance(30 * 60);
    assert!(sevens.has_room().await.unwrap());
    signed_in(&app, 2).await;
}

pub(super) async fn o08_the_same_session_counts_once(engine: Engine) {
    let app = App::with(&engine, |config| config.limit(REFUSE));
    let mut browsers = signed_in(&app, 2).await;
    for act in ["sudo", "theme", "sign_in", "sign_in,theme"] {
        let answer = browsers[0].get(&format!("/?act={act}")).await;
        assert_eq!(answer.status(), StatusCode::OK, "{act}");
    }
    assert_eq!(count(&app).await, 2);
}

pub(super) async fn o08_of_sign_ins_at_once_none_is_too_many(engine: Engine) {
    const SIGN_INS: usize = 12;
    for refuses in [false, true] {
        let app = if refuses {
            App::with(&engine, |config| config.limit(REFUSE))
        } else {
            App::with(&engine, |config| config.limit(SessionLimit::new(2)))
        };
        let there = app.elsewhere(&engine);
        let together = Arc::new(Barrier::new(SIGN_INS));
        let mut tasks = JoinSet::new();
        for number in 0..SIGN_INS {
            let server = if number % 2 == 0 { &app } else { &there };
            let mut browser = Client::new(server.router.clone());
            let (together, sessions) = (Arc::clone(&together), server.sessions.clone());
            tasks.spawn(async move {
                if number % 3 == 0 {
                    browser.get("/?act=theme").await;
                }
                together.wait().await;
                let status = browser.get("/?act=sign_in").await.status();
                let now = sessions.of::<Account>(&7).list().await.unwrap().len();
                assert!(now <= 2, "{now} at once");
                (status, browser)
            });
        }
        let mut admitted = 0;
        let mut live = 0;
        for (status, mut browser) in tasks.join_all().await {
            let expected = [StatusCode::OK, StatusCode::CONFLICT];
            assert!(expected.contains(&status) && (refuses || status == StatusCode::OK));
            admitted += usize::from(status == StatusCode::OK);
            live += usize::from(is_signed_in(&mut browser).await);
        }
        assert_eq!((count(&app).await, live), (2, 2));
        assert_eq!(admitted, if refuses { 2 } else { SIGN_INS });
    }
}
