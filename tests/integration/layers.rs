//! Where the layer can stand, and what an application is told when it stands nowhere.

use std::time::Duration;

use axum::{
    Extension, Router,
    extract::{FromRef, FromRequestParts, Request, State},
    http::{StatusCode, request::Parts},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use session_runtime::{
    RequestSession, Session, SessionLayer, SessionRejection, SessionState, Sessions, Unmounted,
};
use tests::{AppSessions, Auth, Client, registry};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer,
    trace::TraceLayer,
};

async fn write(mut session: Session<Auth>) -> String {
    session.set_user_id(7);
    "x".repeat(2000)
}

async fn sleep(mut session: Session<Auth>) {
    session.set_user_id(8);
    std::future::pending::<()>().await;
}

async fn who(session: Session<Auth>) -> String {
    format!("{:?}", session.user_id())
}

fn layer() -> SessionLayer {
    Unmounted::new(registry()).unwrap().into_parts().1
}

/// Writes, and sees the write in the next request.
async fn works(app: Router) {
    let mut client = Client::new(app);
    assert_eq!(client.get("/write").await.set_cookies().len(), 1);
    let answer = client.get("/who").await;
    assert_eq!(
        (answer.text().as_str(), answer.set_cookies().len()),
        ("Some(7)", 0)
    );
}

fn routes() -> Router {
    Router::new()
        .route("/write", get(write))
        .route("/who", get(who))
}

#[tokio::test]
async fn nested_and_merged_routers_share_the_layer_around_them() {
    let inner = Router::new().nest("/inner", routes()).merge(routes());
    let app = inner.layer(layer());
    works(app.clone()).await;
    let mut client = Client::new(app);
    client.get("/inner/write").await;
    assert_eq!(client.get("/who").await.text(), "Some(7)");
}

#[tokio::test]
async fn the_layer_can_be_a_route_layer() {
    works(routes().route_layer(layer())).await;
}

#[tokio::test]
async fn the_layer_stands_on_either_side_of_the_usual_layers() {
    let timeout =
        || TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(60));
    let stack = ServiceBuilder::new()
        .layer(layer())
        .layer(TraceLayer::new_for_http())
        .layer(CompressionLayer::new())
        .layer(timeout())
        .layer(CatchPanicLayer::new());
    works(routes().layer(stack)).await;
    let stack = ServiceBuilder::new()
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http())
        .layer(CompressionLayer::new())
        .layer(timeout())
        .layer(layer());
    works(routes().layer(stack)).await;
}

#[tokio::test(start_paused = true)]
async fn a_timeout_inside_the_layer_discards_and_one_outside_answers_alone() {
    for status in [StatusCode::REQUEST_TIMEOUT, StatusCode::GATEWAY_TIMEOUT] {
        let timeout = || TimeoutLayer::with_status_code(status, Duration::from_secs(1));
        let routes = || Router::new().route("/", get(sleep));
        for app in [
            routes().layer(timeout()).layer(layer()),
            routes().layer(layer()).layer(timeout()),
        ] {
            let answer = Client::new(app).get("/").await;
            assert_eq!((answer.status(), answer.set_cookies().len()), (status, 0));
        }
    }
}

#[tokio::test]
async fn middleware_reads_and_writes_sessions() {
    async fn require_login(session: Session<Auth>, request: Request, next: Next) -> Response {
        if session.user_id().is_none() {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        next.run(request).await
    }
    let private = Router::new()
        .route("/private", get(who))
        .route_layer(from_fn(require_login));
    let app = routes().merge(private).layer(layer());
    let mut client = Client::new(app);
    assert_eq!(
        client.get("/private").await.status(),
        StatusCode::UNAUTHORIZED
    );
    client.get("/write").await;
    assert_eq!(client.get("/private").await.text(), "Some(7)");
}

#[tokio::test]
async fn a_tower_service_of_ones_own_reaches_sessions_without_extractors() {
    async fn count(mut request: Request, next: Next) -> Response {
        let mut session = request.session::<Auth>().await.unwrap();
        session.update_roles(|roles| roles.push("seen".into()));
        request.extensions_mut().insert(session.roles().len());
        next.run(request).await
    }
    async fn handler(Extension(count): Extension<usize>) -> String {
        count.to_string()
    }
    let app = Router::new()
        .route("/", get(handler))
        .layer(from_fn(count))
        .layer(layer());
    let mut client = Client::new(app);
    client.get("/").await;
    assert_eq!(client.get("/").await.text(), "2");
}

/// A session as part of an extractor of the application's own.
struct CurrentUser(u64);

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser
where
    Session<Auth>: FromRequestParts<S, Rejection = SessionRejection>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let session = Session::<Auth>::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        session
            .user_id()
            .map(Self)
            .ok_or_else(|| StatusCode::UNAUTHORIZED.into_response())
    }
}

#[derive(Clone)]
struct Db(&'static str);

#[derive(Clone)]
struct App {
    sessions: Sessions<AppSessions>,
    db: Db,
}

impl SessionState for App {
    type Registry = AppSessions;

    fn sessions(&self) -> &Sessions<AppSessions> {
        &self.sessions
    }
}

impl FromRef<App> for Db {
    fn from_ref(app: &App) -> Self {
        app.db.clone()
    }
}

#[tokio::test]
async fn any_state_and_substate_will_do() {
    async fn handler(CurrentUser(id): CurrentUser, State(db): State<Db>) -> String {
        format!("{id} {}", db.0)
    }
    async fn with_state(
        State(app): State<App>,
        _: Session<Auth>,
        request: Request,
        next: Next,
    ) -> Response {
        let _ = app.sessions();
        next.run(request).await
    }
    let app = Unmounted::new(registry()).unwrap().mount(|sessions| {
        let app = App {
            sessions,
            db: Db("db"),
        };
        Router::new()
            .route("/", get(handler))
            .route("/write", get(write))
            .layer(from_fn_with_state(app.clone(), with_state))
            .with_state(app)
    });
    let mut client = Client::new(app);
    assert_eq!(client.get("/").await.status(), StatusCode::UNAUTHORIZED);
    client.get("/write").await;
    assert_eq!(client.get("/").await.text(), "7 db");
}

#[tokio::test]
async fn a_forgotten_layer_is_named_with_the_remedy_and_can_be_answered() {
    async fn result(session: Result<Session<Auth>, SessionRejection>) -> String {
        format!("{:?}", session.unwrap_err())
    }
    let app = Router::new()
        .route("/who", get(who))
        .route("/result", get(result));
    let mut client = Client::new(app);
    let answer = client.get("/who").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    if cfg!(debug_assertions) {
        assert!(
            answer.text().contains("session `auth`: no session layer"),
            "{}",
            answer.text()
        );
        assert!(answer.text().contains("Unmounted::mount"));
    }
    assert_eq!(
        client.get("/result").await.text(),
        "LayerMissing { session: \"auth\" }"
    );
}

/// `route_layer` middleware added after (outside) the session layer runs before it.
#[tokio::test]
async fn middleware_outside_the_layer_is_told_to_move() {
    async fn outside(_: Session<Auth>, request: Request, next: Next) -> Response {
        next.run(request).await
    }
    let app = routes().route_layer(layer()).route_layer(from_fn(outside));
    let answer = Client::new(app).get("/who").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    if cfg!(debug_assertions) {
        assert!(
            answer
                .text()
                .contains("after (outside) everything that extracts")
        );
    }
}

#[tokio::test]
async fn an_unregistered_session_is_named_with_the_remedy() {
    use serde::{Deserialize, Serialize};
    use session_runtime::SecureSession;

    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(name = "stranger")]
    struct Stranger {
        n: u8,
    }
    async fn handler(session: Result<Session<Stranger>, SessionRejection>) -> String {
        session.map(|s| s.n()).unwrap_err().to_string()
    }
    let app = Router::new().route("/", get(handler)).layer(layer());
    let message = Client::new(app).get("/").await.text();
    assert!(
        message.contains("session `stranger` is not registered"),
        "{message}"
    );
}

#[tokio::test]
async fn extracting_nothing_adds_nothing_to_the_response() {
    let app = Router::new().route("/", get(|| async {})).layer(layer());
    let mut client = Client::new(app);
    client.set_cookie("__Host-auth", "garbage");
    let answer = client.get("/").await;
    assert_eq!(answer.headers().len(), 1, "{:?}", answer.headers());
}
