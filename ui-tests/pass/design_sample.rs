//! The example of the documentation, complete and strict.
#![deny(warnings, missing_docs)]

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{Request, State, WebSocketUpgrade, ws::WebSocket},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, CookieOptions, Key, SecureSession, Session, SessionRegistry, SessionState, Sessions,
    Unmounted,
};

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
    /// Whether the user may do everything.
    pub fn is_admin(&self) -> bool {
        self.roles.iter().any(|r| r == "admin")
    }
}

/// What a browser looks like.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "prefs", cookie_name = "prefs", format = "fastify", idle = "365d")]
pub struct Prefs {
    theme: String,
    visits: u32,
}

/// Every session of the app, in one typed registry.
#[derive(SessionRegistry)]
pub struct AppSessions {
    /// Who is signed in.
    pub auth: Config<Auth>,
    /// What a browser looks like.
    pub prefs: Config<Prefs>,
}

/// What `login` is sent.
#[derive(Deserialize)]
pub struct Login {
    email: String,
}

/// The state of the app.
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

async fn login(mut session: Session<Auth>, Json(form): Json<Login>) -> Result<Redirect, StatusCode> {
    session.regenerate();
    session.set_user_id(7).set_email(form.email).update_roles(|r| r.push("user".into()));
    Ok(Redirect::to("/me"))
}

async fn me(session: Session<Auth>, mut prefs: Session<Prefs>) -> String {
    prefs.update_visits(|v| *v += 1);
    format!("{:?} {:?} {}", session.user_id(), session.email(), session.is_admin())
}

async fn sudo(mut session: Session<Auth>) {
    session.regenerate_keep(Auth::USER_ID | Auth::EMAIL).set_roles(vec!["admin".into()]);
}

async fn logout(mut session: Session<Auth>) -> Redirect {
    session.delete();
    Redirect::to("/")
}

async fn remember(mut prefs: Session<Prefs>) {
    prefs.options(CookieOptions::new().max_age(days(30))).touch();
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

async fn serve(_: WebSocket, _: std::sync::Arc<Auth>, app: App) {
    let _ = app.sessions();
}

const fn days(n: u64) -> Duration {
    Duration::from_secs(n * 86_400)
}

fn main() {
    let registry = AppSessions {
        auth: Config::new(Key::generate().unwrap()),
        prefs: Config::new(Key::generate().unwrap()),
    };
    let _: Router = Unmounted::new(registry).unwrap().mount(|sessions| {
        Router::new()
            .route("/me", get(me))
            .route("/sudo", post(sudo))
            .route("/socket", get(socket))
            .layer(middleware::from_fn(require_login))
            .route("/login", post(login))
            .route("/logout", post(logout))
            .route("/remember", post(remember))
            .with_state(App { sessions })
    });
}
