//! `save` and `reload` in the middle of a request.

use std::sync::{Arc, Mutex};

use axum::{Extension, routing::get};
use serde_json::json;
use session_runtime::{
    Config, Reason, Rolling, SaveError, Session, fastify_session::FastifySession,
};

use super::{ALICE, Call, Shelf, Visitor, assert_silent, line, shared, site_of, site_with};

/// Where a handler leaves its session.
type Kept = Extension<Arc<Mutex<Option<Session<Visitor>>>>>;

fn quiet(session: FastifySession) -> Config<Visitor> {
    shared(session.save_uninitialized(false)).rolling(Rolling::OFF)
}

#[tokio::test]
async fn rows_136_and_144_a_reload_drops_what_was_not_saved() {
    async fn own(mut session: Session<Visitor>) {
        session.set_user("nobody").update_n(|n| *n += 10);
        session.record().unwrap().reload().await.unwrap();
        assert_eq!((session.user(), session.n()), (Some("alice"), 1));
        assert!(!session.meta().is_changed());
    }
    let mut site = site_with(quiet, get(own));
    site.get("/write").await;
    let before = site.record(&site.id());
    assert_silent(&site.get("/own").await);
    assert_eq!(site.record(&site.id()), before);
}

#[tokio::test]
async fn row_136_a_reload_of_what_is_not_there_is_empty() {
    async fn own(mut session: Session<Visitor>) {
        session.set_user("nobody");
        session.record().unwrap().reload().await.unwrap();
        assert_eq!(session.user(), None);
    }
    let mut site = site_with(quiet, get(own));
    assert_silent(&site.get("/own").await);
    assert_eq!(site.shelf.keys(), [""; 0]);
}

#[tokio::test]
async fn a_reload_of_what_has_been_removed_is_another_session() {
    async fn own(Extension(shelf): Extension<Shelf>, mut session: Session<Visitor>) {
        let id = session.record().unwrap().id().unwrap();
        shelf.remove(&format!("sess:{id}"));
        session.record().unwrap().reload().await.unwrap();
        assert_eq!(session.user(), None);
        assert_eq!(session.meta().reason(), Some(Reason::NotFound));
        session.set_user("carol");
    }
    let mut site = site_with(shared, get(own));
    site.get("/write").await;
    let old = site.id();
    line(&site.get("/own").await);
    assert_ne!(site.id(), old);
    assert_eq!(site.shelf.keys(), [format!("sess:{}", site.id())]);
}

#[tokio::test]
async fn row_137_a_session_is_saved_after_a_reload() {
    async fn own(mut session: Session<Visitor>) {
        session.record().unwrap().reload().await.unwrap();
        session.set_user("carol");
        session.record().unwrap().save().await.unwrap();
        assert!(session.record().unwrap().is_saved());
    }
    for starts in ["/write", "/none"] {
        let mut site = site_with(quiet, get(own));
        site.get(starts).await;
        line(&site.get("/own").await);
        assert!(site.read().await.starts_with("Some(\"carol\")"));
    }
}

#[tokio::test]
async fn rows_138_and_146_a_save_is_in_the_store_before_the_response() {
    async fn own(mut session: Session<Visitor>) {
        session.set_user("carol");
        session.record().unwrap().save().await.unwrap();
        session.set_user("nobody");
        session.record().unwrap().reload().await.unwrap();
        assert_eq!(session.user(), Some("carol"));
    }
    let mut site = site_with(quiet, get(own));
    line(&site.get("/own").await);
    assert_eq!(site.calls(), [Call::Create, Call::Get]);
    assert_eq!(site.read().await, "Some(\"carol\") 0 None");
}

#[tokio::test]
async fn row_153_what_was_saved_by_hand_is_not_saved_again_and_its_cookie_is_sent() {
    async fn own(mut session: Session<Visitor>) {
        session.update_n(|n| *n += 1);
        let mut record = session.record().unwrap();
        assert!(record.is_modified() && !record.is_saved());
        record.save().await.unwrap();
        assert!(!record.is_modified() && record.is_saved());
    }
    // Here not with rolling either, though Node does.
    for config in [quiet, shared] {
        let mut site = site_with(config, get(own));
        for n in 1..3 {
            line(&site.get("/own").await);
            let writes = site.calls().into_iter().filter(|call| *call != Call::Get);
            assert_eq!(writes.count(), 1);
            assert_eq!(site.record(&site.id()).unwrap()["n"], json!(n));
        }
    }
}

#[tokio::test]
async fn what_is_written_after_a_save_is_saved_too() {
    async fn own(mut session: Session<Visitor>) {
        session.set_user("alice");
        session.record().unwrap().save().await.unwrap();
        session.update_n(|n| *n += 1);
    }
    let mut site = site_with(quiet, get(own));
    line(&site.get("/own").await);
    assert_eq!(site.calls(), [Call::Create, Call::Replace]);
    assert_eq!(site.read().await, ALICE);
}

#[tokio::test]
async fn a_session_that_was_deleted_is_not_saved_any_more() {
    async fn own(mut session: Session<Visitor>) {
        session.record().unwrap().save().await.unwrap();
        session.delete();
        let saved = session.record().unwrap().save().await;
        assert!(matches!(saved, Err(SaveError::Ended)));
    }
    let mut site = site_with(quiet, get(own));
    site.get("/write").await;
    let answer = site.get("/own").await;
    assert!(line(&answer).starts_with("sessionId=; Max-Age=0"));
    assert_eq!(site.shelf.keys(), [""; 0]);
}

#[tokio::test]
async fn a_touch_is_no_change_of_a_field() {
    async fn own(mut session: Session<Visitor>) {
        session.touch();
        assert!(!session.record().unwrap().is_modified());
        session.update_n(|n| *n += 1);
        session.update_n(|n| *n -= 1);
        assert!(!session.record().unwrap().is_modified());
        session.update_n(|n| *n += 1);
        assert!(session.record().unwrap().is_modified());
    }
    let mut site = site_with(quiet, get(own));
    for _ in 0..2 {
        assert_eq!(site.get("/own").await.status(), 200);
    }
}

#[tokio::test]
async fn row_161_the_application_has_the_store_that_it_gave() {
    let mut site = site_of(shared);
    site.get("/write").await;
    let text = site.shelf.get(&format!("sess:{}", site.id())).unwrap();
    assert!(text.ends_with(",\"user\":\"alice\",\"n\":1}"), "{text}");
    let mut site = site_of(|session| shared(session.key_prefix("")));
    site.get("/write").await;
    assert_eq!(site.shelf.keys(), [site.id()]);
}

#[tokio::test]
async fn there_is_no_record_once_the_response_has_been_sent() {
    async fn own(kept: Kept, mut session: Session<Visitor>) {
        session.update_n(|n| *n += 1);
        assert!(session.record().is_some());
        *kept.lock().unwrap() = Some(session);
    }
    async fn only_read(kept: Kept, mut session: Session<Visitor>) {
        assert!(session.record().is_some());
        *kept.lock().unwrap() = Some(session);
    }
    for config in [shared, quiet] {
        for own in [get(own), get(only_read)] {
            let kept = Kept::default();
            let mut site = site_with(config, own.layer(kept.clone()));
            for starts in ["/none", "/write"] {
                site.get(starts).await;
                site.get("/own").await;
                let mut session = kept.lock().unwrap().take().unwrap();
                assert!(session.record().is_none());
            }
        }
    }
}
