//! An application with two sessions: one of this library's format, one shared with Node.

#![expect(
    unreachable_pub,
    reason = "written as it would stand in an application"
)]

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{Request, State, WebSocketUpgrade, ws::WebSocket},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, CookieOptions, SecureSession, Session, SessionRegistry, SessionState, Sessions,
    Unmounted,
};
use std::sync::Arc;
use tests::key;

/// Who is signed in.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", idle = "30m", absolute = "12h", checked)]
pub struct Auth {
    #[session(principal, set = "pub(crate)")] // only this crate can grant a user id
    user_id: Option<u64>,
    email: Option<String>,
    roles: Vec<String>,
}

impl Auth {
    pub fn user(id: u64) -> Self {
        Self {
            user_id: Some(id),
            ..Self::default()
        }
    }

    pub fn is_admin(&self) -> bool {
        self.roles.iter().any(|r| r == "admin")
    }
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(
    name = "prefs",
    cookie_name = "prefs",
    format = "fastify",
    idle = "365d"
)]
pub struct Prefs {
    theme: String,
    visits: u32,
}

/// Every session of the app, in one typed registry.
#[derive(SessionRegistry)]
pub struct AppSessions {
    pub auth: Config<Auth>,
    pub prefs: Config<Prefs>,
}

#[derive(Clone)]
pub struct App {
    sessions: Sessions<AppSessions>,
}

impl SessionState for App {
    type Registry = AppSessions;

    fn sessions(&self) -> &Sessions<AppSessions> {
        &self.sessions
    }
}

#[derive(Deserialize)]
struct Login {
    email: String,
}

async fn login(
    mut session: Session<Auth>,
    Json(form): Json<Login>,
) -> Result<Redirect, StatusCode> {
    session.regenerate();
    session
        .set_user_id(7)
        .set_email(form.email)
        .update_roles(|r| r.push("user".into()));
    Ok(Redirect::to("/me"))
}

async fn me(session: Session<Auth>, mut prefs: Session<Prefs>) -> String {
    prefs.update_visits(|v| *v += 1);
    format!(
        "{:?} {:?} {:?}",
        session.user_id(),
        session.email(),
        session.is_admin()
    )
}

async fn sudo(mut session: Session<Auth>) {
    session
        .regenerate_keep(Auth::USER_ID | Auth::EMAIL)
        .set_roles(vec!["admin".into()]);
}

async fn logout(mut session: Session<Auth>) -> Redirect {
    session.delete();
    Redirect::to("/")
}

async fn remember(mut prefs: Session<Prefs>) {
    prefs
        .options(CookieOptions::new().max_age(Duration::from_secs(30 * 86_400)))
        .touch();
}

async fn require_login(session: Session<Auth>, req: Request, next: Next) -> Response {
    if session.user_id().is_none() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    next.run(req).await
}

async fn socket(
    mut session: Session<Auth>,
    State(app): State<App>,
    ws: WebSocketUpgrade,
) -> Response {
    session.touch(); // goes out on the 101 response
    let me = session.snapshot(); // Arc<Auth>, detached from the request
    ws.on_upgrade(move |socket| serve(socket, me, app))
}

async fn serve(mut socket: WebSocket, me: Arc<Auth>, app: App) {
    let _ = (socket.recv().await, me.is_admin(), app.sessions());
}

/// The application, and its sessions for a test.
pub fn router() -> (Router, Sessions) {
    let registry = AppSessions {
        auth: Config::new(key(1)),
        prefs: Config::new(key(2)),
    };
    let unmounted = Unmounted::new(registry).unwrap();
    let codec = unmounted.codec();
    let router = unmounted.mount(|sessions| {
        let app = App { sessions };
        let private = Router::new()
            .route("/me", get(me))
            .route("/ws", get(socket))
            .route_layer(from_fn_with_state(app.clone(), require_login));
        Router::new()
            .route("/login", post(login))
            .route("/sudo", post(sudo))
            .route("/logout", post(logout))
            .route("/remember", post(remember))
            .merge(private)
            .with_state(app)
    });
    (router, codec)
}
