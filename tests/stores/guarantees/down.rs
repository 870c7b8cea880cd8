//! A store that is out of reach, and how often it is asked when it is not.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, extract::Request, routing::get};
use futures_util::FutureExt;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, EventKind, RequestSession, SecureSession, Session, SessionRegistry, SessionRejection,
    Settings, Unmounted,
    store::{SessionStore, StoreErrorKind},
    testing::{Operation, UnreliableStore},
};
use tests::{Answer, Client};

use super::{
    Engine,
    app::{Account, App, COOKIE, NOBODY, application},
};

#[track_caller]
fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), Some("5"));
    assert!(answer.set_cookies().is_empty(), "the cookie is kept");
}

pub(super) async fn d25_a_regeneration_that_fails_has_changed_nothing(engine: Engine) {
    for act in ["sign_in_8", "sudo", "sign_out", "theme,name,visit"] {
        let mut app = App::on(&engine);
        app.act("sign_in").await;
        let (id, cookie) = (app.id().await, app.cookie());
        let before = app.record(id).await;
        app.store.on(Operation::Save).fail_next(1);
        app.store.on(Operation::Delete).fail_next(1);
        assert_unavailable(&app.act(act).await);
        assert_eq!((app.record(id).await, app.cookie()), (before, cookie));
        assert_eq!(app.shown().await, "Some(7)   0 {} 0");
    }
}

pub(super) async fn d25_an_answer_that_is_lost_leaves_one_whole_record(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    app.store.on(Operation::Save).lose_answer_next(1);
    assert_unavailable(&app.act("theme,name,visit").await);
    assert_eq!(app.shown().await, "Some(7) dark ada 1 {} 0");
    // Of a rotation the browser does not learn: in its grace it may go on, and try again.
    app.store.on(Operation::Save).lose_answer_next(1);
    assert_unavailable(&app.act("sudo").await);
    assert_eq!(app.shown().await, "Some(7) dark ada 1 {} 0");
    assert_eq!(
        app.sessions.of::<Account>(&7).list().await.unwrap().len(),
        1
    );
    // Of a sign-in neither: nobody else has its id.
    let mut app = App::on(&engine);
    app.store.on(Operation::Create).lose_answer_next(1);
    assert_unavailable(&app.act("sign_in").await);
    assert_eq!(app.shown().await, NOBODY);
}

pub(super) async fn d27_out_of_reach_is_a_503_that_keeps_the_cookie(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    app.store.down();
    for path in [
        "/?act=read",
        "/?act=theme",
        "/?act=sign_in",
        "/?act=sign_out",
        "/optional",
    ] {
        assert_unavailable(&app.client.get(path).await);
    }
    let failed = EventKind::StoreFailed(StoreErrorKind::Unavailable);
    assert_eq!(app.count(|event| *event == failed), 5, "each is counted");
    app.store.up();
    assert_eq!(app.shown().await, "Some(7)   0 {} 0");
}

pub(super) async fn d27_a_page_may_work_without_its_session(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    app.store.down();
    let answer = app.client.get("/either").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.text(), "a page without it");
    assert!(answer.set_cookies().is_empty());
    let answer = app.client.get("/none").await;
    assert_eq!(answer.status(), StatusCode::OK);
    app.store.up();
    assert_eq!(app.client.get("/either").await.text(), "with it");
    assert_eq!(app.client.get("/optional").await.text(), "true");
}

pub(super) async fn d27_a_commit_that_fails_is_a_503_without_its_cookie(engine: Engine) {
    let mut app = App::on(&engine);
    app.store.on(Operation::Create).fail_next(1);
    assert_unavailable(&app.act("sign_in").await);
    app.act("sign_in").await;
    for kind in [StoreErrorKind::Full, StoreErrorKind::Deadline] {
        app.store.on(Operation::Save).fail_next_as(1, kind);
        let answer = app.client.get("/own").await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("retry-after"), Some("5"));
        assert_eq!(
            answer.set_cookies(),
            ["own=1; Path=/"],
            "the application's own is kept"
        );
        assert_eq!(answer.text(), "", "it would say that it was saved");
        let failed = EventKind::StoreFailed(kind);
        assert_eq!(app.count(|event| *event == failed), 1);
    }
    assert_eq!(app.shown().await, "Some(7)   0 {} 0");
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "cart")]
struct Cart {
    items: u32,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "prefs")]
struct Prefs {
    theme: String,
}

#[derive(SessionRegistry)]
struct Three {
    account: Config<Account>,
    cart: Config<Cart>,
    prefs: Config<Prefs>,
}

async fn write_all(
    mut account: Session<Account>,
    mut cart: Session<Cart>,
    mut prefs: Session<Prefs>,
) {
    account.set_theme("dark");
    cart.set_items(1);
    prefs.set_theme("dark");
}

async fn twice(
    one: Result<Session<Account>, SessionRejection>,
    other: Result<Session<Account>, SessionRejection>,
    request: Request,
) -> String {
    let third = request.session::<Account>().await;
    format!("{} {} {}", one.is_ok(), other.is_ok(), third.is_ok())
}

/// Begins to ask for the session, gives up, and asks again.
async fn again(request: Request) -> String {
    let first = request.session::<Account>().now_or_never();
    let second = request.session::<Account>().await;
    format!(
        "{} {:?}",
        first.is_some(),
        second.map(|account| account.user_id())
    )
}

type Unreliable = UnreliableStore<Arc<dyn SessionStore>>;

fn three(engine: &Engine) -> (Client, Unreliable, Unreliable) {
    let (one, other) = (engine.store(), engine.elsewhere());
    let (one, other) = (UnreliableStore::new(one), UnreliableStore::new(other));
    let registry = Three {
        account: Config::stored(one.clone()),
        cart: Config::stored(other.clone()),
        prefs: Config::new(tests::key(1)),
    };
    let settings = Settings::new().application(application());
    let unmounted = Unmounted::with_settings(registry, settings).unwrap();
    let router = unmounted.mount(|_| {
        Router::new()
            .route("/", get(write_all))
            .route("/twice", get(twice))
            .route("/again", get(again))
    });
    (Client::new(router), one, other)
}

pub(super) async fn d27_the_other_sessions_of_a_failed_commit_are_sent(engine: Engine) {
    let (mut client, account, cart) = three(&engine);
    account.on(Operation::Create).fail_next(1);
    let answer = client.get("/").await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(client.cookie(COOKIE), None);
    assert!(client.cookie("__Host-cart").is_some() && client.cookie("__Host-prefs").is_some());
    assert_eq!(answer.set_cookies().len(), 2);
    // Whichever of them it is.
    let mut fresh = client.clone();
    for name in ["__Host-cart", "__Host-prefs"] {
        fresh.set_cookie(name, "");
    }
    cart.on(Operation::Create).fail_next(1);
    let answer = fresh.get("/").await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.set_cookies().len(), 2);
    assert!(fresh.cookie(COOKIE).is_some());
}

pub(super) async fn d28_without_a_cookie_no_store_is_asked(engine: Engine) {
    let mut app = App::on(&engine);
    for path in ["/?act=read", "/optional", "/either", "/reason"] {
        assert_eq!(app.client.get(path).await.status(), StatusCode::OK);
    }
    app.client.set_cookie("another", "1");
    app.client.set_cookie("account", "1");
    app.act("read").await;
    assert_eq!(app.store.all_calls(), 0);
}

pub(super) async fn d28_a_session_that_nobody_asks_for_is_not_loaded(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    app.store.forget_calls();
    app.advance(600);
    let answer = app.client.get("/none").await;
    assert!(answer.set_cookies().is_empty());
    assert_eq!(app.store.all_calls(), 0);
}

pub(super) async fn d28_a_read_is_one_call_and_a_write_two(engine: Engine) {
    use Operation::{Create, Delete, Load, Save, Touch};
    let mut app = App::on(&engine);
    for (act, expected) in [
        ("sign_in", &[Create][..]),
        ("read", &[Load]),
        ("theme,name,visit", &[Load, Save]),
        ("sudo", &[Load, Save]),
        ("sign_in_8", &[Load, Save]),
        ("touch", &[Load, Touch]),
        ("sign_out", &[Load, Delete]),
    ] {
        app.store.forget_calls();
        app.act(act).await;
        assert_eq!(app.store.all_calls(), expected.len(), "{act}");
        for operation in expected {
            assert_eq!(app.store.calls(*operation), 1, "{act}");
        }
    }
    app.act("sign_in").await;
    app.store.forget_calls();
    app.beside("theme", "name").await;
    assert_eq!(
        (app.store.calls(Load), app.store.calls(Save)),
        (3, 3),
        "a conflict"
    );
}

pub(super) async fn d28_a_request_loads_once_whoever_asks(engine: Engine) {
    let (mut client, account, _) = three(&engine);
    client.get("/").await;
    account.forget_calls();
    assert_eq!(client.get("/twice").await.text(), "true true true");
    assert_eq!(account.calls(Operation::Load), 1);
    // A failure is of the whole request too.
    account.on(Operation::Load).fail_next(1);
    assert_eq!(client.get("/twice").await.text(), "false false false");
    assert_eq!(account.calls(Operation::Load), 2);
    // Who gives up leaves it to the next who asks.
    account.on(Operation::Load).hang_next(1);
    assert_eq!(client.get("/again").await.text(), "false Ok(None)");
    assert_eq!(account.calls(Operation::Load), 4);
}

/// The client goes away while its session is being saved.
pub(super) async fn d29_a_commit_ends_though_the_client_has_gone(engine: Engine) {
    let mut app = App::on(&engine);
    app.act("sign_in").await;
    let id = app.id().await;
    let before = app.record(id).await;
    app.store.forget_calls();
    app.store.on(Operation::Save).delay_next(1, 500_000);
    let mut browser = app.client.clone();
    let mut request = Box::pin(browser.get("/?act=theme"));
    let deadline = Instant::now() + Duration::from_secs(30);
    while app.store.calls(Operation::Save) == 0 {
        assert!(Instant::now() < deadline, "it is not saved");
        assert!((&mut request).now_or_never().is_none(), "it is late");
        tokio::task::yield_now().await;
    }
    drop(request);
    while app.record(id).await == before {
        assert!(Instant::now() < deadline, "the commit was given up");
        tokio::task::yield_now().await;
    }
    assert_eq!(app.shown().await, "Some(7) dark  0 {} 0");
}
