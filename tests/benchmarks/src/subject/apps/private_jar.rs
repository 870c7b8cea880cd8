//! The application with axum-extra's `PrivateCookieJar`, which encrypts a text (AES-256-GCM): the
//! session is JSON in one cookie.

use axum::{Router, extract::FromRef, routing::get};
use axum_extra::extract::{
    PrivateCookieJar,
    cookie::{Cookie, Key},
};
use http::StatusCode;

use super::Answer;
use crate::session::{Auth, USER, somebody};

const NAME: &str = "auth";

#[derive(Clone)]
struct Keys(Key);

impl FromRef<Keys> for Key {
    fn from_ref(keys: &Keys) -> Self {
        keys.0.clone()
    }
}

type Changed = Result<(PrivateCookieJar, &'static str), StatusCode>;

fn session(jar: &PrivateCookieJar) -> Option<Auth> {
    serde_json::from_str(jar.get(NAME)?.value()).ok()
}

fn changed(jar: PrivateCookieJar, session: &Auth) -> Changed {
    let json = serde_json::to_string(session).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let cookie = Cookie::build((NAME, json)).path("/").http_only(true);
    Ok((jar.add(cookie.secure(true)), "ok"))
}

async fn sign_in(jar: PrivateCookieJar) -> Changed {
    changed(jar, &somebody())
}

async fn untouched() -> &'static str {
    "ok"
}

async fn read(jar: PrivateCookieJar) -> Answer {
    match session(&jar) {
        Some(Auth {
            user_id: Some(USER),
            ..
        }) => Ok("ok"),
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}

async fn write(jar: PrivateCookieJar) -> Changed {
    let mut session = session(&jar).ok_or(StatusCode::UNAUTHORIZED)?;
    session.visits += 1;
    changed(jar, &session)
}

async fn visits(jar: PrivateCookieJar) -> Result<String, StatusCode> {
    let session = session(&jar).ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(session.visits.to_string())
}

pub(crate) fn app() -> Router {
    Router::new()
        .route("/sign-in", get(sign_in))
        .route("/untouched", get(untouched))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/visits", get(visits))
        .with_state(Keys(Key::generate()))
}
