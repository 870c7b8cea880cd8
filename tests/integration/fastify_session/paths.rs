//! Where the cookie's path does not reach, there is no session.

use axum::{Router, routing::get};
use session_runtime::{
    EventKind, Session, Settings, Unmounted, fastify_session::FastifySession, testing::HeldClock,
};
use tests::Client;

use super::{
    ALICE, Call, Shelf, Visitor, Visitors, assert_silent, line, read, secrets, shared, site_of,
    write,
};

/// Every path counts a visit.
async fn visit(mut session: Session<Visitor>) -> String {
    session.update_n(|n| *n += 1);
    format!("{} {}", session.n(), session.record().is_some())
}

fn below(path: &'static str) -> (Client, Shelf) {
    let shelf = Shelf::default();
    let visitor = shared(FastifySession::new(shelf.clone(), secrets())).path(path);
    let settings = Settings::new().clock(&HeldClock::new());
    let unmounted = Unmounted::with_settings(Visitors { visitor }, settings).unwrap();
    let inner = Router::new()
        .route("/page1", get(visit))
        .route("/index", get(visit));
    let routes = Router::new().nest("/check", inner).fallback(get(visit));
    (Client::new(unmounted.mount(|_| routes)), shelf)
}

#[tokio::test]
async fn rows_61_and_166_to_175_a_session_is_where_its_path_reaches_also_in_a_nested_router() {
    for (path, target, reaches) in [
        ("/", "/", true),
        ("/", "/check/page1", true),
        ("/check", "/check", true),
        ("/check", "/check/page1", true),
        ("/check", "/check/index?to=/elsewhere", true),
        ("/check", "/check_page1", false),
        ("/check", "/chick/page1", false),
        ("/check", "/chck", false),
        ("/check", "/elsewhere?to=/check", false),
        ("/check", "/", false),
        ("/check/", "/check/page1", true),
        ("/check/", "/check", false),
        // What the nested router sees of the target is no path of the cookie's.
        ("/page1", "/check/page1", false),
    ] {
        let (mut client, shelf) = below(path);
        let answer = client.get(target).await;
        assert_eq!(answer.text(), format!("1 {reaches}"), "{path} {target}");
        assert_eq!(
            answer.set_cookies().len(),
            usize::from(reaches),
            "{path} {target}"
        );
        let calls = if reaches {
            vec![Call::Create]
        } else {
            Vec::new()
        };
        assert_eq!(shelf.take_calls(), calls);
    }
}

#[tokio::test]
async fn row_173_what_is_written_under_one_page_is_read_under_another() {
    let (mut client, shelf) = below("/check");
    for (n, target) in [(1, "/check/index"), (2, "/check/page1"), (3, "/check?a=b")] {
        assert_eq!(client.get(target).await.text(), format!("{n} true"));
    }
    // A browser would not send the cookie here; if it comes, it is nobody's.
    shelf.take_calls();
    let answer = client.get("/chick/page1").await;
    assert_eq!(answer.text(), "1 false");
    assert_silent(&answer);
    assert_eq!(shelf.take_calls(), []);
    assert_eq!(client.get("/check/page1").await.text(), "4 true");
}

#[tokio::test]
async fn here_what_is_written_where_no_session_is_counts_as_lost() {
    let mut site = site_of(|session| shared(session).path("/read"));
    for (path, lost) in [
        ("/write", 1),
        ("/sign-in", 1),
        ("/touch", 0),
        ("/delete", 0),
    ] {
        site.events();
        assert_silent(&site.get(path).await);
        let events = site.events();
        let count = events
            .iter()
            .filter(|event| **event == EventKind::WriteLost)
            .count();
        assert_eq!(count, lost, "{path}");
    }
    assert_eq!(site.calls(), []);
    assert!(line(&site.get("/read").await).contains("; Path=/read;"));
}

#[tokio::test]
async fn row_75_a_route_below_a_nested_layer_sees_the_whole_path() {
    let shelf = Shelf::default();
    let visitor = shared(FastifySession::new(shelf, secrets())).path("/app");
    let router = Unmounted::new(Visitors { visitor }).unwrap().mount(|_| {
        let inner = Router::new()
            .route("/read", get(read))
            .route("/write", get(write));
        Router::new().nest("/app", Router::new().nest("/deep", inner))
    });
    let mut client = Client::new(router);
    assert!(line(&client.get("/app/deep/write").await).contains("; Path=/app;"));
    assert_eq!(client.get("/app/deep/read").await.text(), ALICE);
}

#[tokio::test]
async fn and_one_of_a_router_that_is_nested_with_its_layer() {
    let shelf = Shelf::default();
    let visitor = shared(FastifySession::new(shelf, secrets())).path("/app");
    let mounted = Unmounted::new(Visitors { visitor }).unwrap().mount(|_| {
        let routes = Router::new().route("/read", get(read));
        routes
            .route("/write", get(write))
            .route("/visit", get(visit))
    });
    for prefix in ["/app", "/app/deep"] {
        let mut client = Client::new(Router::new().nest(prefix, mounted.clone()));
        let answer = client.get(&format!("{prefix}/write")).await;
        assert!(line(&answer).contains("; Path=/app;"), "{answer:?}");
        assert_eq!(client.get(&format!("{prefix}/read")).await.text(), ALICE);
    }
    // The prefix is the cookie's path, not what is seen behind it.
    let mut client = Client::new(Router::new().nest("/other", mounted));
    assert_eq!(client.get("/other/visit").await.text(), "1 false");
}
