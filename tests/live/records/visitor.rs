//! The Rust half: a session, and a route for each thing that can be done with it.

use std::time::Duration;

use axum::{
    Router,
    extract::Path,
    routing::{MethodRouter, get},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use session_runtime::{Config, CookieOptions, SecureSession, Session, SessionRegistry};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "sessionId")]
pub(super) struct Visitor {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) n: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[derive(SessionRegistry)]
pub(super) struct Visitors {
    pub(super) visitor: Config<Visitor>,
}

/// What both answer.
fn shown(session: &mut Session<Visitor>) -> String {
    let data = serde_json::to_value(session.data()).unwrap();
    let record = session.record().unwrap();
    let cookie = record.cookie().unwrap();
    let shown = json!({
        "id": record.id().unwrap(),
        "signedId": record.signed_id().unwrap(),
        "data": data,
        "cookie": cookie,
    });
    shown.to_string()
}

async fn read(mut session: Session<Visitor>) -> String {
    shown(&mut session)
}

async fn set(Path((user, n)): Path<(String, u64)>, mut session: Session<Visitor>) {
    session.set_user(user).set_n(n);
}

async fn save(Path((user, n)): Path<(String, u64)>, mut session: Session<Visitor>) {
    session.set_user(user).set_n(n);
    session.record().unwrap().save().await.unwrap();
}

async fn discard(mut session: Session<Visitor>) {
    session.set_user("nobody");
    session.record().unwrap().reload().await.unwrap();
}

async fn destroy(mut session: Session<Visitor>) {
    session.delete();
}

async fn regenerate(mut session: Session<Visitor>) {
    session.regenerate();
}

async fn keep(mut session: Session<Visitor>) {
    session.regenerate_keep(Visitor::USER);
}

async fn touch(mut session: Session<Visitor>) {
    session.touch();
}

async fn remember(Path(seconds): Path<u64>, mut session: Session<Visitor>) {
    let life = Duration::from_secs(seconds);
    session.options(CookieOptions::new().max_age(life)).touch();
}

pub(super) fn router() -> Router {
    let routes: [(&str, MethodRouter); 9] = [
        ("/read", get(read)),
        ("/set/{user}/{n}", get(set)),
        ("/save/{user}/{n}", get(save)),
        ("/discard", get(discard)),
        ("/destroy", get(destroy)),
        ("/regenerate", get(regenerate)),
        ("/keep", get(keep)),
        ("/touch", get(touch)),
        ("/remember/{seconds}", get(remember)),
    ];
    let add = |router: Router, (path, route)| router.route(path, route);
    routes.into_iter().fold(Router::new(), add)
}
