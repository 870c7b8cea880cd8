//! `Authenticated<T>`: what is for those who are signed in, and what others are answered.

use axum::{Router, routing::get};
use http::{HeaderMap, Method, StatusCode};
use session_runtime::{
    Authenticated, AuthenticationRejection, Config, ReturnTo, Session, require_authenticated,
};
use tests::{Answer, Client};

use crate::homes::{ALL, Home, Member, headers, site, try_site};

async fn sign_in(next: ReturnTo, mut session: Session<Member>) -> String {
    session.regenerate().set_user_id(7);
    next.or("/default").to_owned()
}

async fn sign_out(mut session: Session<Member>) {
    session.delete();
}

async fn me(mut member: Authenticated<Member>) -> String {
    member.update_visits(|visits| *visits += 1);
    format!("{} {}", member.principal(), member.visits())
}

async fn maybe(member: Option<Authenticated<Member>>) -> String {
    format!("{:?}", member.map(|member| *member.principal()))
}

async fn own(member: Result<Authenticated<Member>, AuthenticationRejection>) -> String {
    match member {
        Ok(member) => member.principal().to_string(),
        Err(rejection @ AuthenticationRejection::SignInRequired(_)) => rejection.to_string(),
        Err(_) => "another".to_owned(),
    }
}

/// Who was signed in stays known to the handler that signs him out.
async fn leave(mut member: Authenticated<Member>) -> String {
    member.delete();
    format!("{} {:?}", member.principal(), member.meta().principal())
}

fn router() -> Router {
    let guarded = Router::new()
        .route("/guarded", get(async || "guarded"))
        .route_layer(require_authenticated::<Member>());
    Router::new()
        .route("/sign-in", get(sign_in).post(sign_in))
        .route("/sign-out", get(sign_out))
        .route("/me", get(me).post(me))
        .route("/maybe", get(maybe))
        .route("/own", get(own))
        .route("/leave", get(leave))
        .merge(guarded)
        .nest("/shop", Router::new().route("/cart", get(me)))
}

fn client(home: Home) -> Client {
    site(home.config(), router()).client
}

fn with_page(page: &str) -> Client {
    let config = Home::Sealed.config().sign_in_at(page);
    site(config, router()).client
}

const PAGE: [(&str, &str); 1] = [("sec-fetch-mode", "navigate")];

async fn ask(client: &mut Client, path: &str, headers: HeaderMap) -> Answer {
    client.request(Method::GET, path, headers).await
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_answered_401_wherever_the_session_lives() {
    for home in ALL {
        let mut client = client(home);
        for path in ["/me", "/guarded"] {
            let answer = client.get(path).await;
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{home:?}");
            assert_eq!(answer.header("www-authenticate"), Some("Session"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(answer.text(), "");
            assert!(answer.set_cookies().is_empty());
        }
        assert_eq!(client.get("/maybe").await.text(), "None");
        client.get("/sign-in").await;
        assert_eq!(client.get("/me").await.text(), "7 1", "{home:?}");
        assert_eq!(client.get("/me").await.text(), "7 2");
        assert_eq!(client.get("/guarded").await.text(), "guarded");
        assert_eq!(client.get("/maybe").await.text(), "Some(7)");
        client.get("/sign-out").await;
        assert_eq!(client.get("/me").await.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_session_of_nobody_is_not_enough() {
    let visit = async |mut session: Session<Member>| _ = session.set_visits(3);
    let router = router().route("/visit", get(visit));
    let mut client = site(Home::Sealed.config(), router).client;
    client.get("/visit").await;
    for path in ["/me", "/guarded"] {
        assert_eq!(client.get(path).await.status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(client.get("/maybe").await.text(), "None");
}

#[tokio::test]
async fn a_handler_may_answer_otherwise() {
    let mut client = client(Home::Sealed);
    assert_eq!(client.get("/own").await.text(), "nobody is signed in");
    client.get("/sign-in").await;
    assert_eq!(client.get("/own").await.text(), "7");
}

#[tokio::test]
async fn who_was_signed_in_stays_known_after_he_is_signed_out() {
    let mut client = client(Home::Stored);
    client.get("/sign-in").await;
    assert_eq!(client.get("/leave").await.text(), "7 None");
    assert_eq!(client.get("/maybe").await.text(), "None");
}

#[tokio::test]
async fn a_navigation_is_sent_to_the_sign_in_page_and_finds_its_way_back() {
    let mut client = with_page("/sign-in");
    for (path, location) in [
        ("/me", "/sign-in?next=/me"),
        ("/me?a=b&c=/d", "/sign-in?next=/me%3Fa%3Db%26c%3D/d"),
        ("/shop/cart", "/sign-in?next=/shop/cart"),
        ("/guarded", "/sign-in?next=/guarded"),
    ] {
        let answer = ask(&mut client, path, headers(PAGE)).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), Some(location));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(self::client(Home::Sealed).get(location).await.text(), path);
    }
    let mut client = with_page("/sign-in?by=mail");
    let answer = ask(&mut client, "/me", headers(PAGE)).await;
    assert_eq!(answer.header("location"), Some("/sign-in?by=mail&next=/me"));
}

#[tokio::test]
async fn no_way_leads_back_to_another_host_or_to_a_post() {
    let mut client = with_page("/sign-in");
    for next in [
        "//evil.example",
        "/%5Cevil.example",
        "https://evil.example/",
        "/%09/evil.example",
    ] {
        let answer = client.get(&format!("/sign-in?next={next}")).await;
        assert_eq!(answer.text(), "/default", "{next}");
    }
    client.get("/sign-out").await;
    let answer = client.request(Method::POST, "/me", headers(PAGE)).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), Some("/sign-in"));
}

/// A path that a browser would take for a host is no way back, whatever routes lead to it.
#[tokio::test]
async fn what_looks_like_a_host_is_not_handed_to_the_sign_in_page() {
    let router = Router::new().fallback(async |_: Authenticated<Member>| "in");
    let config = Home::Sealed.config().sign_in_at("/sign-in");
    let mut client = site(config, router).client;
    for (path, expected) in [
        ("/me", "/sign-in?next=/me"),
        ("//evil.example/me", "/sign-in"),
    ] {
        let answer = ask(&mut client, path, headers(PAGE)).await;
        assert_eq!(answer.header("location"), Some(expected));
    }
}

#[tokio::test]
async fn a_script_is_not_sent_to_a_page() {
    let mut client = with_page("/sign-in");
    let accepts = [("accept", "text/html,*/*;q=0.8")];
    let answer = ask(&mut client, "/me", headers(accepts)).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "a browser of old");
    let fetch = [("sec-fetch-mode", "cors"), ("accept", "text/html")];
    for asked in [
        headers(fetch),
        headers([("accept", "application/json")]),
        headers([]),
    ] {
        let answer = ask(&mut client, "/me", asked).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("location"), None);
    }
}

#[tokio::test]
async fn htmx_is_told_where_to_go() {
    let mut client = with_page("/sign-in");
    for (current, location) in [
        (
            "https://shop.example/list?page=2",
            "/sign-in?next=/list%3Fpage%3D2",
        ),
        ("https://evil.example/list", "/sign-in"),
        ("no address", "/sign-in"),
    ] {
        let asked = headers([
            ("hx-request", "true"),
            ("hx-current-url", current),
            ("host", "shop.example"),
            ("sec-fetch-mode", "cors"),
        ]);
        let answer = ask(&mut client, "/me", asked).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("hx-redirect"), Some(location));
    }
}

#[tokio::test]
async fn a_sign_in_page_that_asks_for_a_sign_in_is_no_circle() {
    let mut client = with_page("/me?x=y");
    let answer = ask(&mut client, "/me", headers(PAGE)).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}

#[test]
fn a_page_that_is_no_path_is_refused_at_start() {
    for page in [
        "sign-in",
        "//evil.example",
        "https://a.example/",
        "/a b",
        "/a#b",
        "",
    ] {
        let config = Home::Sealed.config().sign_in_at(page);
        let error = try_site(config, Router::new()).err().unwrap().to_string();
        assert!(error.contains("session `member`: sign_in_at"), "{error}");
    }
}

#[tokio::test]
async fn outside_a_handler_the_same_is_asked_of_a_request() {
    use session_runtime::RequestSession;
    async fn middleware(
        request: axum::extract::Request,
    ) -> Result<String, AuthenticationRejection> {
        let member = request.authenticated::<Member>().await?;
        Ok(member.principal().to_string())
    }
    let router = router().route("/service", get(middleware));
    let mut client = site(Home::Sealed.config(), router).client;
    assert_eq!(
        client.get("/service").await.status(),
        StatusCode::UNAUTHORIZED
    );
    client.get("/sign-in").await;
    assert_eq!(client.get("/service").await.text(), "7");
}

#[tokio::test]
async fn without_the_layer_it_is_a_500() {
    let mut client = Client::new(router());
    for path in ["/me", "/maybe", "/guarded"] {
        assert_eq!(
            client.get(path).await.status(),
            StatusCode::INTERNAL_SERVER_ERROR
        );
    }
}

#[test]
fn what_is_shown_names_the_session_alone() {
    let session = Session::detached(Member {
        user_id: Some(12345),
        ..Member::default()
    });
    let shown = format!(
        "{:?} {:?}",
        session,
        Config::<Member>::new(tests::key(1)).sign_in_at("/x")
    );
    assert!(
        shown.contains("member") && !shown.contains("12345"),
        "{shown}"
    );
}
