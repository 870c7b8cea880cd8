//! What a layer and its sessions add to a request, ours and others'.

use std::task::{Context, Poll};

use axum::Router;
use session_runtime::{Key, Keyring, store::MemoryStore};
use tower_layer::Layer;
use tower_service::Service;

use super::{Expected, request_case};
use crate::{Outcome, apps, browser::Browser, case::Case};

/// A layer that does nothing. `Router::layer` has a price whatever the layer.
#[derive(Clone)]
struct NoLayer;

#[derive(Clone)]
struct NoService<S>(S);

impl<S> Layer<S> for NoLayer {
    type Service = NoService<S>;

    fn layer(&self, inner: S) -> NoService<S> {
        NoService(inner)
    }
}

impl<S: Service<Request>, Request> Service<Request> for NoService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> S::Future {
        self.0.call(request)
    }
}

const WITH_COOKIE: Expected = Expected::Visit { sets_cookie: true };
const WITHOUT_COOKIE: Expected = Expected::Visit { sets_cookie: false };

pub(crate) async fn cases() -> Outcome<Vec<Case>> {
    let mut cases = Vec::from(bare().await?);
    let sealed = apps::named("sealed", None).await?;
    cases.extend(three("sealed", &sealed, WITH_COOKIE).await?);
    let anew = apps::named("sealed-anew", None).await?;
    let [_, read, write] = three("sealed, opened anew", &anew, WITH_COOKIE).await?;
    cases.extend([read, write]);
    cases.extend(two_sessions().await?);
    cases.push(rotated().await?);
    let memory = apps::stored(MemoryStore::new())?;
    cases.extend(three("memory store", &memory, WITHOUT_COOKIE).await?);
    let anew = apps::named("memory-anew", None).await?;
    let [_, read, _] = three("memory store, decoded anew", &anew, WITHOUT_COOKIE).await?;
    cases.push(read);
    let theirs = apps::named("tower-sessions", None).await?;
    // Whatever changes, it sends its cookie again.
    cases.extend(three("tower-sessions, memory", &theirs, WITH_COOKIE).await?);
    let theirs = apps::named("private-jar", None).await?;
    cases.extend(three("PrivateCookieJar", &theirs, WITH_COOKIE).await?);
    Ok(cases)
}

/// With the cookie of a session, as all others, so that the header is there.
async fn bare() -> Outcome<[Case; 2]> {
    let app = apps::named("plain", None).await?;
    let browser = Browser::signed_in(apps::named("sealed", None).await?).await?;
    let layered = app.clone().layer(NoLayer);
    let expected = Expected::Nothing;
    Ok([
        request_case("no layer", &app, &browser, "/untouched", expected).await?,
        request_case("no-op layer", &layered, &browser, "/untouched", expected).await?,
    ])
}

async fn three(name: &str, app: &Router, written: Expected) -> Outcome<[Case; 3]> {
    let browser = Browser::signed_in(app.clone()).await?;
    let nothing = Expected::Nothing;
    let names = ["untouched", "read", "write"].map(|what| format!("{name}: {what}"));
    let [untouched, read, write] = names;
    Ok([
        request_case(untouched, app, &browser, "/untouched", nothing).await?,
        request_case(read, app, &browser, "/read", nothing).await?,
        request_case(write, app, &browser, "/write", written).await?,
    ])
}

async fn two_sessions() -> Outcome<[Case; 2]> {
    let app = apps::with_two()?;
    let browser = Browser::signed_in(app.clone()).await?;
    let (read, write) = ("two sessions: both read", "two sessions: one written");
    Ok([
        request_case(read, &app, &browser, "/read", Expected::Nothing).await?,
        request_case(write, &app, &browser, "/write", WITH_COOKIE).await?,
    ])
}

/// The key that sealed the cookie only opens still: reading it seals it anew.
async fn rotated() -> Outcome<Case> {
    let old = Key::generate()?;
    let before = apps::sealed(Keyring::new(old.clone()))?;
    let after = apps::sealed(Keyring::new(Key::generate()?).also_open(old))?;
    let browser = Browser::signed_in(before).await?;
    let name = "sealed: read under an older key";
    request_case(name, &after, &browser, "/read", Expected::Cookie).await
}
