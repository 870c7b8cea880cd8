//! Clients that ask again and again for a while: how long a request takes them, all together.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use axum::Router;
use tokio::runtime::Runtime;

use super::CLIENTS;
use crate::{Outcome, browser::Browser, case::Case};

/// Of one sample.
const SLICE: Duration = Duration::from_millis(100);

/// All `clients` at once; `client` asks until the time it is given, and says how often it did.
pub(super) fn asking<S, F, O>(
    name: impl Into<String>,
    runtime: &'static Runtime,
    clients: Vec<S>,
    client: F,
) -> Case
where
    S: Clone + Send + 'static,
    F: Fn(S, Instant) -> O + Clone + Send + 'static,
    O: Future<Output = Outcome<u32>> + Send + 'static,
{
    Case::sampled(name, move || {
        let (clients, client) = (clients.clone(), client.clone());
        runtime.block_on(async move {
            let start = Instant::now();
            let running = clients
                .into_iter()
                .map(|it| tokio::spawn(client(it, start + SLICE)));
            let mut requests = 0;
            for client in running.collect::<Vec<_>>() {
                requests += client.await??;
            }
            Ok(start.elapsed().as_secs_f64() * 1e9 / f64::from(requests))
        })
    })
}

/// `GET /read` and `GET /write` by one client and by many, each with a session of its own.
pub(super) fn requests(name: &str, runtime: &'static Runtime, app: &Router) -> Outcome<Vec<Case>> {
    runtime.block_on(check(app.clone()))?;
    let mut cases = Vec::new();
    for (clients, crowd) in [(1, "1 client"), (CLIENTS, "32 clients")] {
        let browsers = runtime.block_on(signed_in(app, clients))?;
        for path in ["/read", "/write"] {
            let name = format!("{name}{path}, {crowd}");
            let browsers = browsers.clone();
            cases.push(asking(name, runtime, browsers, move |browser, until| {
                again(browser, path, until)
            }));
        }
    }
    Ok(cases)
}

async fn check(app: Router) -> Outcome<()> {
    let mut browser = Browser::signed_in(app).await?;
    browser.get("/write").await?;
    match browser.get("/visits").await?.text.as_str() {
        "1" => Ok(()),
        visits => Err(format!("one visit is counted as {visits}").into()),
    }
}

async fn signed_in(app: &Router, clients: usize) -> Outcome<Vec<Browser>> {
    let mut browsers = Vec::new();
    for _ in 0..clients {
        browsers.push(Browser::signed_in(app.clone()).await?);
    }
    Ok(browsers)
}

/// Asks one thing, again and again; how often.
pub(super) async fn again(
    mut browser: Browser,
    path: &'static str,
    until: Instant,
) -> Outcome<u32> {
    let mut requests = 0;
    while Instant::now() < until {
        match browser.get(path).await?.text.as_str() {
            "ok" => requests += 1,
            text => return Err(format!("{path}: {text}").into()),
        }
    }
    Ok(requests)
}
