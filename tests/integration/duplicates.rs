//! Several cookies of one name, several Cookie headers.

use std::time::Duration;

use axum::{Router, body::Body, extract::Request, routing::get};
use proptest::prelude::*;
use session_runtime::{Session, Sessions, Settings, Unmounted, testing::HeldClock};
use tests::{Answer, Auth, registry};
use tower::ServiceExt;

async fn read(session: Session<Auth>) -> String {
    session
        .meta()
        .reason()
        .map_or_else(|| format!("{:?}", session.user_id()), |r| r.to_string())
}

fn app() -> (Router, Sessions, HeldClock) {
    let clock = HeldClock::new();
    let unmounted = Unmounted::with_settings(registry(), Settings::new().clock(&clock)).unwrap();
    let sessions = unmounted.codec();
    (
        unmounted.mount(|_| Router::new().route("/", get(read))),
        sessions,
        clock,
    )
}

async fn ask(router: &Router, cookie_headers: &[String]) -> String {
    let mut request = Request::get("/").body(Body::empty()).unwrap();
    for line in cookie_headers {
        request
            .headers_mut()
            .append("cookie", line.parse().unwrap());
    }
    Answer::of(router.clone().oneshot(request).await.unwrap())
        .await
        .text()
}

fn value(sessions: &Sessions, id: u64) -> String {
    sessions.encode(&sessions.create(Auth::user(id))).unwrap()
}

#[tokio::test]
async fn d19_a_cookie_is_found_in_any_of_several_headers() {
    let (router, sessions, _) = app();
    let cookie = format!("__Host-auth={}", value(&sessions, 7));
    let (a, b) = ("a=1; b=2".to_owned(), "c=3".to_owned());
    for headers in [
        vec![cookie.clone(), a.clone(), b.clone()],
        vec![a.clone(), cookie.clone(), b.clone()],
        vec![a.clone(), b.clone(), cookie.clone()],
        vec![format!("{a}; {cookie}; {b}")],
    ] {
        assert_eq!(ask(&router, &headers).await, "Some(7)");
    }
}

#[tokio::test]
async fn d16_names_are_compared_with_their_case() {
    let (router, sessions, _) = app();
    let value = value(&sessions, 7);
    for name in [
        "__HOST-auth",
        "__host-auth",
        "__Host-Auth",
        "__Host-auth2",
        "auth",
    ] {
        assert_eq!(
            ask(&router, &[format!("{name}={value}")]).await,
            "absent",
            "{name}"
        );
    }
}

#[tokio::test]
async fn d20_garbage_beside_a_valid_cookie_does_no_harm() {
    let (router, sessions, _) = app();
    let valid = format!("__Host-auth={}", value(&sessions, 7));
    for garbage in [
        "__Host-auth=",
        "__Host-auth=zzz",
        "__Host-auth=\"",
        "__Host-auth=%00",
    ] {
        assert_eq!(
            ask(&router, &[format!("{garbage}; {valid}")]).await,
            "Some(7)"
        );
        assert_eq!(
            ask(&router, &[format!("{valid}; {garbage}")]).await,
            "Some(7)"
        );
        assert_eq!(
            ask(&router, &[garbage.to_owned(), valid.clone()]).await,
            "Some(7)"
        );
    }
}

#[tokio::test]
async fn d20_a_flood_of_cookies_is_not_tried_to_its_end() {
    let (router, sessions, _) = app();
    let valid = format!("__Host-auth={}", value(&sessions, 7));
    let flood = |n: usize| vec!["__Host-auth=x"; n].join("; ");
    assert_eq!(
        ask(&router, &[format!("{}; {valid}", flood(15))]).await,
        "Some(7)"
    );
    assert_eq!(
        ask(&router, &[format!("{}; {valid}", flood(16))]).await,
        "malformed"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Valid cookies of different ages, expired ones and garbage, in any order, over any headers.
    #[test]
    fn d20_the_result_does_not_depend_on_the_order(
        order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        split in 1_usize..6,
    ) {
        let (router, sessions, clock) = app();
        let mut values = vec![value(&sessions, 1)];
        clock.advance(Duration::from_secs(60 * 60));
        for id in 2..=4 {
            clock.advance(Duration::from_secs(1));
            values.push(value(&sessions, id));
        }
        values.extend(["zzz".to_owned(), String::new()]);
        let cookies: Vec<_> = order.iter().map(|i| format!("__Host-auth={}", values[*i])).collect();
        let headers: Vec<_> = cookies.chunks(split).map(|chunk| chunk.join("; ")).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        prop_assert_eq!(runtime.block_on(ask(&router, &headers)), "Some(4)");
    }
}

#[tokio::test]
async fn d20_of_two_sealed_in_one_millisecond_the_same_one_counts_in_either_order() {
    let (router, sessions, _) = app();
    let (a, b) = (value(&sessions, 1), value(&sessions, 2));
    let one = ask(&router, &[format!("__Host-auth={a}; __Host-auth={b}")]).await;
    let other = ask(&router, &[format!("__Host-auth={b}; __Host-auth={a}")]).await;
    assert_eq!(one, other);
}

#[tokio::test]
async fn d20_of_several_reasons_the_most_telling_is_given_in_any_order() {
    let (router, sessions, clock) = app();
    let expired = format!("__Host-auth={}", value(&sessions, 7));
    clock.advance(Duration::from_secs(60 * 60));
    let garbage = "__Host-auth=zzz";
    assert_eq!(
        ask(&router, &[format!("{expired}; {garbage}")]).await,
        "expired"
    );
    assert_eq!(
        ask(&router, &[format!("{garbage}; {expired}")]).await,
        "expired"
    );
}
