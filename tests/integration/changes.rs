//! What a response sends: by status, by panic, by timeout, by time.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::Request,
    http::StatusCode,
    middleware::{Next, from_fn},
    response::Response,
    routing::get,
};
use session_runtime::{
    Config, EventKind, LateWrite, Session, SessionRegistry, Settings, Unmounted,
};
use tests::{AppSessions, Auth, Client, key, registry};
use tower_http::catch_panic::CatchPanicLayer;

async fn write(mut session: Session<Auth>) {
    session.set_user_id(7);
}

async fn who(session: Session<Auth>) -> String {
    format!("{:?}", session.user_id())
}

fn app(router: Router) -> Router {
    let router = router.route("/write", get(write)).route("/who", get(who));
    Unmounted::new(registry()).unwrap().mount(|_| router)
}

#[tokio::test]
async fn d22_a_read_sends_no_cookie_and_a_write_sends_one() {
    let mut client = Client::new(app(Router::new()));
    assert_eq!(client.get("/who").await.set_cookies(), [""; 0]);
    assert_eq!(client.get("/write").await.set_cookies().len(), 1);
    let answer = client.get("/who").await;
    assert_eq!(
        (answer.text().as_str(), answer.set_cookies().len()),
        ("Some(7)", 0)
    );
}

#[tokio::test]
async fn d38_changes_survive_error_answers_but_not_timeouts() {
    for (status, kept) in [
        (400, true),
        (401, true),
        (500, true),
        (503, true),
        (408, false),
        (504, false),
    ] {
        let router = Router::new().route(
            "/",
            get(move |mut session: Session<Auth>| async move {
                session.set_user_id(1);
                StatusCode::from_u16(status).unwrap()
            }),
        );
        let answer = Client::new(app(router)).get("/").await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.set_cookies().len(), usize::from(kept), "{status}");
    }
}

#[tokio::test]
async fn an_early_return_with_an_error_keeps_what_was_written() {
    async fn handler(mut session: Session<Auth>) -> Result<String, StatusCode> {
        session.set_user_id(1);
        Err(StatusCode::BAD_REQUEST)
    }
    let mut client = Client::new(app(Router::new().route("/", get(handler))));
    client.get("/").await;
    assert_eq!(client.get("/who").await.text(), "Some(1)");
}

#[tokio::test]
async fn discard_on_server_error_keeps_the_old_session() {
    async fn handler(mut session: Session<Auth>) -> StatusCode {
        session.set_user_id(99);
        StatusCode::INTERNAL_SERVER_ERROR
    }
    let auth = Config::new(key(1)).discard_on_server_error();
    let registry = AppSessions { auth, ..registry() };
    let app = Unmounted::new(registry).unwrap().mount(|_| {
        Router::new()
            .route("/", get(handler))
            .route("/write", get(write))
            .route("/who", get(who))
    });
    let mut client = Client::new(app);
    client.get("/write").await;
    assert_eq!(client.get("/").await.set_cookies(), [""; 0]);
    assert_eq!(client.get("/who").await.text(), "Some(7)");
}

#[tokio::test]
async fn d38_a_deletion_is_sent_whatever_the_status_and_is_not_undone() {
    for status in [200, 400, 500, 408, 504] {
        let router = Router::new().route(
            "/",
            get(move |mut session: Session<Auth>| async move {
                session.delete();
                StatusCode::from_u16(status).unwrap()
            }),
        );
        let mut client = Client::new(app(router));
        client.get("/write").await;
        client.get("/").await;
        assert_eq!(client.cookie("__Host-auth"), None, "{status}");
        assert_eq!(client.get("/who").await.text(), "None");
    }
}

#[tokio::test]
async fn a_panic_drops_what_it_unwound_whichever_side_catches_it() {
    async fn half(mut session: Session<Auth>) {
        session.update(|auth| {
            auth.roles.push("half".into());
            panic!("half-way");
        });
    }
    async fn after(mut session: Session<Auth>) {
        session.set_user_id(1);
        panic!("after the write");
    }
    async fn deleted(mut session: Session<Auth>) {
        session.delete();
        panic!("after the deletion");
    }
    let routes = || {
        Router::new()
            .route("/half", get(half))
            .route("/after", get(after))
            .route("/deleted", get(deleted))
    };
    let caught_inside = app(routes().layer(CatchPanicLayer::new()));
    for (path, cookies) in [("/half", 0), ("/after", 0), ("/deleted", 1)] {
        let answer = Client::new(caught_inside.clone()).get(path).await;
        assert_eq!(
            (answer.status(), answer.set_cookies().len()),
            (StatusCode::INTERNAL_SERVER_ERROR, cookies)
        );
    }
    let caught_outside = app(routes()).layer(CatchPanicLayer::new());
    for path in ["/half", "/after"] {
        let answer = Client::new(caught_outside.clone()).get(path).await;
        assert_eq!(
            (answer.status(), answer.set_cookies().len()),
            (StatusCode::INTERNAL_SERVER_ERROR, 0)
        );
    }
}

/// A handle that is used after its response, and what the registry reported.
async fn used_late(late_write: LateWrite) -> (Session<Auth>, Arc<Mutex<Vec<EventKind>>>) {
    let events = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&events);
    let settings = Settings::new()
        .late_write(late_write)
        .on_event(move |event| log.lock().unwrap().push(event.kind().clone()));
    let kept = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&kept);
    let app = Unmounted::with_settings(registry(), settings)
        .unwrap()
        .mount(|_| {
            Router::new().route(
            "/",
            get(move |session: Session<Auth>| async move { *keep.lock().unwrap() = Some(session) }),
        )
        });
    Client::new(app).get("/").await;
    let session = kept.lock().unwrap().take().unwrap();
    (session, events)
}

#[tokio::test]
async fn d37_a_write_after_the_response_is_reported() {
    let (mut session, events) = used_late(LateWrite::Report).await;
    session.set_user_id(2);
    assert_eq!(events.lock().unwrap().last(), Some(&EventKind::WriteLost));
}

#[tokio::test]
#[should_panic(expected = "session `auth` was changed after its response was sent")]
async fn d37_a_write_after_the_response_panics_where_asked_to() {
    let (mut session, _) = used_late(LateWrite::Panic).await;
    session.set_user_id(2);
}

#[tokio::test]
async fn d37_the_cookie_is_in_the_head_before_the_first_byte_of_the_body() {
    async fn stream(mut session: Session<Auth>) -> axum::body::Body {
        session.set_user_id(7);
        let reader = session.clone();
        axum::body::Body::from_stream(futures_util::stream::once(async move {
            Ok::<_, std::convert::Infallible>(format!("{:?}", reader.user_id()))
        }))
    }
    let mut client = Client::new(app(Router::new().route("/", get(stream))));
    let answer = client.get("/").await;
    assert_eq!(
        (answer.set_cookies().len(), answer.text().as_str()),
        (1, "Some(7)")
    );
}

#[test]
#[should_panic(expected = "session `auth` was changed after it was deleted in the same request")]
fn a_write_after_a_deletion_is_a_late_write() {
    let mut session = Session::detached(Auth::default());
    session.delete();
    session.set_user_id(1);
}

#[tokio::test]
async fn a_write_after_a_deletion_does_not_bring_the_session_back() {
    async fn handler(mut session: Session<Auth>) {
        session.delete();
        session.set_user_id(1);
    }
    let settings = Settings::new().late_write(LateWrite::Report);
    let app = Unmounted::with_settings(registry(), settings)
        .unwrap()
        .mount(|_| Router::new().route("/", get(handler)));
    let answer = Client::new(app).get("/").await;
    assert!(answer.set_cookies()[0].starts_with("__Host-auth=; Max-Age=0;"));
}

#[tokio::test]
async fn touch_sends_the_cookie_and_options_alone_do_not() {
    let touch = |mut session: Session<Auth>| async move {
        session.touch();
    };
    let options = |mut session: Session<Auth>| async move {
        session.options(
            session_runtime::CookieOptions::new().max_age(std::time::Duration::from_secs(60)),
        );
    };
    let mut client = Client::new(app(Router::new()
        .route("/touch", get(touch))
        .route("/options", get(options))));
    assert_eq!(client.get("/options").await.set_cookies(), [""; 0]);
    assert_eq!(client.get("/touch").await.set_cookies().len(), 1);
}

/// A session that two registries could both have.
#[derive(SessionRegistry)]
struct Inner {
    auth: Config<Auth>,
}

#[tokio::test]
async fn a_registry_layered_twice_has_one_session_and_sends_one_cookie() {
    async fn between(session: Session<Auth>, request: Request, next: Next) -> Response {
        let mut response = next.run(request).await;
        let seen = format!("{:?}", session.user_id()).parse().unwrap();
        response.headers_mut().insert("seen", seen);
        response
    }
    let inner = Inner {
        auth: Config::new(key(1)),
    };
    let (_, layer) = Unmounted::new(inner).unwrap().into_parts();
    let router = Router::new().route("/", get(write)).layer(layer.clone());
    let app = router.layer(from_fn(between)).layer(layer);
    let answer = Client::new(app).get("/").await;
    assert_eq!(answer.header("seen"), Some("Some(7)"));
    assert_eq!(answer.set_cookies().len(), 1);
}

#[tokio::test]
async fn a_registry_inside_another_leaves_the_outer_ones_sessions_in_reach() {
    #[derive(SessionRegistry)]
    struct Outer {
        prefs: Config<tests::Prefs>,
    }
    async fn handler(mut auth: Session<Auth>, mut prefs: Session<tests::Prefs>) {
        auth.set_user_id(1);
        prefs.set_theme("dark");
    }
    let (_, inner) = Unmounted::new(Inner {
        auth: Config::new(key(1)),
    })
    .unwrap()
    .into_parts();
    let (_, outer) = Unmounted::new(Outer {
        prefs: Config::new(key(1)),
    })
    .unwrap()
    .into_parts();
    let app = Router::new()
        .route("/", get(handler))
        .layer(inner)
        .layer(outer);
    let answer = Client::new(app).get("/").await;
    assert_eq!(answer.set_cookies().len(), 2, "{:?}", answer.set_cookies());
}

#[tokio::test]
async fn a_session_that_cannot_be_sent_costs_no_other_session_its_data() {
    async fn handler(mut auth: Session<Auth>, mut prefs: Session<tests::Prefs>) -> &'static str {
        auth.set_email("x".repeat(5000));
        prefs.set_theme("dark");
        "what the handler says is not true"
    }
    let app = Unmounted::new(registry())
        .unwrap()
        .mount(|_| Router::new().route("/", get(handler)));
    let answer = Client::new(app).get("/").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.text(), "");
    assert_eq!(answer.set_cookies().len(), 1);
    assert!(answer.set_cookies()[0].starts_with("__Host-prefs="));
}
