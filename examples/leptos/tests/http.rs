//! The server functions as a browser calls them: over HTTP, with a cookie.

use axum::{
    Router,
    body::Body,
    http::{
        Request, StatusCode,
        header::{CONTENT_TYPE, COOKIE, SET_COOKIE},
    },
    response::Response,
};
use http_body_util::BodyExt;
use leptos_server_functions::{Profile, app};
use session_runtime::Key;
use tower::ServiceExt;

/// Calls the function at `path`, as the code that leptos generates for a browser would.
async fn call(app: &Router, path: &str, form: &str, cookie: Option<&str>) -> Response {
    let mut request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(cookie) = cookie {
        request = request.header(COOKIE, cookie);
    }
    let request = request.body(Body::from(form.to_owned())).unwrap();
    app.clone().oneshot(request).await.unwrap()
}

/// Name and value of the cookie that the response sets.
fn cookie(response: &Response) -> Option<String> {
    let line = response.headers().get(SET_COOKIE)?.to_str().unwrap();
    Some(line.split(';').next().unwrap().to_owned())
}

async fn profile(response: Response) -> Option<Profile> {
    assert_eq!(response.status(), StatusCode::OK);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn a_server_function_reads_and_writes_the_session_of_its_request() {
    let app = app(Key::generate().unwrap()).unwrap();
    let nobody = call(&app, "/api/visit", "", None).await;
    assert_eq!(cookie(&nobody), None);
    assert_eq!(profile(nobody).await, None);

    let signed_in = call(&app, "/api/sign-in", "user=ada", None).await;
    assert_eq!(signed_in.status(), StatusCode::OK);
    let mut held = cookie(&signed_in).unwrap();
    assert!(held.starts_with("__Host-auth="));
    for visits in 1..=2 {
        let answer = call(&app, "/api/visit", "", Some(&held)).await;
        held = cookie(&answer).unwrap();
        let user = "ada".to_owned();
        assert_eq!(profile(answer).await, Some(Profile { user, visits }));
    }

    let signed_out = call(&app, "/api/sign-out", "", Some(&held)).await;
    assert_eq!(cookie(&signed_out).unwrap(), "__Host-auth=");
}

/// Server functions outside `mount`: a mistake, with its name.
#[tokio::test]
async fn without_the_layer_both_ways_say_what_is_missing() {
    let app = Router::new().fallback(leptos_axum::handle_server_fns);
    for path in ["/api/sign-in", "/api/visit"] {
        let answer = call(&app, path, "user=ada", None).await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains("auth"), "{text}");
    }
}
