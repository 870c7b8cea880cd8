//! Another session in the place of the one that came.

use axum::routing::get;
use session_runtime::{EndCause, EventKind, Reason, Session};

use super::{Call, MINUTE, Visitor, shared, site, site_of, site_with};

#[tokio::test]
async fn rows_125_and_141_a_sign_in_gives_another_id_that_the_next_requests_have() {
    let mut site = site();
    site.get("/write").await;
    let old = site.id();
    site.get("/sign-in").await;
    let new = site.id();
    assert_ne!(new, old);
    for _ in 0..2 {
        assert_eq!(site.read().await, "Some(\"bob\") 0 None");
        assert_eq!(site.id(), new);
    }
}

#[tokio::test]
async fn row_143_the_record_of_the_former_session_goes() {
    let mut site = site();
    site.get("/write").await;
    let old = site.id();
    site.calls();
    site.events();
    site.get("/sign-in").await;
    assert_eq!(site.calls(), [Call::Get, Call::Create, Call::Delete]);
    assert_eq!(site.record(&old), None);
    assert!(
        site.events()
            .contains(&EventKind::Ended(EndCause::Replaced))
    );
    site.present(&old);
    assert_eq!(site.read().await, "None 0 Some(NotFound)");
}

#[tokio::test]
async fn a_planted_id_does_not_survive_a_sign_in() {
    let mut site = site();
    // The attacker's own session, in the victim's browser.
    let mut attacker = site.stranger();
    attacker.get("/write").await;
    let planted = attacker.cookie("sessionId").unwrap().to_owned();
    site.client.set_cookie("sessionId", planted);
    site.get("/sign-in").await;
    assert_eq!(site.read().await, "Some(\"bob\") 0 None");
    let shown = attacker.get("/read").await.text();
    assert_eq!(shown, "None 0 Some(NotFound)");
}

#[tokio::test]
async fn rows_126_and_127_listed_fields_go_with_it_and_the_others_do_not() {
    async fn own(mut session: Session<Visitor>) {
        session.regenerate_keep(Visitor::USER);
        assert_eq!((session.user(), session.n()), (Some("alice"), 0));
    }
    let mut site = site_with(shared, get(own));
    site.get("/write").await;
    let old = site.id();
    assert_eq!(site.get("/own").await.status(), 200);
    assert_ne!(site.id(), old);
    assert_eq!(site.record(&old), None);
    assert_eq!(site.read().await, "Some(\"alice\") 0 None");
    assert_eq!(site.shelf.keys().len(), 1);
}

#[tokio::test]
async fn a_session_that_never_was_is_replaced_by_one() {
    let mut site = site();
    site.get("/sign-in").await;
    assert_eq!(site.calls(), [Call::Create]);
    assert_eq!(site.read().await, "Some(\"bob\") 0 None");
}

#[tokio::test]
async fn a_session_that_has_expired_is_replaced_by_one_and_leaves_nothing() {
    let mut site = site_of(|session| shared(session).idle(MINUTE));
    site.get("/write").await;
    site.clock.advance(MINUTE);
    site.get("/sign-in").await;
    assert_eq!(site.shelf.keys(), [format!("sess:{}", site.id())]);
    assert_eq!(site.read().await, "Some(\"bob\") 0 None");
}

#[tokio::test]
async fn whatever_a_handler_does_one_session_is_left() {
    async fn own(mut session: Session<Visitor>) {
        let first = session.record().unwrap().id().unwrap();
        session.regenerate_keep(Visitor::USER);
        session.record().unwrap().save().await.unwrap();
        session.regenerate().set_user("bob");
        let id = session.record().unwrap().id().unwrap();
        assert_ne!(id, first);
        // It is drawn once.
        assert_eq!(session.record().unwrap().id().unwrap(), id);
        session.regenerate_keep(Visitor::USER);
        assert_ne!(session.record().unwrap().id().unwrap(), id);
    }
    let mut site = site_with(shared, get(own));
    site.get("/write").await;
    assert_eq!(site.get("/own").await.status(), 200);
    assert_eq!(site.shelf.keys(), [format!("sess:{}", site.id())]);
    assert_eq!(site.read().await, "Some(\"bob\") 0 None");
}

#[tokio::test]
async fn a_session_that_is_replaced_and_deleted_leaves_nothing() {
    async fn own(mut session: Session<Visitor>) {
        session.regenerate().set_user("bob");
        session.record().unwrap().save().await.unwrap();
        session.regenerate_keep(Visitor::USER);
        session.delete();
    }
    let mut site = site_with(shared, get(own));
    site.get("/write").await;
    assert_eq!(site.get("/own").await.status(), 200);
    assert_eq!(site.shelf.keys(), [""; 0]);
    assert_eq!(
        site.read().await,
        format!("None 0 {:?}", Some(Reason::Absent))
    );
}

#[tokio::test]
async fn whose_end_has_passed_gives_its_successor_none() {
    use std::time::{Duration, SystemTime};
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_836_800) + MINUTE;
    let mut site = site_of(|session| shared(session).expires(end));
    site.get("/write").await;
    site.clock.advance(2 * MINUTE);
    site.get("/sign-in").await;
    // A date that has passed would end it at once.
    assert_eq!(site.read().await, "Some(\"bob\") 0 None");
}
