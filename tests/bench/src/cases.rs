//! What is measured: a router that is asked again and again, or the bare engine.

use std::{future::Future, pin::Pin, sync::Arc, time::Instant};

use axum::{Router, body::Body, extract::Request};
use http::{HeaderValue, StatusCode, header};
use tower::{Service, ServiceExt};

use crate::{CLIENTS, Outcome};

type Running = Pin<Box<dyn Future<Output = Outcome<u32>> + Send>>;

/// One line of the table.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// The cases it is compared with besides the first.
    pub(crate) against: &'static [&'static str],
    run: Box<dyn Fn(usize, Instant) -> Running>,
}

impl Case {
    /// What a client does until it is time to stop; how often.
    pub(crate) fn client(&self, client: usize, until: Instant) -> Running {
        (self.run)(client, until)
    }

    /// A bare operation.
    pub(crate) fn bare<F, O>(name: &'static str, operation: F) -> Self
    where
        F: Fn(usize) -> O + Clone + Send + 'static,
        O: Future<Output = Outcome<()>> + Send,
    {
        let run = move |client, until| -> Running {
            let operation = operation.clone();
            Box::pin(async move {
                let mut times = 0;
                while Instant::now() < until {
                    operation(client).await?;
                    times += 1;
                }
                Ok(times)
            })
        };
        Self {
            name,
            against: &[],
            run: Box::new(run),
        }
    }

    /// `GET path`, each client with its own cookie, which `/sign-in` has set.
    pub(crate) async fn request(
        name: &'static str,
        against: &'static [&'static str],
        router: Router,
        path: &'static str,
    ) -> Outcome<Self> {
        let mut cookies = Vec::new();
        for _ in 0..CLIENTS {
            cookies.push(sign_in(&router).await?);
        }
        let cookies = Arc::new(cookies);
        let run = move |client: usize, until| -> Running {
            let (mut router, cookies) = (router.clone().with_state::<()>(()), Arc::clone(&cookies));
            Box::pin(async move {
                let cookie = cookies.get(client).cloned().flatten();
                let mut times = 0;
                while Instant::now() < until {
                    let request = request(path, cookie.as_ref())?;
                    let response = router.as_service().ready().await?.call(request).await?;
                    if response.status() != StatusCode::NO_CONTENT {
                        return Err(format!("{path}: {}", response.status()).into());
                    }
                    times += 1;
                }
                Ok(times)
            })
        };
        Ok(Self {
            name,
            against,
            run: Box::new(run),
        })
    }
}

/// The cookie of somebody who has just signed in; none where there are no sessions.
async fn sign_in(router: &Router) -> Outcome<Option<HeaderValue>> {
    let response = router.clone().oneshot(request("/sign-in", None)?).await?;
    let Some(line) = response.headers().get(header::SET_COOKIE) else {
        return Ok(None);
    };
    let cookie = line.to_str()?.split(';').next().unwrap_or_default();
    Ok(Some(HeaderValue::try_from(cookie)?))
}

fn request(path: &str, cookie: Option<&HeaderValue>) -> Outcome<Request> {
    let mut request = Request::get(path).body(Body::empty())?;
    if let Some(cookie) = cookie {
        request.headers_mut().insert(header::COOKIE, cookie.clone());
    }
    Ok(request)
}
