//! A request that is answered as soon as it is polled.

use axum::{Router, body::Body};
use http::{HeaderValue, Request};
use tokio::runtime::{Builder, Runtime};
use tower_service::Service;

use crate::{
    Outcome,
    at_once::at_once,
    browser::{Browser, request},
    case::Case,
};

/// What a request must show before it is measured: a case that does something else would be
/// measured all the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// No cookie comes back.
    Nothing,
    /// A cookie comes back.
    Cookie,
    /// A visit is counted, and a cookie comes back if the session is in it.
    Visit { sets_cookie: bool },
}

/// The runtime of this process for as long as it runs. Nothing waits for it: stores ask whether
/// there is one.
pub(crate) fn enter_runtime() -> Outcome<&'static Runtime> {
    let runtime = Box::leak(Box::new(
        Builder::new_current_thread().enable_all().build()?,
    ));
    // It is left when the process ends.
    std::mem::forget(runtime.enter());
    Ok(runtime)
}

/// A request to `path` with the cookies of `browser`, to the application before it.
pub(crate) async fn request_case(
    name: impl Into<String>,
    app: &Router,
    browser: &Browser,
    path: &'static str,
    expected: Expected,
) -> Outcome<Case> {
    let name = name.into();
    let checked = check(browser.clone().before(app.clone()), path, expected).await;
    checked.map_err(|error| format!("{name}: {error}"))?;
    // As `axum::serve` does: without it each request makes the handler anew from its state.
    let mut app = app.clone().with_state(());
    let cookie = browser.cookie();
    request(path, cookie.as_ref())?;
    Ok(Case::prepared(
        name,
        move || prepared(path, cookie.as_ref()),
        move |request| at_once(app.call(request)),
    ))
}

#[expect(clippy::expect_used, reason = "the same request was made before")]
fn prepared(path: &str, cookie: Option<&HeaderValue>) -> Request<Body> {
    request(path, cookie).expect("a request")
}

async fn check(mut browser: Browser, path: &str, expected: Expected) -> Outcome<()> {
    let answer = browser.get(path).await?;
    let sets_cookie = match expected {
        Expected::Nothing => false,
        Expected::Cookie => true,
        Expected::Visit { sets_cookie } => sets_cookie,
    };
    if answer.text != "ok" || answer.sets_cookie != sets_cookie {
        let cookie = answer.sets_cookie;
        return Err(format!("it answers {:?}, with a cookie: {cookie}", answer.text).into());
    }
    let is_counted = matches!(expected, Expected::Visit { .. });
    if is_counted && browser.get("/visits").await?.text != "1" {
        return Err("the visit is not counted".into());
    }
    Ok(())
}
