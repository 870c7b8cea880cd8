//! Tokens against forged requests (O10).

use axum::{
    Form, Router,
    body::Body,
    extract::DefaultBodyLimit,
    routing::{any, get, post},
};
use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;
use session_runtime::{
    Authenticated, Config, CsrfLayer, CsrfToken, Keyring, Session, Sessions,
    fastify_session::{FastifySession, Secrets},
    store::{KeyValueAdapter, MemoryStore},
};
use tests::{Answer, Client, key};

use crate::homes::{ALL, Home, Member, Members, Site, headers, site};

#[derive(Deserialize)]
struct Order {
    item: String,
}

async fn token(csrf: CsrfToken<Member>) -> String {
    csrf.to_string()
}

async fn order(session: Session<Member>, Form(order): Form<Order>) -> String {
    format!("{:?} {}", session.user_id(), order.item)
}

/// The page after it has a token of the session that begins.
async fn sign_in(mut session: Session<Member>) -> String {
    session.regenerate().set_user_id(7);
    CsrfToken::of(&session).unwrap().to_string()
}

async fn sudo(mut member: Authenticated<Member>) -> String {
    member.reauthenticate();
    CsrfToken::of(&member).unwrap().to_string()
}

fn layered(csrf: CsrfLayer<Member>) -> Router {
    Router::new()
        .route("/", get(async || "read"))
        .route("/token", get(token))
        .route("/order", post(order))
        .route(
            "/change",
            post(async || "changed")
                .put(async || "put")
                .delete(async || "deleted"),
        )
        .route(
            "/write",
            post(async |mut session: Session<Member>| _ = session.set_visits(9)),
        )
        .route("/sign-in", post(sign_in))
        .route("/sudo", post(sudo))
        .layer(csrf)
}

fn router() -> Router {
    layered(CsrfLayer::new())
}

fn client(home: Home) -> Client {
    site(home.config(), router()).client
}

async fn post_with(client: &mut Client, path: &str, token: &str) -> Answer {
    client
        .request(Method::POST, path, headers([("x-csrf-token", token)]))
        .await
}

async fn form(client: &mut Client, path: &str, form: &str) -> Answer {
    let headers = headers([(
        "content-type",
        "application/x-www-form-urlencoded; charset=utf-8",
    )]);
    client
        .send(Method::POST, path, headers, Body::from(form.to_owned()))
        .await
}

#[tokio::test]
async fn o10_a_change_needs_a_token_wherever_the_session_lives() {
    for home in ALL {
        let mut client = client(home);
        assert_eq!(
            client.post("/change").await.status(),
            StatusCode::FORBIDDEN,
            "{home:?}"
        );
        let token = client.get("/token").await.text();
        assert_eq!(token.len(), 86);
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            let answer = client
                .request(method.clone(), "/change", HeaderMap::new())
                .await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{home:?}");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            let with = headers([("x-csrf-token", &*token)]);
            let answer = client.request(method, "/change", with).await;
            assert_eq!(
                answer.status(),
                StatusCode::OK,
                "{home:?}: {}",
                answer.text()
            );
        }
        assert_eq!(client.get("/").await.text(), "read");
    }
}

#[tokio::test]
async fn o10_a_form_carries_it_and_reaches_the_handler_whole() {
    for home in ALL {
        let mut client = client(home);
        let token = client.get("/token").await.text();
        let sent = format!("item=a+book&csrf_token={token}");
        assert_eq!(
            form(&mut client, "/order", &sent).await.text(),
            "None a book",
            "{home:?}"
        );
        for wrong in [
            "item=a+book",
            "item=a&csrf_token=",
            "item=a&Csrf_Token=x",
            "",
        ] {
            assert_eq!(
                form(&mut client, "/order", wrong).await.status(),
                StatusCode::FORBIDDEN
            );
        }
    }
}

#[tokio::test]
async fn o10_only_who_asks_for_a_token_gets_a_cookie() {
    for home in ALL {
        let mut client = client(home);
        assert!(client.get("/").await.set_cookies().is_empty());
        assert!(
            client.post("/change").await.set_cookies().is_empty(),
            "{home:?}"
        );
        assert!(
            !client.get("/token").await.set_cookies().is_empty(),
            "{home:?}"
        );
        // Nothing is written for the next one.
        assert!(
            client.get("/token").await.set_cookies().is_empty(),
            "{home:?}"
        );
    }
}

/// As Node, which keeps no session that nobody has written to.
#[tokio::test]
async fn o10_a_record_of_node_is_kept_for_its_token() {
    let records = KeyValueAdapter::new(MemoryStore::new());
    let secrets = Secrets::new("a secret of thirty-two bytes, or so").unwrap();
    let sessions = FastifySession::new(records, secrets);
    let config = Config::shared_with_node(sessions.save_uninitialized(false).as_node());
    let mut client = site(config.secure(false), router()).client;
    let token = client.get("/token").await.text();
    assert_eq!(
        post_with(&mut client, "/change", &token).await.status(),
        200
    );
}

#[tokio::test]
async fn o10_outside_the_session_layer_nothing_is_let_through() {
    let mut client = Client::new(router());
    assert_eq!(client.get("/").await.status(), StatusCode::OK);
    assert_eq!(
        client.post("/change").await.status(),
        StatusCode::INTERNAL_SERVER_ERROR
    );
}

#[tokio::test]
async fn o10_no_two_responses_hold_the_same_text_and_each_is_good() {
    for home in ALL {
        let mut client = client(home);
        let tokens = [
            client.get("/token").await.text(),
            client.get("/token").await.text(),
            client.get("/token").await.text(),
        ];
        let parts = |token: &str| [token[..43].to_owned(), token[43..].to_owned()];
        let mut all: Vec<_> = tokens.iter().flat_map(|token| parts(token)).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 6);
        for token in &tokens {
            assert_eq!(
                post_with(&mut client, "/change", token).await.text(),
                "changed",
                "{home:?}"
            );
        }
    }
}

#[tokio::test]
async fn o10_a_token_of_another_session_is_none() {
    for home in ALL {
        let Site { mut client, .. } = site(home.config(), router());
        let mut other = Client::new(client.clone().into_router());
        let (own, others) = (
            client.get("/token").await.text(),
            other.get("/token").await.text(),
        );
        assert_eq!(
            post_with(&mut client, "/change", &others).await.status(),
            403,
            "{home:?}"
        );
        assert_eq!(post_with(&mut client, "/change", &own).await.status(), 200);
        // Nor is one for a browser without a session.
        let mut stranger = Client::new(client.clone().into_router());
        assert_eq!(
            post_with(&mut stranger, "/change", &own).await.status(),
            403
        );
    }
}

#[tokio::test]
async fn o10_no_bit_of_a_token_can_be_another() {
    let mut client = client(Home::Sealed);
    let token = client.get("/token").await.text();
    for place in 0..token.len() {
        let mut forged = token.clone().into_bytes();
        forged[place] = if forged[place] == b'A' { b'Q' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert_eq!(
            post_with(&mut client, "/change", &forged).await.status(),
            403,
            "{place}"
        );
    }
    for cut in [&token[1..], &token[..85], "", "=", &token.repeat(2)] {
        assert_eq!(post_with(&mut client, "/change", cut).await.status(), 403);
    }
}

#[tokio::test]
async fn o10_a_sign_in_makes_every_former_token_worthless() {
    for home in ALL {
        let mut client = client(home);
        let before = client.get("/token").await.text();
        let answer = post_with(&mut client, "/sign-in", &before).await;
        assert_eq!(answer.status(), StatusCode::OK, "{home:?}");
        let after = answer.text();
        assert_eq!(
            post_with(&mut client, "/change", &before).await.status(),
            403,
            "{home:?}"
        );
        assert_eq!(
            post_with(&mut client, "/change", &after).await.status(),
            200,
            "{home:?}"
        );
        let again = post_with(&mut client, "/sign-in", &after).await.text();
        assert_eq!(
            post_with(&mut client, "/change", &after).await.status(),
            403,
            "{home:?}"
        );
        assert_eq!(
            post_with(&mut client, "/change", &again).await.status(),
            200,
            "{home:?}"
        );
    }
}

#[tokio::test]
async fn o10_a_sudo_changes_it_where_it_follows_the_id_of_the_cookie() {
    for home in ALL {
        let mut client = client(home);
        let before = client.get("/token").await.text();
        let before = post_with(&mut client, "/sign-in", &before).await.text();
        let after = post_with(&mut client, "/sudo", &before).await.text();
        let kept = matches!(home, Home::Stored | Home::Fastify | Home::Hattip);
        let status = post_with(&mut client, "/change", &before).await.status();
        assert_eq!(status == 200, kept, "{home:?}");
        assert_eq!(
            post_with(&mut client, "/change", &after).await.status(),
            200,
            "{home:?}"
        );
    }
}

/// It begins with a GET, or over HTTP/2 with a CONNECT, and can carry no token.
#[tokio::test]
async fn o10_a_web_socket_is_begun_by_pages_of_this_site_alone() {
    let router = Router::new().route("/socket", any(async || "begun"));
    let csrf = CsrfLayer::<Member>::new();
    let router = router.layer(csrf.trust_origin("https://app.example").unwrap());
    let mut client = site(Home::Sealed.config(), router).client;
    let host = ("host", "a.example");
    for (method, upgrade) in [(Method::GET, "websocket"), (Method::CONNECT, "")] {
        for (origin, expected) in [
            ("https://a.example", StatusCode::OK),
            ("https://app.example", StatusCode::OK),
            ("https://evil.example", StatusCode::FORBIDDEN),
            ("null", StatusCode::FORBIDDEN),
        ] {
            let asked = headers([host, ("origin", origin), ("upgrade", upgrade)]);
            let answer = client.request(method.clone(), "/socket", asked).await;
            assert_eq!(answer.status(), expected, "{method} {origin}");
        }
    }
    let page = headers([host, ("origin", "https://evil.example")]);
    let answer = client.request(Method::GET, "/socket", page).await;
    assert_eq!(answer.status(), StatusCode::OK, "a page that is only read");
}

#[tokio::test]
async fn o10_writes_keep_it() {
    for home in ALL {
        let mut client = client(home);
        let token = client.get("/token").await.text();
        for path in ["/write", "/write", "/change"] {
            assert_eq!(
                post_with(&mut client, path, &token).await.status(),
                200,
                "{home:?}"
            );
        }
    }
}

#[tokio::test]
async fn o10_a_rotated_key_keeps_it() {
    let Site {
        mut client,
        sessions,
        ..
    } = site(Config::new(key(1)), router());
    let swap = |sessions: &Sessions<Members>, keys: Keyring| {
        sessions.swap_keyring::<Member>(keys).unwrap();
    };
    let token = client.get("/token").await.text();
    swap(&sessions, Keyring::new(key(2)).also_open(key(1)));
    assert_eq!(
        post_with(&mut client, "/change", &token).await.status(),
        200
    );
    let newer = client.get("/token").await.text();
    swap(&sessions, Keyring::new(key(2)));
    assert_eq!(
        post_with(&mut client, "/change", &newer).await.status(),
        200
    );
    let status = post_with(&mut client, "/change", &token).await.status();
    assert_eq!(status, 403, "its key is gone");
}

#[tokio::test]
async fn o10_a_renewed_id_of_a_stored_session_keeps_it() {
    let minute = std::time::Duration::from_secs(60);
    let config = Config::stored(MemoryStore::new()).renew_id(minute);
    let Site {
        mut client, clock, ..
    } = site(config, router());
    let token = client.get("/token").await.text();
    let before = client.cookie("member").unwrap().to_owned();
    clock.advance(2 * minute);
    client.get("/token").await;
    assert_ne!(client.cookie("member"), Some(&*before));
    assert_eq!(
        post_with(&mut client, "/change", &token).await.status(),
        200
    );
}

#[tokio::test]
async fn o10_a_request_of_another_site_is_refused_with_a_token() {
    let csrf = CsrfLayer::new()
        .trust_origin("https://app.example")
        .unwrap();
    let mut client = site(Home::Sealed.config(), layered(csrf)).client;
    let token = client.get("/token").await.text();
    for (name, value, expected) in [
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("sec-fetch-site", "same-origin", 200),
        ("sec-fetch-site", "none", 200),
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("origin", "https://shop.example", 200),
        ("origin", "https://app.example", 200),
    ] {
        let with = headers([
            ("x-csrf-token", &*token),
            ("host", "shop.example"),
            (name, value),
        ]);
        let answer = client.request(Method::POST, "/change", with).await;
        assert_eq!(answer.status(), expected, "{name}: {value}");
    }
    let trusted = headers([("host", "shop.example"), ("origin", "https://app.example")]);
    assert_eq!(
        client
            .request(Method::POST, "/change", trusted)
            .await
            .status(),
        403,
        "no token"
    );
}

#[tokio::test]
async fn o10_what_is_exempt_is_not_asked() {
    let hook = || Router::new().route("/hook", post(async || "called"));
    let csrf = CsrfLayer::<Member>::new();
    let csrf = csrf.exempt("/hook").unwrap().exempt("/api/*").unwrap();
    let router = hook()
        .nest("/api", hook().layer(csrf.clone()))
        .nest("/other", hook())
        .layer(csrf);
    let mut client = site(Home::Sealed.config(), router).client;
    assert_eq!(client.post("/hook").await.text(), "called");
    assert_eq!(client.post("/api/hook").await.text(), "called");
    assert_eq!(
        client.post("/other/hook").await.status(),
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn o10_names_of_header_and_field_may_be_others() {
    let csrf = CsrfLayer::new()
        .header(http::HeaderName::from_static("x-xsrf-token"))
        .field("authenticity_token");
    let mut client = site(Home::Sealed.config(), layered(csrf)).client;
    let token = client.get("/token").await.text();
    assert_eq!(
        post_with(&mut client, "/change", &token).await.status(),
        403
    );
    let with = headers([("x-xsrf-token", &*token)]);
    assert_eq!(
        client.request(Method::POST, "/change", with).await.status(),
        200
    );
    let sent = format!("authenticity_token={token}&item=pen");
    assert_eq!(form(&mut client, "/order", &sent).await.text(), "None pen");
    let wrong = format!("csrf_token={token}&item=pen");
    assert_eq!(form(&mut client, "/order", &wrong).await.status(), 403);
}

#[tokio::test]
async fn o10_a_form_beyond_the_limit_is_answered_413() {
    let router = layered(CsrfLayer::new().form_limit(200)).layer(DefaultBodyLimit::disable());
    let mut client = site(Home::Sealed.config(), router).client;
    let token = client.get("/token").await.text();
    let sent = |filling: usize| format!("csrf_token={token}&item={}", "a".repeat(filling));
    let room = 200 - sent(0).len();
    assert_eq!(form(&mut client, "/order", &sent(room)).await.status(), 200);
    assert_eq!(
        form(&mut client, "/order", &sent(room + 1)).await.status(),
        413
    );
}

#[tokio::test]
async fn o10_what_is_no_form_is_not_read() {
    let mut client = client(Home::Sealed);
    let token = client.get("/token").await.text();
    for content_type in [
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/json",
    ] {
        let headers = headers([("content-type", content_type)]);
        let body = Body::from(format!("csrf_token={token}"));
        let answer = client.send(Method::POST, "/change", headers, body).await;
        assert_eq!(answer.status(), 403, "{content_type}");
    }
}

#[tokio::test]
async fn o10_a_handler_can_ask_itself() {
    let verify = async |session: Session<Member>, text: String| {
        CsrfToken::verify(&session, &text).to_string()
    };
    let csrf = CsrfLayer::new().exempt("/upload").unwrap();
    let router =
        layered(csrf.clone()).merge(Router::new().route("/upload", post(verify)).layer(csrf));
    let mut client = site(Home::Sealed.config(), router).client;
    let token = client.get("/token").await.text();
    for (text, expected) in [(&*token, "true"), ("no", "false")] {
        let body = Body::from(text.to_owned());
        let answer = client
            .send(Method::POST, "/upload", HeaderMap::new(), body)
            .await;
        assert_eq!(answer.text(), expected);
    }
}

#[tokio::test]
async fn o10_a_cookie_of_node_that_keeps_nothing_else_can_carry_none() {
    for home in [Home::Fastify, Home::Hattip] {
        let mut client = site(home.config().preserve_unknown(false), router()).client;
        let answer = client.get("/token").await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(
            answer.text().contains("preserve_unknown"),
            "{}",
            answer.text()
        );
    }
}

#[test]
fn o10_what_is_no_path_or_origin_is_refused_at_start() {
    for path in ["hook", "", "/a/*/b", "/{id}"] {
        let error = CsrfLayer::<Member>::new()
            .exempt(path)
            .unwrap_err()
            .to_string();
        assert!(error.contains("CsrfLayer::exempt"), "{error}");
    }
    for origin in [
        "app.example",
        "https://app.example/",
        "https://App.example",
        "null",
        "https://",
    ] {
        let error = CsrfLayer::<Member>::new()
            .trust_origin(origin)
            .unwrap_err()
            .to_string();
        assert!(error.contains("CsrfLayer::trust_origin"), "{error}");
    }
}

#[test]
fn d32_a_token_is_not_shown() {
    let token = CsrfToken::of(&Session::detached(Member::default())).unwrap();
    assert_eq!(format!("{token:?}"), "CsrfToken(…)");
    assert_eq!(
        token.input(),
        format!(r#"<input type="hidden" name="csrf_token" value="{token}">"#)
    );
    assert_eq!(
        serde_json::to_string(&token).unwrap(),
        format!("\"{token}\"")
    );
}
