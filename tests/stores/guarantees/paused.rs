//! What takes time, with tokio's clock stopped: it moves when nobody has anything to do. In memory
//! alone, for a server that is asked over a network has always something to do.

use std::{sync::Arc, time::Duration};

use http::StatusCode;
use session_runtime::{
    Config, EventKind, SessionRegistry, Settings, Unmounted,
    store::{MemoryStore, SessionStore, StoreErrorKind},
    testing::{Operation, UnreliableStore},
};
use tokio::time::{Instant, sleep, timeout};

use super::{
    Engine,
    app::{Account, App, NOBODY, application, clock},
};

async fn app() -> (App, Engine) {
    let engine = Engine::memory().await.unwrap();
    (App::on(&engine), engine)
}

const DEADLINE: EventKind = EventKind::StoreFailed(StoreErrorKind::Deadline);

#[tokio::test(start_paused = true)]
async fn d29_a_load_ends_at_its_deadline() {
    let engine = Engine::memory().await.unwrap();
    let mut app = App::with(&engine, |config| {
        config.store_deadline(Duration::from_secs(3))
    });
    app.act("sign_in").await;
    app.store.on(Operation::Load).hang_next(1);
    let begun = Instant::now();
    let answer = app.act("read").await;
    assert_eq!(begun.elapsed(), Duration::from_secs(3));
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.set_cookies().is_empty());
    assert_eq!(app.count(|event| *event == DEADLINE), 1);
    assert_eq!(app.shown().await, "Some(7)   0 {} 0");
}

#[tokio::test(start_paused = true)]
async fn d29_a_commit_ends_at_its_deadline() {
    for (act, operation) in [
        ("theme", Operation::Save),
        ("sudo", Operation::Save),
        ("sign_in_8", Operation::Save),
        ("touch", Operation::Touch),
        ("sign_out", Operation::Delete),
    ] {
        let engine = Engine::memory().await.unwrap();
        let mut app = App::with(&engine, |config| {
            config.store_deadline(Duration::from_millis(700))
        });
        app.act("sign_in").await;
        app.store.on(operation).hang_next(1);
        let begun = Instant::now();
        let answer = app.act(act).await;
        assert_eq!(begun.elapsed(), Duration::from_millis(700), "{act}");
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.set_cookies().is_empty());
        assert_eq!(app.count(|event| *event == DEADLINE), 1);
        assert_eq!(app.shown().await, "Some(7)   0 {} 0");
        // The list and the index have it too.
        app.store.on(Operation::List).hang_next(1);
        let begun = Instant::now();
        assert!(app.sessions.of::<Account>(&7).list().await.is_err());
        assert_eq!(begun.elapsed(), Duration::from_millis(700));
    }
}

#[tokio::test(start_paused = true)]
async fn d29_a_list_of_revocations_that_hangs_ends_at_the_deadline() {
    let list = UnreliableStore::new(MemoryStore::new());
    let one = Config::<Account>::new(tests::key(1)).revocations(list.clone());
    let sessions = Unmounted::new(One { one }).unwrap().codec();
    list.on(Operation::Standing).hang_next(1);
    let begun = Instant::now();
    let account = Account::of(7);
    assert!(sessions.issue(account).await.is_err());
    assert_eq!(begun.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn d24_a_load_that_was_given_up_is_begun_anew() {
    let (mut app, _engine) = app().await;
    app.act("sign_in").await;
    app.store.on(Operation::Load).hang_next(1);
    let mut browser = app.client.clone();
    let given_up = timeout(Duration::from_secs(1), browser.get("/?act=theme")).await;
    assert!(given_up.is_err());
    assert_eq!(app.shown().await, "Some(7)   0 {} 0");
}

#[derive(SessionRegistry)]
struct One {
    one: Config<Account>,
}

fn swept(
    pause: impl Into<Option<Duration>>,
) -> (App, UnreliableStore<Arc<dyn SessionStore>>, MemoryStore) {
    let memory = MemoryStore::new();
    let store: Arc<dyn SessionStore> = Arc::new(memory.clone());
    let configure: fn(_) -> _ = match pause.into() {
        None => |config: Config<Account>| config.sweep_every(None),
        Some(_) => |config: Config<Account>| config.sweep_every(Duration::from_secs(60)),
    };
    let app = App::at(store, application(), clock(), configure);
    let unreliable = app.store.clone();
    (app, unreliable, memory)
}

#[tokio::test(start_paused = true)]
async fn d42_what_has_expired_is_swept_without_being_asked_for() {
    let (mut app, store, memory) = swept(Duration::from_secs(60));
    // It begins with the first use.
    sleep(Duration::from_secs(300)).await;
    assert_eq!(store.calls(Operation::Sweep), 0);
    app.act("sign_in").await;
    let mut other = app.client.clone();
    app.client = tests::Client::new(app.router.clone());
    app.act("sign_in").await;
    assert_eq!(memory.sessions(), 2);
    // A sweep that fails, or hangs, is followed by the next.
    store.on(Operation::Sweep).fail_next(2);
    store.on(Operation::Sweep).hang_next(1);
    app.advance(20 * 60);
    other.get("/?act=read").await;
    app.advance(10 * 60);
    sleep(Duration::from_secs(241)).await;
    assert_eq!(store.calls(Operation::Sweep), 3);
    assert_eq!(memory.sessions(), 2);
    let failed = EventKind::StoreFailed(StoreErrorKind::Unavailable);
    assert_eq!(app.count(|event| *event == failed), 2);
    sleep(Duration::from_secs(61)).await;
    assert_eq!(memory.sessions(), 1, "what lives stays");
    assert_eq!(app.shown().await, NOBODY);
    // It ends with the application.
    let swept = store.calls(Operation::Sweep);
    drop((app, other));
    sleep(Duration::from_secs(3600)).await;
    assert!(store.calls(Operation::Sweep) <= swept);
}

#[tokio::test(start_paused = true)]
async fn d42_it_sweeps_every_ten_minutes_unless_it_is_told_not_to() {
    let (mut app, _engine) = app().await;
    app.act("read").await;
    sleep(Duration::from_secs(3601)).await;
    assert_eq!(app.store.calls(Operation::Sweep), 6);
    let (mut app, store, _) = swept(None);
    app.act("sign_in").await;
    sleep(Duration::from_secs(36_000)).await;
    assert_eq!(store.calls(Operation::Sweep), 0);
}

#[tokio::test(start_paused = true)]
async fn d42_a_list_of_revocations_is_swept_too() {
    let list = UnreliableStore::new(MemoryStore::new());
    let one = Config::<Account>::new(tests::key(1))
        .revocations(list.clone())
        .sweep_every(Duration::from_secs(60));
    let settings = Settings::new().application(application());
    let unmounted = Unmounted::with_settings(One { one }, settings).unwrap();
    let router = unmounted.mount(|_| {
        axum::Router::new().route(
            "/",
            axum::routing::get(|_: session_runtime::Session<Account>| async {}),
        )
    });
    let mut client = tests::Client::new(router);
    client.get("/").await;
    sleep(Duration::from_secs(121)).await;
    assert_eq!(list.calls(Operation::Sweep), 2);
}

#[tokio::test(start_paused = true)]
async fn what_another_process_ends_is_told_within_ten_seconds() {
    let (mut app, engine) = app().await;
    app.act("sign_in").await;
    let there = app.elsewhere(&engine);
    for act in ["sign_in_8", "sign_out", "expires"] {
        let id = app.id().await;
        let detached = there.sessions.load::<Account>(&id).await.unwrap().unwrap();
        let ended = tokio::spawn(detached.ended());
        sleep(Duration::from_secs(25)).await;
        assert!(!ended.is_finished());
        match act {
            "expires" => app.advance(30 * 60),
            act => drop(app.act(act).await),
        }
        timeout(Duration::from_millis(10_001), ended)
            .await
            .unwrap()
            .unwrap();
        if act == "sign_out" {
            app.act("sign_in").await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_that_cannot_be_asked_for_is_asked_for_again() {
    let (mut app, _engine) = app().await;
    app.act("sign_in").await;
    let id = app.id().await;
    let detached = app.sessions.load::<Account>(&id).await.unwrap().unwrap();
    app.store.down();
    let ended = tokio::spawn(detached.ended());
    sleep(Duration::from_secs(60)).await;
    assert!(!ended.is_finished(), "out of reach is not ended");
    app.store.up();
    app.act("sign_out").await;
    timeout(Duration::from_millis(1), ended)
        .await
        .unwrap()
        .unwrap();
}
