//! What goes wrong, and the page that says so: handlers answer with a bare status, as the library
//! does, and one middleware makes a page of it, in the visitor's language.

use std::error::Error;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use maud::html;
use session_runtime::{
    AuthenticationRejection, CsrfRejection, SessionRejection, store::StoreError,
};

use super::{Shop, page::View, text::FailureText, users::UsersError};

/// A request that cannot be answered now, or not to this visitor.
pub(crate) struct Failed(Box<Response>);

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Response> for Failed {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl From<SessionRejection> for Failed {
    fn from(rejection: SessionRejection) -> Self {
        rejection.into_response().into()
    }
}

impl From<AuthenticationRejection> for Failed {
    fn from(rejection: AuthenticationRejection) -> Self {
        rejection.into_response().into()
    }
}

impl From<CsrfRejection> for Failed {
    fn from(rejection: CsrfRejection) -> Self {
        rejection.into_response().into()
    }
}

/// The library has logged why.
impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        error.into_response().into()
    }
}

impl From<UsersError> for Failed {
    fn from(error: UsersError) -> Self {
        tracing::error!(cause = error.source(), "{error}");
        StatusCode::SERVICE_UNAVAILABLE.into_response().into()
    }
}

/// Puts a page around an error that has none.
pub(crate) async fn pages(State(shop): State<Shop>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || is_html(&response) {
        return response;
    }
    match View::from_request_parts(&mut parts, &shop).await {
        Ok(view) => page(view, response),
        // The bare answer is better than none.
        Err(_) => response,
    }
}

fn page(view: View, bare: Response) -> Response {
    let status = bare.status();
    let texts = view.texts();
    let FailureText { title, text } = texts.failure(status);
    let page = view.failure(
        status,
        title,
        &html! {
            div.narrow.failure {
                p.status { (status.as_u16()) }
                h1 { (title) }
                p { (text) }
                p { a.button href="/" { (texts.look_at_teas) } }
            }
        },
    );
    // What was said in headers stays: Retry-After, WWW-Authenticate, cookies.
    let (mut head, _) = bare.into_parts();
    head.headers.remove(CONTENT_LENGTH);
    head.headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    Response::from_parts(head, page.into_body())
}

fn is_html(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
