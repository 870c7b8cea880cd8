//! A browser of one application in this process, which keeps its cookies.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::{Body, to_bytes},
    response::Response,
};
use http::{HeaderValue, Request, StatusCode, header};
use tower_service::Service;

use crate::Outcome;

/// No answer of these applications is longer.
const LONGEST: usize = 4096;

#[derive(Clone)]
pub(crate) struct Browser {
    app: Router<()>,
    cookies: BTreeMap<String, String>,
    /// The same as a header.
    header: Option<HeaderValue>,
}

/// What an application answered.
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) sets_cookie: bool,
}

impl Browser {
    pub(crate) fn new(app: Router) -> Self {
        Self {
            // As `axum::serve` does: without it each request makes the handler anew from its state.
            app: app.with_state(()),
            cookies: BTreeMap::new(),
            header: None,
        }
    }

    /// A browser that has signed in.
    pub(crate) async fn signed_in(app: Router) -> Outcome<Self> {
        let mut browser = Self::new(app);
        browser.get("/sign-in").await?;
        Ok(browser)
    }

    /// The same browser before another application, to which it brings its cookies.
    pub(crate) fn before(self, app: Router) -> Self {
        Self {
            app: app.with_state(()),
            ..self
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Outcome<Answer> {
        let request = request(path, self.header.as_ref())?;
        let response = self.app.call(request).await?;
        let is_ok = response.status() == StatusCode::OK;
        if !is_ok {
            return Err(format!("{path}: {}", response.status()).into());
        }
        let sets_cookie = self.keep_cookies(&response)?;
        let body = to_bytes(response.into_body(), LONGEST).await?;
        Ok(Answer {
            text: String::from_utf8(body.to_vec())?,
            sets_cookie,
        })
    }

    /// The header that it sends; none before the first cookie.
    pub(crate) fn cookie(&self) -> Option<HeaderValue> {
        self.header.clone()
    }

    fn keep_cookies(&mut self, response: &Response) -> Outcome<bool> {
        let lines = response.headers().get_all(header::SET_COOKIE);
        let mut has_any = false;
        for line in lines {
            let pair = line.to_str()?.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').ok_or("a cookie without a value")?;
            self.cookies.insert(name.to_owned(), value.to_owned());
            has_any = true;
        }
        if has_any {
            let pairs = self.cookies.iter().map(|(k, v)| format!("{k}={v}"));
            let header = pairs.collect::<Vec<_>>().join("; ");
            self.header = Some(HeaderValue::try_from(header)?);
        }
        Ok(has_any)
    }
}

/// What hyper puts into every HTTP/1 request (`OnUpgrade`): a server's request has extensions when
/// it comes to the router, and the table that holds them is made.
#[derive(Clone)]
struct OfTheConnection;

pub(crate) fn request(path: &str, cookie: Option<&HeaderValue>) -> Outcome<Request<Body>> {
    let mut request = Request::get(path).body(Body::empty())?;
    request.extensions_mut().insert(OfTheConnection);
    if let Some(cookie) = cookie {
        request.headers_mut().insert(header::COOKIE, cookie.clone());
    }
    Ok(request)
}
