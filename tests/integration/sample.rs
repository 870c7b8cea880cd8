//! The sample of the documentation, as an application would have it.

mod app;

use app::{Auth, Prefs};
use axum::{Router, body::Body, extract::Request, response::Response};
use session_runtime::{Sessions, testing};
use tests::Answer;
use tower::ServiceExt;

async fn ask(
    router: &Router,
    method: &str,
    path: &str,
    cookies: &[&http::HeaderValue],
) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    for cookie in cookies {
        request = request.header("cookie", *cookie);
    }
    let body = Body::from(r#"{"email":"ada@example.org"}"#);
    let request = request
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    router.clone().oneshot(request).await.unwrap()
}

async fn auth(sessions: &Sessions, response: &Response) -> testing::ResponseSession<Auth> {
    testing::response_session(sessions, response.headers())
        .await
        .unwrap()
}

#[tokio::test]
async fn signing_in_gives_a_typed_session() {
    let (router, sessions) = app::router();
    let response = ask(&router, "POST", "/login", &[]).await;
    let session = auth(&sessions, &response).await.set().unwrap();
    assert_eq!(
        (session.user_id(), session.email()),
        (Some(7), Some("ada@example.org"))
    );
    assert_eq!(session.roles(), ["user"]);
    let prefs: testing::ResponseSession<Prefs> =
        testing::response_session(&sessions, response.headers())
            .await
            .unwrap();
    assert!(prefs.is_untouched());
}

#[tokio::test]
async fn a_page_reads_one_session_and_writes_another() {
    let (router, sessions) = app::router();
    let signed_in = testing::request_cookie(&sessions, Auth::user(7))
        .await
        .unwrap();
    assert_eq!(ask(&router, "GET", "/me", &[]).await.status(), 401);
    let response = ask(&router, "GET", "/me", &[&signed_in]).await;
    assert!(auth(&sessions, &response).await.is_untouched());
    let prefs: testing::ResponseSession<Prefs> =
        testing::response_session(&sessions, response.headers())
            .await
            .unwrap();
    assert_eq!(prefs.set().unwrap().visits(), 1);
    assert_eq!(Answer::of(response).await.text(), "Some(7) None false");
}

#[tokio::test]
async fn sudo_keeps_who_it_is_and_adds_a_role() {
    let (router, sessions) = app::router();
    let signed_in = testing::request_cookie(&sessions, Auth::user(7))
        .await
        .unwrap();
    let response = ask(&router, "POST", "/sudo", &[&signed_in]).await;
    let session = auth(&sessions, &response).await.set().unwrap();
    assert!(session.is_admin() && session.user_id() == Some(7));
}

#[tokio::test]
async fn signing_out_removes_the_cookie() {
    let (router, sessions) = app::router();
    let signed_in = testing::request_cookie(&sessions, Auth::user(7))
        .await
        .unwrap();
    let response = ask(&router, "POST", "/logout", &[&signed_in]).await;
    assert!(auth(&sessions, &response).await.is_removed());
}

#[tokio::test]
async fn remember_me_outlives_the_browser() {
    let (router, _) = app::router();
    let answer = Answer::of(ask(&router, "POST", "/remember", &[]).await).await;
    let line = answer.set_cookies()[0];
    assert!(
        line.starts_with("prefs=") && line.contains("; Max-Age=2592000; "),
        "{line}"
    );
}
