//! What a request is asked for, by its kind.

use http::{Method, Request, header::UPGRADE};

/// What a request has to show.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    Nothing,
    /// That no page of another site sent it: a WebSocket begins with a request that can carry no token,
    /// and that nothing else keeps to one site (cross-site WebSocket hijacking).
    Whence,
    Token,
}

impl Demand {
    pub(super) fn of<B>(request: &Request<B>) -> Self {
        match *request.method() {
            // WebSockets over HTTP/1.1, and over HTTP/2 and 3 (RFC 8441).
            Method::GET if request.headers().contains_key(UPGRADE) => Self::Whence,
            Method::CONNECT => Self::Whence,
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => Self::Nothing,
            _ => Self::Token,
        }
    }
}
