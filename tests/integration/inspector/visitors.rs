//! Who may look, and where it may run at all.

use super::*;

async fn status(app: &mut App, headers: &[(&'static str, &'static str)]) -> StatusCode {
    let headers = headers.iter().map(|(name, value)| {
        let name = http::HeaderName::from_static(name);
        (name, http::HeaderValue::from_static(value))
    });
    let headers = headers.collect();
    let answer = app.client.request(Method::GET, "/sessions", headers).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.status()
}

#[tokio::test]
async fn others_than_this_machine_are_refused() {
    let mut app = App::sealed();
    app.client.get("/write").await;
    for (headers, expected) in [
        (&[("host", "localhost:3000")][..], StatusCode::OK),
        (&[("host", "shop.example.org")], StatusCode::FORBIDDEN),
        (
            &[("host", "localhost"), ("x-forwarded-for", "192.0.2.1")],
            StatusCode::FORBIDDEN,
        ),
        (
            &[
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "no-cors"),
            ],
            StatusCode::FORBIDDEN,
        ),
    ] {
        assert_eq!(status(&mut app, headers).await, expected, "{headers:?}");
    }
}

#[tokio::test]
async fn nothing_is_done_there_but_looking() {
    let mut app = App::sealed();
    let answer = app.client.post("/sessions").await;
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    let head = app
        .client
        .request(Method::HEAD, "/sessions", HeaderMap::new())
        .await;
    assert_eq!((head.status(), head.text().as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn json_is_given_to_who_accepts_it_alone() {
    let mut app = App::sealed();
    for (accepts, expected) in [
        ("application/json", "application/json"),
        ("text/html,application/json", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
    ] {
        let answer = app.client.get_with("/sessions", "accept", accepts).await;
        assert_eq!(answer.header("content-type"), Some(expected));
    }
}

/// The error of an application that has the inspector in its settings.
fn problem(inspector: &SessionInspector) -> Option<String> {
    let registry = One {
        auth: Config::new(key(1)),
    };
    let settings = Settings::new().inspector(inspector);
    let unmounted = Unmounted::with_settings(registry, settings);
    unmounted.err().map(|error| error.to_string())
}

#[test]
fn a_release_build_does_not_start_with_it_unless_that_is_asked_for() {
    let refused = problem(&testing::in_release(SessionInspector::new())).unwrap();
    assert_eq!(
        refused,
        "inspector: shows what is in the sessions, and this is a release build (debug assertions \
         are off): leave it out, or allow it with `SessionInspector::insecure_in_release`"
    );
    let allowed = testing::in_release(SessionInspector::new().insecure_in_release());
    assert_eq!(problem(&allowed), None);
    assert_eq!(problem(&SessionInspector::new()), None);
}

#[test]
fn one_inspector_looks_into_one_registry() {
    let inspector = SessionInspector::new();
    assert_eq!(problem(&inspector), None);
    let refused = problem(&inspector).unwrap();
    assert!(refused.contains("make one for each"), "{refused}");
}

#[tokio::test]
async fn without_a_registry_it_says_what_is_missing() {
    let router = Router::new().route_service("/sessions", SessionInspector::new());
    let answer = Client::new(router).get("/sessions").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.text().contains("`Settings::inspector`"));
}
