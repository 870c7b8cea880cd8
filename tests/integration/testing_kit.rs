//! The kit that applications test themselves with.

use std::time::{Duration, SystemTime};

use axum::{Router, body::Body, extract::Request, routing::get};
use session_runtime::{
    Session, Sessions, Settings, Unmounted,
    testing::{self, HeldClock, ResponseSession},
};
use tests::{Auth, Prefs, registry};
use tower::ServiceExt;

fn app() -> (Router, Sessions) {
    let write = |mut session: Session<Auth>| async move {
        session.set_user_id(8);
    };
    let delete = |mut session: Session<Auth>| async move { session.delete() };
    let read = |session: Session<Auth>| async move { format!("{:?}", session.user_id()) };
    let unmounted = Unmounted::new(registry()).unwrap();
    let sessions = unmounted.codec();
    let router = unmounted.mount(|_| {
        Router::new()
            .route("/write", get(write))
            .route("/delete", get(delete))
            .route("/read", get(read))
    });
    (router, sessions)
}

async fn ask(path: &str, data: Auth) -> (ResponseSession<Auth>, ResponseSession<Prefs>) {
    let (router, sessions) = app();
    let cookie = testing::request_cookie(&sessions, data).await.unwrap();
    let request = Request::get(path)
        .header("cookie", cookie)
        .body(Body::empty())
        .unwrap();
    let response = router.oneshot(request).await.unwrap();
    (
        testing::response_session(&sessions, response.headers())
            .await
            .unwrap(),
        testing::response_session(&sessions, response.headers())
            .await
            .unwrap(),
    )
}

#[tokio::test]
async fn what_a_response_did_is_read_typed() {
    let (auth, prefs) = ask("/write", Auth::user(7)).await;
    assert_eq!(auth.set().unwrap().user_id(), Some(8));
    assert!(prefs.is_untouched());
    let (auth, _) = ask("/delete", Auth::user(7)).await;
    assert!(auth.is_removed() && auth.set().is_none());
    let (auth, _) = ask("/read", Auth::user(7)).await;
    assert!(auth.is_untouched());
}

#[test]
fn a_held_clock_moves_when_it_is_moved() {
    let clock = HeldClock::at(SystemTime::UNIX_EPOCH + Duration::from_millis(1500));
    let same = clock.clone();
    clock.advance(Duration::from_millis(250));
    assert_eq!(
        same.now(),
        SystemTime::UNIX_EPOCH + Duration::from_millis(1750)
    );
    assert_eq!(HeldClock::default().now(), HeldClock::new().now());
}

#[test]
fn a_session_ages_with_the_held_clock() {
    let clock = HeldClock::new();
    let sessions = Unmounted::with_settings(registry(), Settings::new().clock(&clock))
        .unwrap()
        .codec();
    let value = sessions.encode(&sessions.create(Auth::user(7))).unwrap();
    clock.advance(Duration::from_secs(90));
    assert_eq!(
        sessions.decode::<Auth>(&value).unwrap().meta().age(),
        Duration::from_secs(90)
    );
}
