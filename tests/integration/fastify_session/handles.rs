//! Two handles of one request: what one of them asks of the store takes its time, and the other
//! goes on meanwhile.

use axum::{Extension, routing::get};
use serde_json::json;
use session_runtime::{
    Config, Rolling, SaveError, Session, fastify_session::FastifySession, store::StoreErrorKind,
};

use super::{Call, Shelf, Site, Visitor, When, line, shared, site_with};

const BOTH: [When; 2] = [When::BeforeItIsDone, When::BeforeItIsSaid];

fn quiet(session: FastifySession) -> Config<Visitor> {
    shared(session.save_uninitialized(false)).rolling(Rolling::OFF)
}

/// What the second handle does while the first waits.
type Other = fn(&mut Session<Visitor>);

fn sign_in(session: &mut Session<Visitor>) {
    session.regenerate().set_user("bob");
}

fn keep(session: &mut Session<Visitor>) {
    session.regenerate_keep(Visitor::N).set_user("bob");
}

/// A handler that saves, the call of which is held open for `other`. `/own` is to be asked once.
fn saving(call: Call, when: When, other: Other) -> Site {
    let own = get(
        move |Extension(shelf): Extension<Shelf>, mut session: Session<Visitor>| async move {
            let mut second = session.clone();
            session.update_n(|n| *n += 10);
            let go_on = shelf.holds(call, when);
            let mut record = session.record().unwrap();
            let meanwhile = async {
                other(&mut second);
                go_on.send(()).unwrap();
            };
            let (saved, ()) = tokio::join!(record.save(), meanwhile);
            saved.unwrap();
            let text = shelf.keys().into_iter().map(|key| shelf.get(&key).unwrap());
            // Never under the id that the browser had.
            assert!(!text.collect::<String>().contains("bob"));
        },
    );
    site_with(quiet, own)
}

#[tokio::test]
async fn who_signs_in_while_it_is_saved_is_never_under_the_old_id() {
    for when in BOTH {
        let mut site = saving(Call::Replace, when, sign_in);
        site.get("/write").await;
        let old = site.id();
        line(&site.get("/own").await);
        assert_eq!(site.record(&old), None);
        assert_eq!(site.shelf.keys(), [format!("sess:{}", site.id())]);
        assert_eq!(site.read().await, "Some(\"bob\") 0 None");
        site.present(&old);
        assert_eq!(site.read().await, "None 0 Some(NotFound)");
    }
}

#[tokio::test]
async fn nor_is_a_record_left_over_that_the_save_has_created() {
    for when in BOTH {
        for other in [sign_in, keep] {
            let mut site = saving(Call::Create, when, other);
            let answer = site.get("/own").await;
            assert_eq!(answer.status(), 200);
            line(&answer);
            assert_eq!(site.shelf.keys(), [format!("sess:{}", site.id())]);
            assert!(site.read().await.starts_with("Some(\"bob\")"));
        }
    }
}

#[tokio::test]
async fn a_session_that_gets_another_id_while_it_is_saved_has_what_was_saved() {
    for when in BOTH {
        let mut site = saving(Call::Replace, when, keep);
        site.get("/write").await;
        let old = site.id();
        line(&site.get("/own").await);
        assert_eq!(site.record(&old), None);
        assert_eq!(site.shelf.keys(), [format!("sess:{}", site.id())]);
        assert_eq!(site.read().await, "Some(\"bob\") 11 None");
    }
}

#[tokio::test]
async fn who_signs_out_while_it_is_saved_is_signed_out() {
    for when in BOTH {
        for (call, starts) in [(Call::Replace, "/write"), (Call::Create, "/none")] {
            let mut site = saving(call, when, Session::delete);
            site.get(starts).await;
            let answer = site.get("/own").await;
            assert!(line(&answer).starts_with("sessionId=; Max-Age=0"));
            assert_eq!(site.shelf.keys(), [""; 0]);
        }
    }
}

/// A handler that reloads, which is held open for a sign-in or a sign-out.
fn reloading(when: When, other: Other) -> Site {
    let own = get(
        move |Extension(shelf): Extension<Shelf>, mut session: Session<Visitor>| async move {
            let mut second = session.clone();
            let go_on = shelf.holds(Call::Get, when);
            let mut record = session.record().unwrap();
            let meanwhile = async {
                other(&mut second);
                go_on.send(()).unwrap();
            };
            let (reloaded, ()) = tokio::join!(record.reload(), meanwhile);
            reloaded.unwrap();
            assert_ne!(session.user(), Some("alice"));
        },
    );
    site_with(quiet, own)
}

#[tokio::test]
async fn what_is_read_again_does_not_appear_in_the_session_that_has_begun_meanwhile() {
    for when in BOTH {
        let mut site = reloading(when, sign_in);
        site.get("/write").await;
        let old = site.id();
        line(&site.get("/own").await);
        assert_eq!(site.shelf.keys(), [format!("sess:{}", site.id())]);
        assert_ne!(site.id(), old);
        let record = site.record(&site.id()).unwrap();
        assert_eq!((&record["user"], &record["n"]), (&json!("bob"), &json!(0)));
    }
}

#[tokio::test]
async fn nor_does_it_bring_a_deleted_session_back() {
    for when in BOTH {
        let mut site = reloading(when, Session::delete);
        site.get("/write").await;
        let answer = site.get("/own").await;
        assert!(line(&answer).starts_with("sessionId=; Max-Age=0"));
        assert_eq!(site.shelf.keys(), [""; 0]);
    }
}

#[tokio::test]
async fn a_session_that_was_begun_and_is_read_again_has_ended_the_old_one() {
    async fn own(mut session: Session<Visitor>) {
        session.regenerate().set_user("bob");
        session.record().unwrap().reload().await.unwrap();
        assert_eq!((session.user(), session.n()), (None, 0));
    }
    let mut site = site_with(quiet, get(own));
    site.get("/write").await;
    let old = site.id();
    assert_eq!(site.get("/own").await.status(), 200);
    assert_eq!(site.record(&old), None);
    let read = site.read().await;
    assert!(read.starts_with("None 0 "), "{read}");
    site.present(&old);
    assert_eq!(site.read().await, "None 0 Some(NotFound)");
}

#[tokio::test]
async fn a_deleted_session_is_neither_saved_nor_read_again() {
    async fn own(mut session: Session<Visitor>) {
        session.delete();
        let mut record = session.record().unwrap();
        let ended = |done| matches!(done, Err(SaveError::Ended));
        assert!(ended(record.save().await) && ended(record.reload().await));
        assert_eq!(session.user(), None);
    }
    let mut site = site_with(quiet, get(own));
    site.get("/write").await;
    site.calls();
    assert!(line(&site.get("/own").await).starts_with("sessionId=; Max-Age=0"));
    assert_eq!(site.calls(), [Call::Get, Call::Delete]);
}

#[tokio::test(start_paused = true)]
async fn a_save_that_nobody_waits_for_any_more_holds_the_next_up_until_the_deadline() {
    async fn own(Extension(shelf): Extension<Shelf>, mut session: Session<Visitor>) {
        let mut second = session.clone();
        session.set_user("carol");
        let mut record = session.record().unwrap();
        let _go_on = shelf.holds(Call::Replace, When::BeforeItIsDone);
        let mut first = std::pin::pin!(record.save());
        let is_done = tokio::select! {
            biased;
            _ = &mut first => true,
            () = std::future::ready(()) => false,
        };
        assert!(!is_done);
        let saved = second.record().unwrap().save().await;
        let kind = StoreErrorKind::Deadline;
        assert!(matches!(saved, Err(SaveError::Store(found)) if found == kind));
    }
    let mut site = site_with(quiet, get(own));
    site.get("/write").await;
    line(&site.get("/own").await);
    assert_eq!(site.read().await, "Some(\"carol\") 1 None");
}
