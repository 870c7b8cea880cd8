//! Sessions that belong to no request: `decryptSession` of Node, and sessions made for somebody.

use std::time::{Duration, SystemTime};

use axum::routing::get;
use http::{HeaderMap, header::COOKIE};
use serde_json::json;
use session_runtime::{
    CookieOptions, Proxy, Reason, Rolling, SaveError, SealError, Session,
    fastify_session::Signer,
    store::StoreErrorKind,
    testing::{request_cookie, response_session},
};

use super::{ALICE, Call, MINUTE, Site, Visitor, read, secrets, shared, site, site_of, site_with};

/// The cookies of the browser, as some other framework has them.
fn headers(site: &Site) -> HeaderMap {
    let value = site.client.cookie("sessionId").unwrap();
    let field = format!("theme=dark; sessionId={value}");
    HeaderMap::from_iter([(COOKIE, field.parse().unwrap())])
}

#[tokio::test]
async fn rows_128_and_129_a_session_is_opened_without_a_request_and_saved() {
    let mut site = site();
    site.get("/write").await;
    site.calls();
    let mut session = site
        .sessions
        .open::<Visitor>(&headers(&site))
        .await
        .unwrap();
    assert_eq!((session.user(), session.n()), (Some("alice"), 1));
    let record = session.record().unwrap();
    assert_eq!(record.id().unwrap(), site.id());
    assert_eq!(record.cookie().unwrap().original_max_age(), None);
    session.update_n(|n| *n += 1);
    session.record().unwrap().save().await.unwrap();
    assert_eq!(site.calls(), [Call::Get, Call::Replace]);
    assert_eq!(site.read().await, "Some(\"alice\") 2 None");
}

#[tokio::test]
async fn row_130_with_cookie_options_of_its_own() {
    let mut site = site();
    site.get("/write").await;
    let options = CookieOptions::new().max_age(MINUTE);
    let opened = site
        .sessions
        .open_with::<Visitor>(&headers(&site), options.clone())
        .await;
    let mut opened = opened.unwrap();
    let life = |session: &mut Session<Visitor>| {
        let cookie = session.record().unwrap().cookie().unwrap();
        cookie.original_max_age()
    };
    // The record has an end of its own, `null`, and no life.
    assert_eq!(life(&mut opened), Some(MINUTE));
    opened.record().unwrap().reload().await.unwrap();
    assert_eq!(life(&mut opened), Some(MINUTE));
    let none = HeaderMap::new();
    let mut fresh = site
        .sessions
        .open_with::<Visitor>(&none, options)
        .await
        .unwrap();
    fresh.record().unwrap().save().await.unwrap();
    let id = fresh.record().unwrap().id().unwrap();
    assert_eq!(site.shelf.seconds(&format!("sess:{id}")), Some(60));
    assert_eq!(
        site.record(&id).unwrap()["cookie"]["originalMaxAge"],
        json!(60_000)
    );
}

#[tokio::test]
async fn what_is_opened_and_not_saved_leaves_no_trace() {
    let mut site = site_of(|session| shared(session).idle(MINUTE));
    site.get("/write").await;
    let before = site.record(&site.id());
    site.clock.advance(MINUTE / 2);
    site.calls();
    let mut session = site
        .sessions
        .open::<Visitor>(&headers(&site))
        .await
        .unwrap();
    session.set_user("nobody");
    drop(session);
    assert_eq!(
        (site.calls(), site.record(&site.id())),
        (vec![Call::Get], before)
    );
    site.clock.advance(MINUTE / 2);
    let session = site
        .sessions
        .open::<Visitor>(&headers(&site))
        .await
        .unwrap();
    assert_eq!(session.meta().reason(), Some(Reason::Expired));
    drop(session);
    assert_eq!(site.shelf.keys().len(), 1);
}

#[tokio::test]
async fn an_opened_session_is_merged_and_does_not_come_back() {
    let mut site = site();
    site.get("/write").await;
    let mut session = site
        .sessions
        .open::<Visitor>(&headers(&site))
        .await
        .unwrap();
    site.get("/write").await;
    session.set_user("carol");
    session.record().unwrap().save().await.unwrap();
    assert_eq!((session.user(), session.n()), (Some("carol"), 2));
    assert_eq!(site.read().await, "Some(\"carol\") 2 None");
    site.get("/delete").await;
    session.set_user("nobody");
    let saved = session.record().unwrap().save().await;
    assert!(matches!(saved, Err(SaveError::Ended)));
    assert_eq!(site.shelf.keys(), [""; 0]);
}

#[tokio::test]
async fn what_is_no_session_any_more_is_neither_saved_nor_read_again() {
    let mut site = site_of(|session| shared(session).validate(|visitor| visitor.n < 10));
    for spoilt in [
        "{\"user\":\"eve\",\"n\":10}",
        "{\"user\":\"eve\",\"cookie\":{\"expires\":\"2020-01-01T00:00:00.000Z\"}}",
    ] {
        site.client = site.stranger();
        site.get("/write").await;
        let mut session = site
            .sessions
            .open::<Visitor>(&headers(&site))
            .await
            .unwrap();
        site.put(&site.id(), spoilt);
        session.set_user("carol");
        let saved = session.record().unwrap().save().await;
        assert!(matches!(saved, Err(SaveError::Ended)), "{spoilt}");
        session.record().unwrap().reload().await.unwrap();
        assert_eq!(session.user(), None);
        assert_eq!(
            site.shelf.get(&format!("sess:{}", site.id())).unwrap(),
            spoilt
        );
    }
}

#[tokio::test]
async fn neither_a_store_out_of_reach_nor_a_cookie_of_nobody_is_mistaken_for_the_other() {
    let mut site = site();
    site.get("/write").await;
    site.shelf.fails(Call::Get);
    let error = site
        .sessions
        .open::<Visitor>(&headers(&site))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    site.shelf.fails(None);
    site.present("unknown");
    let mut session = site
        .sessions
        .open::<Visitor>(&headers(&site))
        .await
        .unwrap();
    assert_eq!(session.meta().reason(), Some(Reason::NotFound));
    session.record().unwrap().save().await.unwrap();
    assert_ne!(session.record().unwrap().id().unwrap(), "unknown");
}

#[tokio::test]
async fn a_session_is_issued_for_somebody() {
    let mut site = site_of(|session| shared(session.cookie_prefix("s:")).idle(MINUTE));
    let visitor = || Visitor {
        user: Some("alice".to_owned()),
        n: 1,
    };
    let value = site.sessions.issue(visitor()).await.unwrap();
    let key = site.shelf.keys().pop().unwrap();
    let id = key.strip_prefix("sess:").unwrap();
    assert_eq!(value, format!("s:{}", secrets().sign(id)));
    assert_eq!(site.shelf.seconds(&key), Some(60));
    site.client.set_cookie("sessionId", value);
    assert_eq!(site.read().await, ALICE);
    let header = request_cookie(&site.sessions, visitor()).await.unwrap();
    let headers = HeaderMap::from_iter([(COOKIE, header)]);
    let session = site.sessions.open::<Visitor>(&headers).await.unwrap();
    assert_eq!(session.user(), Some("alice"));
    site.shelf.fails(Call::Create);
    let error = site.sessions.issue(visitor()).await.unwrap_err();
    assert!(matches!(
        error,
        SaveError::Store(StoreErrorKind::Unavailable)
    ));
}

#[tokio::test]
async fn what_belongs_to_no_request_may_be_sent_with_any_and_is_secure() {
    let proxy = Proxy::x_forwarded_proto();
    let known = proxy.clone().at([], |_| None);
    for proxy in [proxy, known] {
        let site = site_of(|session| shared(session.secure_auto(proxy)));
        site.sessions.issue(Visitor::default()).await.unwrap();
        let mut session = site.sessions.create(Visitor::default());
        session.record().unwrap().save().await.unwrap();
        let keys = site.shelf.keys();
        assert_eq!(keys.len(), 2);
        for key in keys {
            let text = site.shelf.get(&key).unwrap();
            assert!(text.contains("\"secure\":true"), "{text}");
        }
    }
}

#[tokio::test]
async fn the_end_of_a_session_that_is_only_read_is_the_records_own() {
    async fn own(session: Session<Visitor>) -> String {
        let end = session.meta().expires().unwrap();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_836_800);
        end.duration_since(start).unwrap().as_secs().to_string()
    }
    for (rolling, expected) in [(Rolling::OFF, "60"), (Rolling::ALWAYS, "90")] {
        let config = |session| shared(session).idle(MINUTE).rolling(rolling);
        let mut site = site_with(config, get(own));
        site.get("/write").await;
        site.clock.advance(MINUTE / 2);
        assert_eq!(site.get("/own").await.text(), expected);
    }
}

#[tokio::test]
async fn the_age_of_a_session_is_that_of_its_record() {
    async fn own(session: Session<Visitor>) -> String {
        session.meta().age().as_secs().to_string()
    }
    for (life, expected) in [(Some(MINUTE), "30"), (None, "0")] {
        let mut site = site_with(|session| shared(session).idle(life), get(own));
        assert_eq!(site.get("/own").await.text(), "0");
        site.get("/write").await;
        site.clock.advance(MINUTE / 2);
        assert_eq!(site.get("/own").await.text(), expected);
    }
}

#[tokio::test]
async fn the_cookie_alone_is_no_session() {
    let site = site();
    let session = site.sessions.create(Visitor::default());
    assert_eq!(site.sessions.encode(&session), Err(SealError::KeptInStore));
    let value = site.sessions.issue(Visitor::default()).await.unwrap();
    let refused = site.sessions.decode::<Visitor>(&value).unwrap_err();
    assert_eq!(refused.reason(), Reason::NotFound);
}

#[tokio::test]
async fn a_test_reads_what_a_response_did() {
    let mut site = site();
    let answer = site.get("/write").await;
    let session = response_session::<Visitor, _>(&site.sessions, answer.headers()).await;
    assert_eq!(session.unwrap().set().unwrap().user(), Some("alice"));
    let answer = site.get("/delete").await;
    let session = response_session::<Visitor, _>(&site.sessions, answer.headers()).await;
    assert!(session.unwrap().is_removed());
}

#[tokio::test]
async fn an_id_made_without_a_request_sees_none() {
    let config = |session| {
        shared(session).id_generator(|new| {
            let from = if new.request().is_some() {
                "request"
            } else {
                "nowhere"
            };
            format!("{from}-{}-{}", new.data().n, new.random())
        })
    };
    let mut site = site_with(config, get(read));
    let value = site
        .sessions
        .issue(Visitor { user: None, n: 7 })
        .await
        .unwrap();
    assert!(value.starts_with("nowhere-7-"), "{value}");
    site.get("/read").await;
    assert!(site.id().starts_with("request-0-"));
}
