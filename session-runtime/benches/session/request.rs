//! A request through a router: what the layer and its sessions add to it.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use axum::{
    Router,
    body::Body,
    response::Response,
    routing::{MethodRouter, get},
};
use http::{HeaderValue, Request, StatusCode, header};
use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, Session, SessionRegistry, Unmounted};
use tower_service::Service;

use crate::{
    Outcome,
    bare::NoLayer,
    batch::Batch,
    harness::{Budget, Case, Group},
};

const BASELINE: &str = "a layer that does nothing";

/// A session of ordinary size.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "auth")]
pub(crate) struct Auth {
    user_id: Option<u64>,
    email: Option<String>,
    roles: Vec<String>,
    csrf: String,
    theme: String,
    visits: u32,
}

#[derive(SessionRegistry)]
struct Registry {
    auth: Config<Auth>,
}

impl Auth {
    pub(crate) fn is_user(&self, id: u64) -> bool {
        self.user_id == Some(id)
    }

    pub(crate) const fn visit(&mut self, visits: u32) {
        self.visits = visits;
    }
}

/// Somebody who is signed in.
pub(crate) fn somebody() -> Auth {
    Auth {
        user_id: Some(7),
        email: Some("ada@example.org".into()),
        roles: vec!["user".into(), "editor".into()],
        csrf: "b2c1a4d5e6f708192a3b4c5d6e7f8091".into(),
        theme: "dark".into(),
        visits: 41,
    }
}

async fn untouched() -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn read(session: Session<Auth>) -> StatusCode {
    if session.user_id() == Some(7) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::UNAUTHORIZED
    }
}

async fn write(mut session: Session<Auth>) -> StatusCode {
    session.set_visits(42);
    StatusCode::NO_CONTENT
}

pub(crate) fn group() -> Outcome<Group> {
    let unmounted = Unmounted::new(Registry {
        auth: Config::new(Key::generate()?),
    })?;
    let (sessions, layer) = unmounted.into_parts();
    let value = sessions.encode(&sessions.create(somebody()))?;
    let cookie = HeaderValue::try_from(format!("__Host-auth={value}"))?;
    let plain = router(get(untouched));
    let case = |name: &str, router: Router, sets_cookie: bool| {
        checked(router.clone(), &cookie, sets_cookie)?;
        Outcome::Ok(Case::new(name, batch(router, cookie.clone())))
    };
    let untouched_budget = Budget::Over {
        nanoseconds: 150.0,
        allocations: 3.0,
    };
    let cases = vec![
        case("no layer", plain.clone(), false)?.against(BASELINE),
        case(BASELINE, plain.clone().layer(NoLayer), false)?,
        case("sessions, not extracted", plain.layer(layer.clone()), false)?
            .against(BASELINE)
            .within(untouched_budget),
        case(
            "sessions, one read",
            router(get(read)).layer(layer.clone()),
            false,
        )?
        .against(BASELINE),
        case(
            "sessions, one written",
            router(get(write)).layer(layer),
            true,
        )?
        .against(BASELINE),
    ];
    Ok(Group {
        name: "request",
        cases,
    })
}

fn router(route: MethodRouter) -> Router {
    Router::new().route("/", route)
}

fn batch(router: Router, cookie: HeaderValue) -> Batch {
    // As `axum::serve` does: without it each request makes the handler anew from its state.
    let mut router = router.with_state(());
    Batch::prepared(
        move || request(&cookie),
        move |request| answer(&mut router, request),
    )
}

/// What hyper puts into every HTTP/1 request (`OnUpgrade`): a server's request has extensions when
/// it comes to the router, and the table that holds them is made.
#[derive(Clone)]
struct OfTheConnection;

fn request(cookie: &HeaderValue) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    request.extensions_mut().insert(OfTheConnection);
    request.headers_mut().insert(header::COOKIE, cookie.clone());
    request
}

/// A case that answers something else would be measured all the same.
fn checked(mut router: Router, cookie: &HeaderValue, sets_cookie: bool) -> Outcome<()> {
    let response = answer(&mut router, request(cookie));
    let is_expected = response.status() == StatusCode::NO_CONTENT
        && response.headers().contains_key(header::SET_COOKIE) == sets_cookie;
    if is_expected {
        Ok(())
    } else {
        Err(format!("unexpected answer: {response:?}").into())
    }
}

fn answer(router: &mut Router, request: Request<Body>) -> Response {
    let mut response = pin!(router.call(request));
    match response
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Ok(response)) => response,
        Poll::Pending => unreachable!("no handler here waits for anything"),
    }
}
