//! The inspector as a tower service.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::LazyLock,
    task::{Context, Poll},
};

use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri,
    header::{
        ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
        X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};
use sha2::{Digest, Sha256};
use tower_service::Service;

use super::{
    SessionInspector, page,
    report::Report,
    visitor::{self, Refusal},
};
use crate::{RequestHead, node::Arrival};

/// What an inspector answers with, in time.
pub struct InspectorFuture(Pin<Box<dyn Future<Output = Response> + Send>>);

impl<B> Service<Request<B>> for SessionInspector {
    type Response = Response;
    type Error = Infallible;
    type Future = InspectorFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> InspectorFuture {
        let refused = visitor::check(&request, self.from_anywhere).err();
        let head = RequestHead::of(&request);
        let (parts, _) = request.into_parts();
        let this = self.clone();
        InspectorFuture(Box::pin(async move {
            let mut response = match refused {
                Some(refusal) => refuse(refusal),
                None => this.show(&parts, &head).await,
            };
            if parts.method == Method::HEAD {
                *response.body_mut() = Body::empty();
            }
            response.headers_mut().extend(GUARDS.clone());
            response
        }))
    }
}

impl SessionInspector {
    async fn show(&self, parts: &http::request::Parts, head: &RequestHead) -> Response {
        let Some(registry) = self.registry() else {
            #[cfg(feature = "tracing")]
            tracing::error!(target: "session", "{UNREGISTERED}");
            return (StatusCode::INTERNAL_SERVER_ERROR, UNREGISTERED).into_response();
        };
        let arrival = Arrival {
            headers: &parts.headers,
            extensions: Some(&parts.extensions),
            head: Some(head),
            options: None,
        };
        let report = Report::of(&registry, self.events(), arrival).await;
        if wants_json(&parts.uri, &parts.headers) {
            return json(&report);
        }
        let html = page::of(&report).into_string();
        ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
    }
}

const UNREGISTERED: &str =
    "the session inspector has no registry to look into: give it to `Settings::inspector`";

/// What keeps the answer out of caches, frames, other origins and scripts.
static GUARDS: LazyLock<HeaderMap> = LazyLock::new(|| {
    let text = HeaderValue::from_static;
    let mut headers = HeaderMap::from_iter([
        (CACHE_CONTROL, text("no-store")),
        (X_CONTENT_TYPE_OPTIONS, text("nosniff")),
        (X_FRAME_OPTIONS, text("DENY")),
        (REFERRER_POLICY, text("no-referrer")),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            text("same-origin"),
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            text("same-origin"),
        ),
    ]);
    // Nothing but the one style sheet of the page: no script, no form, no image, no frame.
    let style = STANDARD.encode(Sha256::digest(page::STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    headers.extend(HeaderValue::try_from(policy).map(|policy| (CONTENT_SECURITY_POLICY, policy)));
    headers
});

/// `?format=json`, for the link on the page; and by what the client accepts.
fn wants_json(uri: &Uri, headers: &HeaderMap) -> bool {
    let query = uri.query().unwrap_or_default();
    if query.split('&').any(|pair| pair == "format=json") {
        return true;
    }
    let accepts = |kind| {
        let mut fields = headers.get_all(ACCEPT).iter();
        fields.any(|field| field.to_str().is_ok_and(|text| text.contains(kind)))
    };
    accepts("application/json") && !accepts("text/html")
}

fn json(report: &Report) -> Response {
    match serde_json::to_vec_pretty(report) {
        Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn refuse(refusal: Refusal) -> Response {
    if refusal == Refusal::Method {
        let allow = [(ALLOW, "GET, HEAD")];
        return (StatusCode::METHOD_NOT_ALLOWED, allow, refusal.as_str()).into_response();
    }
    (StatusCode::FORBIDDEN, refusal.as_str()).into_response()
}

impl Future for InspectorFuture {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx).map(Ok)
    }
}

impl fmt::Debug for InspectorFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InspectorFuture").finish_non_exhaustive()
    }
}
