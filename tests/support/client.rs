//! A browser without a window: sends requests to a router and keeps the cookies.

use std::collections::BTreeMap;

use axum::{Router, body::Body, extract::Request, response::Response};
use cookie::Cookie;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// A router and the cookies it has set.
#[derive(Debug, Clone)]
pub struct Client {
    router: Router,
    jar: BTreeMap<String, String>,
}

/// A response, read to its end.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Client {
    /// A browser that has never been here.
    pub const fn new(router: Router) -> Self {
        Self {
            router,
            jar: BTreeMap::new(),
        }
    }

    /// `GET path`.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.request(Method::GET, path, HeaderMap::new()).await
    }

    /// `POST path` with an empty body.
    pub async fn post(&mut self, path: &str) -> Answer {
        self.request(Method::POST, path, HeaderMap::new()).await
    }

    /// `GET path` with one more header.
    pub async fn get_with(
        &mut self,
        path: &str,
        name: &'static str,
        value: &'static str,
    ) -> Answer {
        let headers = HeaderMap::from_iter([(
            header::HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )]);
        self.request(Method::GET, path, headers).await
    }

    /// Sends a request with the cookies of the jar, and keeps those of the answer.
    ///
    /// # Panics
    ///
    /// If the router does not answer, which fails the test.
    pub async fn request(&mut self, method: Method, path: &str, headers: HeaderMap) -> Answer {
        self.send(method, path, headers, Body::empty()).await
    }

    /// The same with a body.
    ///
    /// # Panics
    ///
    /// If the router does not answer, which fails the test.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Body,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(body)
            .expect("a request");
        *request.headers_mut() = headers;
        let cookies: Vec<_> = self
            .jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            let line = HeaderValue::try_from(cookies.join("; ")).expect("a header");
            request.headers_mut().insert(header::COOKIE, line);
        }
        let answer = Answer::of(
            self.router
                .clone()
                .oneshot(request)
                .await
                .expect("infallible"),
        )
        .await;
        self.keep(&answer);
        answer
    }

    /// Keeps the cookies of an answer.
    ///
    /// # Panics
    ///
    /// If one is none, which fails the test.
    pub fn keep(&mut self, answer: &Answer) {
        for line in answer.set_cookies() {
            let cookie = Cookie::parse(line.to_owned()).expect("a cookie");
            if cookie
                .max_age()
                .is_some_and(cookie::time::Duration::is_zero)
            {
                self.jar.remove(cookie.name());
            } else {
                self.jar
                    .insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }

    /// The application, for another browser.
    pub fn into_router(self) -> Router {
        self.router
    }

    /// The value of a cookie in the jar.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.jar.get(name).map(String::as_str)
    }

    /// The same cookie in another spelling: its first character that stands for itself is escaped.
    #[expect(
        clippy::missing_panics_doc,
        reason = "of a cookie that is there, and is not empty"
    )]
    pub fn respell_cookie(&mut self, name: &str) {
        let value = self.jar.get_mut(name).expect("the cookie is there");
        let mut at = 0;
        while value.get(at..).is_some_and(|rest| rest.starts_with('%')) {
            at += 3;
        }
        let plain = value.as_bytes().get(at).expect("a character");
        *value = format!("{}%{plain:02X}{}", &value[..at], &value[at + 1..]);
    }

    /// Puts a cookie into the jar.
    pub fn set_cookie(&mut self, name: &str, value: impl Into<String>) {
        self.jar.insert(name.to_owned(), value.into());
    }

    /// The same browser before another application, or the same with other keys.
    #[must_use]
    pub fn at(&self, router: Router) -> Self {
        Self {
            router,
            jar: self.jar.clone(),
        }
    }
}

impl Answer {
    /// Reads a response to its end.
    ///
    /// # Panics
    ///
    /// If its body fails, which fails the test.
    pub async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes().to_vec();
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// One header, where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Each Set-Cookie line.
    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
