//! What is saved and sent in the life of a session, and what is not.

use axum::{http::StatusCode, routing::get};
use serde_json::json;
use session_runtime::{
    Config, Rolling, Session,
    fastify_session::{FastifySession, Signer},
    store::{KeyValueAdapter, KeyValueStore, MemoryStore},
};

use super::{
    ALICE, Call, MINUTE, Visitor, assert_silent, line, secrets, shared, site, site_of, site_with,
};

fn quiet(session: FastifySession) -> Config<Visitor> {
    shared(session.save_uninitialized(false)).rolling(Rolling::OFF)
}

#[tokio::test]
async fn row_50_a_request_that_no_handler_gets_sends_no_cookie() {
    let mut site = site();
    for (path, status) in [
        ("/nowhere", StatusCode::NOT_FOUND),
        ("/read", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let answer = site.client.post(path).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_silent(&answer);
    }
    assert_eq!(site.calls(), []);
}

#[tokio::test]
async fn here_a_session_counts_though_what_comes_after_it_fails() {
    async fn own(_: Session<Visitor>, body: axum::Json<u32>) -> String {
        body.0.to_string()
    }
    let mut site = site_with(shared, get(own));
    let answer = site.get("/own").await;
    assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    line(&answer);
    assert!(site.record(&site.id()).is_some());
}

#[tokio::test]
async fn row_51_a_record_holds_its_cookie_and_the_fields_and_nothing_else() {
    let mut site = site();
    site.get("/write").await;
    let record = site.record(&site.id()).unwrap();
    let expected = json!({
        "cookie": {
            "expires": null, "originalMaxAge": null, "sameSite": null, "secure": true,
            "path": "/", "httpOnly": true, "domain": null,
        },
        "user": "alice",
        "n": 1,
    });
    assert_eq!(record, expected);
    assert_eq!(
        site.shelf.seconds(&format!("sess:{}", site.id())),
        Some(86_400)
    );
}

#[tokio::test]
async fn row_52_each_new_session_is_kept_and_its_cookie_sent() {
    let mut site = site();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let answer = site.get("/read").await;
        let id = site.id();
        let expected = format!(
            "sessionId={}; Path=/; HttpOnly; Secure; SameSite=Lax",
            secrets().sign(&id)
        );
        assert_eq!(line(&answer), expected);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(site.record(&id).is_some());
        ids.push(id);
        site.client = site.stranger();
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn row_63_of_a_session_that_nobody_wrote_to_nothing_is_kept_if_so_configured() {
    let mut site = site_of(quiet);
    for path in ["/read", "/none"] {
        assert_silent(&site.get(path).await);
    }
    assert_eq!(site.calls(), []);
    line(&site.get("/write").await);
    assert_eq!(site.calls(), [Call::Create]);
}

#[tokio::test]
async fn a_session_that_no_handler_extracts_costs_nothing() {
    let mut site = site();
    site.get("/write").await;
    site.calls();
    assert_silent(&site.get("/none").await);
    assert_eq!(site.calls(), []);
}

#[tokio::test]
async fn rows_117_and_122_a_handler_gets_the_session_and_its_fields_by_name() {
    async fn own(mut session: Session<Visitor>) {
        assert_eq!(session.get(Visitor::N), &0);
        session.set(Visitor::N, 7_u32).set_user("carol");
        assert_eq!((session.n(), session.user()), (7, Some("carol")));
    }
    let mut site = site_with(shared, get(own));
    assert_eq!(site.get("/own").await.status(), 200);
    assert_eq!(site.read().await, "Some(\"carol\") 7 None");
}

#[tokio::test]
async fn rows_118_and_139_a_deleted_session_leaves_no_record_and_here_the_cookie_goes_too() {
    let mut site = site();
    site.get("/write").await;
    let id = site.id();
    let answer = site.get("/delete").await;
    assert_eq!(answer.status(), 200);
    let removal = "sessionId=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; \
                   SameSite=Lax";
    assert_eq!(line(&answer), removal);
    assert_eq!(site.record(&id), None);
    // Nor does a copy of the cookie bring it back.
    site.present(&id);
    assert_eq!(site.read().await, "None 0 Some(NotFound)");
}

#[tokio::test]
async fn row_124_what_is_written_stays() {
    let mut site = site();
    site.get("/write").await;
    let id = site.id();
    for _ in 0..3 {
        assert_eq!(site.read().await, ALICE);
    }
    site.get("/write").await;
    assert_eq!(site.read().await, "Some(\"alice\") 2 None");
    assert_eq!(site.id(), id);
}

#[tokio::test]
async fn row_152_without_rolling_a_session_is_saved_only_when_it_changes() {
    let mut site = site_of(quiet);
    site.get("/write").await;
    site.calls();
    assert_silent(&site.get("/read").await);
    assert_eq!(site.calls(), [Call::Get]);
    line(&site.get("/write").await);
    assert_eq!(site.calls(), [Call::Get, Call::Replace]);
}

#[tokio::test]
async fn what_is_set_to_the_same_value_is_no_change() {
    async fn own(mut session: Session<Visitor>) {
        session.set_user("alice");
        assert!(!session.record().unwrap().is_modified());
        assert!(session.meta().is_changed());
    }
    let mut site = site_with(quiet, get(own));
    site.get("/write").await;
    site.calls();
    assert_silent(&site.get("/own").await);
    assert_eq!(site.calls(), [Call::Get]);
}

#[tokio::test]
async fn row_154_with_rolling_every_response_saves_and_sends() {
    let mut site = site();
    site.get("/write").await;
    let id = site.id();
    site.calls();
    for _ in 0..3 {
        line(&site.get("/read").await);
        assert_eq!(site.calls(), [Call::Get, Call::Replace]);
    }
    assert_eq!(site.id(), id);
}

#[tokio::test]
async fn rolling_in_parts_saves_once_a_part() {
    let mut site = site_of(|session| {
        shared(session)
            .idle(10 * MINUTE)
            .rolling(Rolling::at_most(10))
    });
    site.get("/write").await;
    site.clock.advance(
        MINUTE
            .checked_sub(std::time::Duration::from_millis(1))
            .unwrap(),
    );
    assert_silent(&site.get("/read").await);
    site.clock.advance(std::time::Duration::from_millis(1));
    line(&site.get("/read").await);
    assert_silent(&site.get("/read").await);
}

#[tokio::test]
async fn row_156_a_session_without_an_end_is_saved_when_it_changes() {
    let mut site = site_of(quiet);
    site.get("/write").await;
    let before = site.record(&site.id()).unwrap();
    assert_eq!(before["cookie"]["expires"], json!(null));
    line(&site.get("/write").await);
    assert_eq!(site.record(&site.id()).unwrap()["n"], json!(2));
}

#[tokio::test]
async fn a_touch_is_saved_here_and_not_as_node() {
    for (as_node, saves) in [(false, true), (true, false)] {
        let mut site = site_of(|session| {
            let session = session.save_uninitialized(false);
            let session = if as_node { session.as_node() } else { session };
            shared(session).idle(MINUTE).rolling(Rolling::OFF)
        });
        site.get("/write").await;
        site.calls();
        let answer = site.get("/touch").await;
        assert_eq!(answer.set_cookies().len(), usize::from(saves));
        assert_eq!(site.calls().contains(&Call::Replace), saves);
    }
}

#[tokio::test]
async fn fields_of_node_that_the_struct_does_not_know_stay_unless_told_otherwise() {
    for (preserves, kept) in [(None, true), (Some(true), true), (Some(false), false)] {
        let mut site = site_of(|session| match preserves {
            None => shared(session),
            Some(preserves) => shared(session).preserve_unknown(preserves),
        });
        site.put(
            "of-node",
            "{\"cookie\":{},\"cart\":[{\"sku\":\"x-1\"}],\"n\":4}",
        );
        site.present("of-node");
        site.get("/write").await;
        let record = site.record("of-node").unwrap();
        assert_eq!(record["n"], json!(5));
        assert_eq!(record["cart"] == json!([{"sku": "x-1"}]), kept, "{record}");
        // A session that takes its place is another one.
        site.get("/sign-in").await;
        assert_eq!(site.record(&site.id()).unwrap().get("cart"), None);
    }
}

#[tokio::test]
async fn rows_111_to_116_what_the_store_in_memory_is_given_it_gives_back_until_it_is_removed() {
    use session_runtime::store::{Created, Lifetime, Saved};
    let store = KeyValueAdapter::new(MemoryStore::new());
    // It knows no clock but the system's.
    let lifetime = Lifetime::new(u64::MAX >> 2, 60);
    let [one, other, unknown] = ["sess:one", "sess:other", "sess:unknown"];
    for key in [one, other] {
        let created = store.create(key, key, lifetime).await.unwrap();
        assert_eq!(created, Created::Done);
    }
    let text = async |key| store.get(key).await.unwrap().map(|held| held.value);
    assert_eq!(text(one).await.as_deref(), Some(one));
    assert_eq!(text(unknown).await, None);
    assert_eq!(store.delete(unknown, None).await.unwrap(), Saved::Gone);
    assert_eq!(text(one).await.as_deref(), Some(one));
    assert_eq!(store.delete(one, None).await.unwrap(), Saved::Done);
    assert_eq!(
        (text(one).await, text(other).await.as_deref()),
        (None, Some(other))
    );
    assert_eq!(store.delete(other, None).await.unwrap(), Saved::Done);
    assert_eq!(text(other).await, None);
}
