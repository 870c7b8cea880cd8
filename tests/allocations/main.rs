//! How often a request allocates because of its sessions: exactly, so that a copy on the way of every
//! request is seen without a clock.
//!
//! A number that falls is welcome, and is written down here. One that rises needs a reason.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod application;

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use application::{App, Place};
use axum::{Router, body::Body, response::Response};
use http::{HeaderValue, Request, StatusCode, header};
use tower::Service;

/// Of the session that is read: its texts and its list.
const OWN: u64 = 6;
/// A build with debug assertions holds what it seals against the reference.
const CHECK_OF_A_SEAL: u64 = if cfg!(debug_assertions) { 1 } else { 0 };
/// The slots of the sessions, shared by the request and the layer, and the entry that leads to them.
const LAYER: u64 = 2;
/// The session, which handles share.
const SESSION: u64 = 1;
/// Its data, where they are its own: not while it is only read, and came before.
const DATA: u64 = 1;
/// What is opened: the bytes of the cookie, of which the plaintext is a part.
const OPENED: u64 = 1;
/// The plaintext and the header.
const SENT: u64 = 2 + CHECK_OF_A_SEAL;
/// What a session in a store was loaded from.
const ORIGIN: u64 = 1;
/// The token of its cookie, which is one for all requests once it is known.
const TOKEN: u64 = 1;
/// The call, what it is about, and the record as it will be.
const SAVED: u64 = 8;

#[test]
fn a_request_that_extracts_no_session() {
    assert_eq!(cost(Place::Cookie, "/untouched"), LAYER);
}

#[test]
fn a_read() {
    assert_eq!(cost(Place::Cookie, "/read"), LAYER + SESSION);
}

#[test]
fn a_read_of_a_cookie_that_is_new() {
    let expected = LAYER + SESSION + DATA + OPENED + OWN;
    assert_eq!(cost(Place::NewCookie, "/read"), expected);
}

#[test]
fn a_write() {
    let expected = LAYER + SESSION + DATA + OWN + SENT;
    assert_eq!(cost(Place::Cookie, "/write"), expected);
}

#[test]
fn a_write_to_a_session_whose_cookie_is_new() {
    let expected = LAYER + SESSION + DATA + OPENED + OWN + SENT;
    assert_eq!(cost(Place::NewCookie, "/write"), expected);
}

#[test]
fn a_read_under_a_former_key() {
    let expected = LAYER + SESSION + SENT;
    assert_eq!(cost(Place::FormerKey, "/read"), expected);
}

#[test]
fn a_read_of_what_requests_may_not_share() {
    let anew = cost(Place::NewCookie, "/own");
    assert_eq!(cost(Place::Cookie, "/own"), anew - OPENED);
}

#[test]
fn a_read_of_two_sessions() {
    assert_eq!(cost(Place::Cookie, "/both"), LAYER + 2 * SESSION);
}

#[test]
fn a_read_of_two_sessions_whose_cookies_are_new() {
    let expected = LAYER + 2 * (SESSION + DATA + OPENED) + OWN + 1;
    assert_eq!(cost(Place::NewCookie, "/both"), expected);
}

#[test]
fn a_read_of_a_session_that_somebody_is_signed_in_to() {
    assert_eq!(cost(Place::Cookie, "/authenticated"), LAYER + SESSION);
}

#[test]
fn a_read_from_the_memory_store() {
    let expected = LAYER + SESSION + ORIGIN;
    assert_eq!(cost(Place::Memory, "/read"), expected);
}

#[test]
fn a_read_from_the_memory_store_of_what_is_new() {
    let expected = LAYER + SESSION + DATA + OWN + ORIGIN + TOKEN;
    assert_eq!(cost(Place::NewRecord, "/read"), expected);
}

#[test]
fn a_write_to_the_memory_store() {
    let expected = LAYER + SESSION + DATA + OWN + ORIGIN + TOKEN + SAVED;
    assert_eq!(cost(Place::NewRecord, "/write"), expected);
}

/// What a request costs more than the same one without sessions.
fn cost(place: Place, path: &'static str) -> u64 {
    let app = App::new(place);
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.unwrap();
    let _entered = runtime.enter();
    let mut without = app.without;
    let mut with = app.with;
    let baseline = counted(&mut without, || request(path, &app.cookies));
    counted(&mut with, || request(path, &app.cookies)) - baseline
}

/// Of one request after some others, which have made what is made once.
fn counted(router: &mut Router, request: impl Fn() -> Request<Body>) -> u64 {
    for _ in 0..3 {
        answer(router, request());
    }
    let request = request();
    let mut response = None;
    let mut given = Some(request);
    let counted = allocation_counter::measure(|| {
        response = given.take().map(|request| answer(router, request));
    });
    let status = response.map(|response| response.status());
    assert_eq!(status, Some(StatusCode::OK));
    counted.count_total
}

/// As a server puts it into every request (hyper's `OnUpgrade`).
#[derive(Clone)]
struct OfTheConnection;

fn request(path: &'static str, cookies: &HeaderValue) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = http::Uri::from_static(path);
    request.extensions_mut().insert(OfTheConnection);
    request
        .headers_mut()
        .insert(header::COOKIE, cookies.clone());
    request
}

/// Nothing here waits: what is measured is one thread's.
fn answer(router: &mut Router, request: Request<Body>) -> Response {
    let mut response = pin!(router.call(request));
    match response
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Ok(response)) => response,
        Poll::Pending => panic!("the answer was not ready at once"),
    }
}
