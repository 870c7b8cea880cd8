//! A router for any application whose state has the session.

use axum::{Router, middleware, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, HasSession, Key, SecureSession, Session, SessionRegistry, SessionState, Sessions,
    Unmounted,
};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", checked)]
pub struct Auth {
    user_id: Option<u64>,
}

/// As a library would write it.
pub fn routes<S>() -> Router<S>
where
    S: HasSession<Auth> + Clone + Send + Sync + 'static,
{
    Router::new().route("/me", get(me)).route("/login", get(login))
}

async fn me(session: Session<Auth>) -> String {
    format!("{:?}", session.user_id())
}

async fn login(mut session: Session<Auth>) {
    session.regenerate().set_user_id(7);
}

#[derive(SessionRegistry)]
pub struct AppSessions {
    pub auth: Config<Auth>,
}

#[derive(Clone)]
struct App {
    sessions: Sessions<AppSessions>,
}

impl SessionState for App {
    type Registry = AppSessions;

    fn sessions(&self) -> &Sessions<AppSessions> {
        &self.sessions
    }
}

// `from_fn` has the state `()`, where a checked session is looked for at run time.
async fn watch(
    session: Session<Auth>,
    request: axum::extract::Request,
    next: middleware::Next,
) -> axum::response::Response {
    let response = next.run(request).await;
    let _ = session.user_id();
    response
}

fn main() {
    let sessions = AppSessions { auth: Config::new(Key::generate().unwrap()) };
    let _: Router = Unmounted::new(sessions).unwrap().mount(|sessions| {
        routes().layer(middleware::from_fn(watch)).with_state(App { sessions })
    });
}
