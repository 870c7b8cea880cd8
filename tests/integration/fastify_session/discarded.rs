//! What was saved before a request came to a bad end stays, and its cookie is sent; what was written
//! after it is gone.

use std::panic::resume_unwind;

use axum::{
    http::StatusCode,
    routing::{MethodRouter, get},
};
use serde_json::json;
use session_runtime::{DiscardCause, EventKind, Rolling, Session};
use tower_http::catch_panic::CatchPanicLayer;

use super::{Call, MINUTE, Visitor, assert_silent, line, shared, site_with};

async fn saved(session: &mut Session<Visitor>) {
    session.set_user("alice");
    session.record().unwrap().save().await.unwrap();
    session.set_user("nobody");
}

async fn times_out(mut session: Session<Visitor>) -> StatusCode {
    saved(&mut session).await;
    StatusCode::GATEWAY_TIMEOUT
}

async fn panics(mut session: Session<Visitor>) {
    saved(&mut session).await;
    resume_unwind(Box::new("after the save"));
}

async fn fails(mut session: Session<Visitor>) -> StatusCode {
    saved(&mut session).await;
    StatusCode::BAD_GATEWAY
}

fn ends() -> [(MethodRouter, u16, DiscardCause); 3] {
    [
        (get(times_out), 504, DiscardCause::Timeout),
        (
            get(panics).layer(CatchPanicLayer::new()),
            500,
            DiscardCause::Panic,
        ),
        (get(fails), 502, DiscardCause::ServerError),
    ]
}

#[tokio::test]
async fn the_cookie_of_a_session_that_was_saved_is_sent_whatever_comes_after_it() {
    for starts in ["/none", "/sign-in"] {
        for (own, status, cause) in ends() {
            let config = |session| {
                let config = shared(session).idle(MINUTE).rolling(Rolling::OFF);
                config.discard_on_server_error()
            };
            let mut site = site_with(config, own);
            site.get(starts).await;
            site.calls();
            site.events();
            let answer = site.get("/own").await;
            assert_eq!(answer.status(), status);
            line(&answer);
            assert!(site.events().contains(&EventKind::Discarded(cause)));
            let writes = site.calls().into_iter().filter(|call| *call != Call::Get);
            assert_eq!(writes.count(), 1);
            assert_eq!(site.record(&site.id()).unwrap()["user"], json!("alice"));
            assert_eq!(site.shelf.keys().len(), 1);
        }
    }
}

#[tokio::test]
async fn what_was_not_saved_is_not_sent() {
    async fn own(mut session: Session<Visitor>) -> StatusCode {
        session.set_user("nobody");
        StatusCode::GATEWAY_TIMEOUT
    }
    async fn another(mut session: Session<Visitor>) -> StatusCode {
        saved(&mut session).await;
        session.regenerate().set_user("nobody");
        StatusCode::GATEWAY_TIMEOUT
    }
    let mut site = site_with(shared, get(own));
    assert_silent(&site.get("/own").await);
    assert_eq!(site.shelf.keys(), [""; 0]);
    let mut site = site_with(shared, get(another));
    site.get("/write").await;
    let old = site.id();
    site.get("/own").await;
    assert_eq!(site.record(&old).unwrap()["user"], json!("alice"));
    assert_eq!(site.shelf.keys().len(), 1);
}
