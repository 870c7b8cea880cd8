//! Sessions that live in their cookies, and end all the same.

use http::StatusCode;
use session_runtime::{
    Config, EventKind, Reason, SessionRegistry, Settings, Unmounted, store::StoreErrorKind,
    testing::Operation,
};

use super::{
    Engine,
    app::{application, clock, key},
    people::{App, Node, Person, Sealed, Settled},
};

const FORMATS: [&str; 2] = ["sealed", "node"];
const NOBODY: &str = "None ";

pub(super) async fn o06_a_deleted_session_ends_in_every_copy_of_its_cookie(engine: Engine) {
    for format in FORMATS {
        let mut app = App::on(&engine);
        app.act(format, "sign_in").await;
        let mut there = app.elsewhere(&engine, Settled::default());
        app.advance(1);
        // A later cookie of the same session is a copy too.
        app.act(format, "theme").await;
        let later = app.client.clone();
        assert_eq!(app.act(format, "sign_out").await.set_cookies().len(), 1);
        assert_eq!(app.shown_to(&later, format).await, NOBODY);
        assert_eq!(there.shown(format).await, NOBODY);
        let reason = there.client.get(&format!("/{format}/reason")).await.text();
        assert_eq!(reason, "Some(Revoked)");
        assert!(there.count(&EventKind::Fresh(Reason::Revoked)) > 0);
        // He signs in again.
        app.act(format, "sign_in").await;
        assert_eq!(app.shown(format).await, "Some(7) ");
    }
}

pub(super) async fn o06_a_regenerated_one_ends_in_every_copy_of_its_cookie(engine: Engine) {
    for (format, act) in FORMATS
        .iter()
        .flat_map(|f| ["sign_in_8", "sudo"].map(|act| (*f, act)))
    {
        let mut app = App::on(&engine);
        app.act(format, "sign_in").await;
        let copy = app.client.clone();
        app.act(format, act).await;
        assert_eq!(app.shown_to(&copy, format).await, NOBODY, "{format} {act}");
        let user = if act == "sudo" {
            "Some(7) "
        } else {
            "Some(8) "
        };
        assert_eq!(app.shown(format).await, user);
    }
}

pub(super) async fn o06_an_answer_under_way_does_not_bring_it_back(engine: Engine) {
    for format in FORMATS {
        for way in ["sign_out", "by id", "all", "all, sudo"] {
            let mut app = App::on(&engine);
            app.act(format, "sign_in").await;
            let id = app.id(format).await;
            app.advance(1);
            let mut other = app.client.clone();
            let act = if way == "all, sudo" { "sudo" } else { "theme" };
            let path = format!("/{format}?wait=true&act={act}");
            let slow = tokio::spawn(async move { other.get(&path).await });
            app.gate.arrived().await;
            match (way, format) {
                ("sign_out", _) => drop(app.act(format, "sign_out").await),
                ("by id", "sealed") => {
                    assert!(app.sessions.end::<Sealed>(&id).await.unwrap());
                }
                ("by id", _) => assert!(app.sessions.end::<Node>(&id).await.unwrap()),
                (_, "sealed") => drop(app.sessions.of::<Sealed>(&7).end_all().await.unwrap()),
                (_, _) => drop(app.sessions.of::<Node>(&7).end_all().await.unwrap()),
            }
            app.gate.open();
            let slow = slow.await.unwrap();
            app.client.keep(&slow);
            assert_eq!(app.shown(format).await, NOBODY, "{format}: {way}");
        }
    }
}

pub(super) async fn o06_all_of_one_principal_end_and_no_others(engine: Engine) {
    let mut app = App::on(&engine);
    let mut browsers = Vec::new();
    for (format, act) in [
        ("sealed", "sign_in"),
        ("sealed", "sign_in,theme"),
        ("sealed", "sign_in_8"),
        ("sealed", "theme"),
        ("node", "sign_in"),
    ] {
        let mut browser = app.client.clone();
        browser.get(&format!("/{format}?act={act}")).await;
        let shown = app.shown_to(&browser, format).await;
        browsers.push((browser, format, shown));
    }
    app.advance(1);
    let there = app.elsewhere(&engine, Settled::default());
    there.sessions.of::<Sealed>(&7).end_all().await.unwrap();
    for (number, (browser, format, shown)) in browsers.iter().enumerate() {
        let expected = if number < 2 { NOBODY } else { shown };
        assert_eq!(app.shown_to(browser, format).await, expected, "{number}");
    }
    // He signs in again, in the same millisecond too.
    app.act("sealed", "sign_in").await;
    assert_eq!(app.shown("sealed").await, "Some(7) ");
    there.sessions.of::<Sealed>(&7).end_all().await.unwrap();
    assert_eq!(app.shown("sealed").await, NOBODY);
    // What is issued begins in the epoch of now.
    let issued = app.sessions.issue(Sealed::of(7)).await.unwrap();
    app.client.set_cookie("__Host-sealed", issued);
    assert_eq!(app.shown("sealed").await, "Some(7) ");
}

pub(super) async fn o06_out_of_reach_is_a_503_that_keeps_the_cookie(engine: Engine) {
    for format in FORMATS {
        let mut app = App::on(&engine);
        app.act(format, "sign_in").await;
        let unchecked = Settled {
            opens_unchecked: true,
            ..Settled::default()
        };
        let mut open = app.elsewhere(&engine, unchecked);
        app.list.down();
        for act in ["read", "theme", "sign_out"] {
            let answer = app.act(format, act).await;
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.header("retry-after"), Some("5"));
            assert!(answer.set_cookies().is_empty());
        }
        // A sign-out that cannot be remembered has not happened.
        app.list.up();
        for (fails, act) in [
            (Operation::Revoke, "sign_out"),
            (Operation::Revoke, "sudo"),
            (Operation::Standing, "read"),
        ] {
            app.list.on(fails).fail_next(1);
            let answer = app.act(format, act).await;
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{act}");
            assert!(answer.set_cookies().is_empty());
            assert_eq!(app.shown(format).await, "Some(7) ", "{act}");
        }
        // Who wants it so opens without the list.
        open.list.down();
        assert_eq!(open.shown(format).await, "Some(7) ");
        assert!(open.act(format, "theme").await.status().is_success());
        let failed = EventKind::StoreFailed(StoreErrorKind::Unavailable);
        assert_eq!(open.count(&failed), 2, "and is told each time");
        let ended = open.act(format, "sign_out").await;
        assert_eq!(
            ended.status(),
            StatusCode::SERVICE_UNAVAILABLE,
            "ending needs it"
        );
    }
}

pub(super) async fn o06_it_is_looked_up_no_oftener_than_the_lag_says(engine: Engine) {
    let lag = Settled {
        lag: 300,
        ..Settled::default()
    };
    let mut here = App::on(&engine);
    here.act("sealed", "sign_in").await;
    let mut there = here.elsewhere(&engine, lag);
    for _ in 0..5 {
        assert_eq!(there.shown("sealed").await, "Some(7) ");
        there.advance(50);
    }
    assert_eq!(there.list.calls(Operation::Standing), 1);
    here.list.forget_calls();
    here.shown("sealed").await;
    here.shown("sealed").await;
    assert_eq!(
        here.list.calls(Operation::Standing),
        2,
        "without a lag, each time"
    );
    // Ended here, it is open there until the lag is over: 250 s have passed.
    let id = here.id("sealed").await;
    here.sessions.end::<Sealed>(&id).await.unwrap();
    here.advance(49);
    assert_eq!(here.shown("sealed").await, NOBODY);
    assert_eq!(there.shown("sealed").await, "Some(7) ");
    here.advance(1);
    assert_eq!(there.shown("sealed").await, NOBODY);
    // What a process ends itself is ended in it at once.
    for way in 0..3 {
        let mut app = there.elsewhere(&engine, lag);
        app.act("sealed", "sign_in").await;
        assert_eq!(app.shown("sealed").await, "Some(7) ");
        app.advance(1);
        let (id, copy) = (app.id("sealed").await, app.client.clone());
        match way {
            0 => drop(app.act("sealed", "sign_out").await),
            1 => drop(app.sessions.end::<Sealed>(&id).await.unwrap()),
            _ => drop(app.sessions.of::<Sealed>(&7).end_all().await.unwrap()),
        }
        assert_eq!(app.shown_to(&copy, "sealed").await, NOBODY, "{way}");
    }
}

#[derive(SessionRegistry)]
struct NodeAlone {
    node: Config<Node>,
}

pub(super) async fn o06_what_node_alone_wrote_ends_with_its_principals_others(engine: Engine) {
    let mut app = App::on(&engine);
    let settings = Settings::new().clock(&app.clock);
    let node = NodeAlone {
        node: Config::new(tests::key(2)),
    };
    let node = Unmounted::with_settings(node, settings).unwrap().codec();
    let (seven, eight) = (node.issue(Node::of(7)).await, node.issue(Node::of(8)).await);
    let (seven, eight) = (seven.unwrap(), eight.unwrap());
    app.client.set_cookie("node", &*seven);
    assert_eq!(app.shown("node").await, "Some(7) ");
    app.advance(2);
    app.sessions.of::<Node>(&7).end_all().await.unwrap();
    assert_eq!(app.shown("node").await, NOBODY);
    app.client.set_cookie("node", eight);
    assert_eq!(app.shown("node").await, "Some(8) ");
    // Node lets him sign in again; we write to it, and he can be ended again.
    app.advance(2);
    let seven = node.issue(Node::of(7)).await.unwrap();
    app.client.set_cookie("node", seven);
    app.act("node", "theme").await;
    assert_eq!(app.shown("node").await, "Some(7) dark");
    let (id, copy) = (app.id("node").await, app.client.clone());
    assert!(app.sessions.end::<Node>(&id).await.unwrap());
    assert_eq!(app.shown_to(&copy, "node").await, NOBODY);
    // Deleted by us, the very cookie that Node wrote is ended.
    app.advance(2);
    let seven = node.issue(Node::of(7)).await.unwrap();
    app.client.set_cookie("node", seven);
    let copy = app.client.clone();
    app.act("node", "sign_out").await;
    assert_eq!(app.shown_to(&copy, "node").await, NOBODY);
    // However it is spelt: Node reads escapes, and base64 without its end.
    let value = copy.cookie("node").unwrap().to_owned();
    let (mut escaped, mut unpadded) = (copy.clone(), copy);
    escaped.respell_cookie("node");
    unpadded.set_cookie("node", value.replace("%3D", ""));
    for copy in [escaped, unpadded] {
        assert_ne!(copy.cookie("node"), Some(&*value));
        assert_eq!(app.shown_to(&copy, "node").await, NOBODY);
    }
}

pub(super) async fn o06_what_is_remembered_outlives_the_cookies_and_no_more(engine: Engine) {
    async fn sweep(app: &App) -> Option<u64> {
        let since = app
            .clock
            .now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let now = u64::try_from(since.as_millis()).unwrap();
        // Redis removes by itself, by its own clock.
        Some(app.list.inner().sweeper()?.sweep(now).await.unwrap())
    }
    let mut app = App::on(&engine);
    app.act("sealed", "sign_in").await;
    let id = app.id("sealed").await;
    app.sessions.end::<Sealed>(&id).await.unwrap();
    let list = app.list.inner();
    // The idle limit, and a minute each for clocks and for answers under way.
    app.advance(32 * 60 - 1);
    sweep(&app).await;
    let key = key(id);
    let revocations = list.revocations().unwrap();
    assert!(
        revocations
            .standing(Some(&key), None)
            .await
            .unwrap()
            .is_revoked
    );
    app.advance(1);
    if sweep(&app).await.is_some() {
        assert!(
            !revocations
                .standing(Some(&key), None)
                .await
                .unwrap()
                .is_revoked
        );
    }
    // A server that learns late may have sealed it again meanwhile.
    let lag = Settled {
        lag: 300,
        ..Settled::default()
    };
    let mut here = App::with(engine.store(), application(), clock(), lag);
    here.act("sealed", "sign_in").await;
    let mut there = here.elsewhere(&engine, lag);
    assert_eq!(there.shown("sealed").await, "Some(7) ");
    let id = here.id("sealed").await;
    here.sessions.end::<Sealed>(&id).await.unwrap();
    here.advance(299);
    assert_eq!(there.act("sealed", "theme").await.set_cookies().len(), 1);
    for _ in 0..8 {
        here.advance(250);
        sweep(&here).await;
        assert_eq!(there.shown("sealed").await, NOBODY, "it does not come back");
    }
}
