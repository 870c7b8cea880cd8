//! A typed session in server functions of leptos, which have no handler to take it as an argument.
//!
//! leptos gives a server function the head of its request. The session layer has left the sessions
//! in there, and a copy of the head has the same ones: what a server function writes is sent with its
//! response, as from any handler. Middleware around it sees it too.
//!
//! This crate is the server's half. In an application that is compiled for the browser as well, the
//! session's struct and what uses it stand behind the feature `ssr`, as all of the server does.
//!
//! Write in server functions that the browser calls, not while a page is rendered: a page streams,
//! so its head, with the cookies, is gone before its resources are there. Reading is fine there; a
//! write is too late and says so (`session_runtime::LateWrite`).

use axum::{Router, http::request::Parts, response::IntoResponse, routing::get};
use leptos::prelude::*;
use leptos_axum::{ResponseOptions, handle_server_fns};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, ConfigError, Key, RequestSession, SecureSession, Session, SessionRegistry, Unmounted,
};

/// Who is signed in.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth", idle = "30m", absolute = "12h")]
pub struct Auth {
    user: Option<String>,
    visits: u32,
}

/// Every session of the app.
#[derive(SessionRegistry)]
pub struct AppSessions {
    pub auth: Config<Auth>,
}

/// What the browser is told of whoever is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub user: String,
    pub visits: u32,
}

/// With leptos' own extraction, for what any extractor of axum gives. Whatever goes wrong is a 500.
#[server(prefix = "/api", endpoint = "sign-in")]
pub async fn sign_in(user: String) -> Result<(), ServerFnError> {
    let mut session: Session<Auth> = leptos_axum::extract().await?;
    session.regenerate();
    session.set_user(user);
    Ok(())
}

/// With the session taken out of the request's head, where a store that is out of reach is a 503.
#[server(prefix = "/api", endpoint = "visit")]
pub async fn visit() -> Result<Option<Profile>, ServerFnError> {
    let mut session = session::<Auth>().await?;
    let Some(user) = session.user().map(str::to_owned) else {
        return Ok(None);
    };
    session.update_visits(|visits| *visits += 1);
    let visits = session.visits();
    Ok(Some(Profile { user, visits }))
}

#[server(prefix = "/api", endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), ServerFnError> {
    session::<Auth>().await?.delete();
    Ok(())
}

/// The session of the request that this server function answers.
async fn session<T: SecureSession>() -> Result<Session<T>, ServerFnError> {
    let session = expect_context::<Parts>().session().await;
    session.map_err(|rejection| {
        let error = ServerFnError::new(rejection);
        // The response of a handler that could not have its session, which is logged.
        let response = rejection.into_response();
        expect_context::<ResponseOptions>().set_status(response.status());
        error
    })
}

/// The application: inside `mount` is everything that leptos answers, its pages too.
///
/// # Errors
///
/// If the configuration cannot work.
pub fn app(key: Key) -> Result<Router, ConfigError> {
    let registry = AppSessions {
        auth: Config::new(key),
    };
    Ok(Unmounted::new(registry)?.mount(|_| {
        Router::new().route(
            "/api/{*function}",
            get(handle_server_fns).post(handle_server_fns),
        )
    }))
}
