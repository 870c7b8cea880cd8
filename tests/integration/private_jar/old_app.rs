//! The application as it was: axum-extra's jars.

use axum::{
    Router,
    extract::{FromRef, Query},
    response::{IntoResponseParts, Response},
    routing::get,
};
use axum_extra::extract::cookie::{Cookie, Key, PrivateCookieJar, SignedCookieJar};
use http::{HeaderMap, header::SET_COOKIE};
use tests::Client;

use super::{Auth, OLD, Who, jar_key};

#[derive(Clone)]
struct AppState {
    key: Key,
}

impl FromRef<AppState> for Key {
    fn from_ref(state: &AppState) -> Self {
        state.key.clone()
    }
}

fn cookie(id: u64) -> Cookie<'static> {
    let auth = Auth {
        user_id: Some(id),
        visits: 3,
        ..Auth::default()
    };
    let text = serde_json::to_string(&auth).unwrap();
    Cookie::build((OLD, text)).path("/").http_only(true).build()
}

async fn login(jar: PrivateCookieJar, Query(who): Query<Who>) -> PrivateCookieJar {
    jar.add(cookie(who.id))
}

async fn login_signed(jar: SignedCookieJar, Query(who): Query<Who>) -> SignedCookieJar {
    jar.add(cookie(who.id))
}

async fn me(jar: PrivateCookieJar) -> String {
    let user = jar.get(OLD);
    user.map_or_else(|| "nobody".to_owned(), |user| user.value().to_owned())
}

pub(super) fn router(key: Key) -> Router {
    Router::new()
        .route("/login", get(login))
        .route("/login-signed", get(login_signed))
        .route("/me", get(me))
        .with_state(AppState { key })
}

/// A browser that it has signed in.
pub(super) async fn signed_in(id: u64) -> Client {
    let mut client = Client::new(router(jar_key()));
    client.get(&format!("/login?id={id}")).await;
    client
}

/// A value as it stands in the Cookie header, of the real jar.
pub(super) fn sealed(key: &Key, name: &'static str, text: &str) -> String {
    let jar = PrivateCookieJar::from_headers(&HeaderMap::new(), key.clone());
    set_by(jar.add(Cookie::new(name, text.to_owned())))
}

/// The same, signed.
pub(super) fn signed(key: &Key, name: &'static str, text: &str) -> String {
    let jar = SignedCookieJar::from_headers(&HeaderMap::new(), key.clone());
    set_by(jar.add(Cookie::new(name, text.to_owned())))
}

fn set_by(jar: impl IntoResponseParts) -> String {
    let response: Response = axum::response::IntoResponse::into_response((jar, ()));
    let line = response.headers().get(SET_COOKIE).unwrap();
    let (_, value) = line.to_str().unwrap().split_once('=').unwrap();
    value.to_owned()
}
