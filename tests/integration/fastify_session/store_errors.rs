//! A store that is out of reach: a 503 here, the cookie kept, and never a half of anything.

use std::time::Duration;

use axum::{Extension, http::StatusCode, routing::get};
use session_runtime::{EventKind, SaveError, Session, store::StoreErrorKind};
use tokio::time::Instant;

use super::{
    ALICE, Call, MINUTE, Shelf, Site, Visitor, assert_silent, shared, site, site_of, site_with,
};

const UNAVAILABLE: EventKind = EventKind::StoreFailed(StoreErrorKind::Unavailable);

/// That a request fails, says when to come again, keeps the cookie and is counted.
async fn assert_fails(site: &mut Site, path: &str, kind: EventKind) {
    let cookie = site.client.cookie("sessionId").map(str::to_owned);
    site.events();
    let answer = site.get(path).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
    assert_eq!(answer.header("retry-after"), Some("5"));
    assert_eq!(answer.set_cookies(), [""; 0]);
    assert_eq!(site.client.cookie("sessionId"), cookie.as_deref());
    assert!(site.events().contains(&kind), "{path}");
}

#[tokio::test]
async fn rows_131_and_165_an_expired_record_that_cannot_be_removed_here_holds_nobody_up() {
    let mut site = site_of(|session| shared(session).idle(MINUTE));
    site.get("/write").await;
    site.clock.advance(MINUTE);
    site.shelf.fails(Call::Delete);
    let old = site.id();
    assert_eq!(site.read().await, "None 0 Some(Expired)");
    assert!(site.events().contains(&UNAVAILABLE));
    assert_ne!(site.id(), old);
    site.shelf.fails(None);
    assert_eq!(site.read().await, "None 0 None");
}

#[tokio::test]
async fn row_162_a_session_that_cannot_be_saved_here_is_a_503() {
    let mut site = site();
    site.shelf.fails(Call::Create);
    assert_fails(&mut site, "/write", UNAVAILABLE).await;
    site.shelf.fails(None);
    site.get("/write").await;
    site.shelf.fails(Call::Replace);
    for path in ["/write", "/touch"] {
        assert_fails(&mut site, path, UNAVAILABLE).await;
    }
    // Nobody has asked for this one.
    site.events();
    assert_eq!(site.read().await, ALICE);
    assert!(site.events().contains(&UNAVAILABLE));
    site.shelf.fails(None);
    assert_eq!(site.read().await, ALICE);
}

#[tokio::test]
async fn row_164_a_session_that_cannot_be_read_here_is_a_503_before_the_handler_runs() {
    let mut site = site();
    site.get("/write").await;
    site.shelf.fails(Call::Get);
    for path in ["/read", "/write", "/delete", "/sign-in"] {
        assert_fails(&mut site, path, UNAVAILABLE).await;
    }
    // Nobody is given another session in the meantime.
    assert_eq!(site.get("/none").await.status(), 200);
    site.shelf.fails(None);
    assert_eq!(site.read().await, ALICE);
}

#[tokio::test]
async fn row_140_a_session_that_cannot_be_removed_here_is_a_503_and_lives_on() {
    let mut site = site();
    site.get("/write").await;
    site.shelf.fails(Call::Delete);
    assert_fails(&mut site, "/delete", UNAVAILABLE).await;
    site.shelf.fails(None);
    assert_eq!(site.read().await, ALICE);
    site.get("/delete").await;
    assert_eq!(site.shelf.keys(), [""; 0]);
}

#[tokio::test]
async fn row_142_a_sign_in_that_cannot_be_saved_here_is_a_503_and_nobody_is_signed_in() {
    for call in [Call::Create, Call::Delete] {
        let mut site = site();
        site.get("/write").await;
        site.shelf.fails(call);
        assert_fails(&mut site, "/sign-in", UNAVAILABLE).await;
        site.shelf.fails(None);
        assert_eq!(site.read().await, ALICE, "{call:?}");
    }
}

#[tokio::test]
async fn rows_145_and_147_save_and_reload_tell_the_handler_and_nothing_is_lost() {
    async fn own(Extension(shelf): Extension<Shelf>, mut session: Session<Visitor>) {
        let failed = |done| matches!(done, Err(SaveError::Store(StoreErrorKind::Unavailable)));
        session.set_user("carol");
        shelf.fails(Call::Replace);
        assert!(failed(session.record().unwrap().save().await));
        shelf.fails(Call::Get);
        assert!(failed(session.record().unwrap().reload().await));
        shelf.fails(None);
        assert_eq!(session.user(), Some("carol"));
    }
    let mut site = site_with(shared, get(own));
    site.get("/write").await;
    assert_eq!(site.get("/own").await.status(), 200);
    assert_eq!(site.read().await, "Some(\"carol\") 1 None");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_is_waited_for_until_the_deadline() {
    let deadline = Duration::from_millis(1500);
    for (call, path) in [
        (Call::Get, "/read"),
        (Call::Replace, "/write"),
        (Call::Delete, "/delete"),
        (Call::Create, "/sign-in"),
    ] {
        let mut site = site_of(|session| shared(session).store_deadline(deadline));
        site.get("/write").await;
        site.shelf.hangs(call);
        let start = Instant::now();
        let kind = EventKind::StoreFailed(StoreErrorKind::Deadline);
        assert_fails(&mut site, path, kind).await;
        assert!((deadline..deadline + Duration::from_millis(10)).contains(&start.elapsed()));
        site.shelf.hangs(None);
        assert_eq!(site.read().await, ALICE);
    }
}

#[tokio::test]
async fn a_session_that_nobody_wrote_to_here_holds_nobody_up() {
    let mut site = site_of(|session| shared(session).idle(MINUTE));
    site.shelf.fails(Call::Create);
    let answer = site.get("/read").await;
    assert_eq!(answer.text(), "None 0 Some(Absent)");
    assert_silent(&answer);
    assert!(site.events().contains(&UNAVAILABLE));
    site.shelf.fails(None);
    site.get("/write").await;
    let before = site.record(&site.id());
    site.clock.advance(MINUTE / 2);
    site.shelf.fails(Call::Replace);
    let answer = site.get("/read").await;
    let said = (answer.status(), answer.text());
    assert_eq!(said, (StatusCode::OK, ALICE.to_owned()));
    assert_silent(&answer);
    assert!(site.events().contains(&UNAVAILABLE));
    assert_eq!(site.record(&site.id()), before);
}

#[tokio::test]
async fn a_value_that_is_no_text_is_a_fresh_session() {
    use session_runtime::{Reason, fastify_session::FastifySession, store::*};

    #[derive(Debug)]
    struct Broken;
    impl KeyValueStore for Broken {
        fn get<'a>(&'a self, _: &'a str) -> StoreFuture<'a, Option<Held>> {
            let error = StoreError::new(StoreErrorKind::Corrupt, "no text");
            Box::pin(std::future::ready(Err(error)))
        }
        fn create<'a>(&'a self, _: &'a str, _: &'a str, _: Lifetime) -> StoreFuture<'a, Created> {
            Box::pin(std::future::ready(Ok(Created::Done)))
        }
        fn replace<'a>(
            &'a self,
            _: &'a str,
            _: &'a str,
            _: &'a str,
            _: Lifetime,
        ) -> StoreFuture<'a, Saved> {
            Box::pin(std::future::ready(Ok(Saved::Done)))
        }
        fn delete<'a>(&'a self, _: &'a str, _: Option<&'a str>) -> StoreFuture<'a, Saved> {
            Box::pin(std::future::ready(Ok(Saved::Done)))
        }
    }
    let mut site = site_of(|_| shared(FastifySession::new(Broken, super::secrets())));
    site.present("of-node");
    assert_eq!(
        site.read().await,
        format!("None 0 {:?}", Some(Reason::Corrupt))
    );
}
