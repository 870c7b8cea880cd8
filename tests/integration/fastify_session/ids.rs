//! The ids of sessions: drawn here, or made by a function of the application.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use axum::routing::get;
use http::HeaderMap;
use session_runtime::{
    Config, EventKind, Rolling, SealError, Session,
    fastify_session::{FastifySession, Signer},
};

use super::{ALICE, Visitor, secrets, shared, site, site_of, site_with};

#[tokio::test]
async fn row_107_ids_are_32_characters_of_base64url_and_never_the_same() {
    let site = site();
    let mut ids = HashSet::new();
    for _ in 0..5000 {
        let mut session = site
            .sessions
            .open::<Visitor>(&HeaderMap::new())
            .await
            .unwrap();
        let id = session.record().unwrap().id().unwrap();
        let is_url_safe = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        assert!(id.len() == 32 && id.chars().all(is_url_safe), "{id}");
        assert!(ids.insert(id));
    }
}

#[tokio::test]
async fn rows_119_and_121_a_handler_sees_the_id_that_the_cookie_will_have_and_its_signed_form() {
    async fn own(mut session: Session<Visitor>) -> String {
        let record = session.record().unwrap();
        let id = record.id().unwrap();
        assert_eq!(record.signed_id().unwrap(), secrets().sign(&id));
        session.set_user("alice");
        id
    }
    let mut site = site_with(shared, get(own));
    for _ in 0..2 {
        let shown = site.get("/own").await.text();
        assert_eq!(shown, site.id());
        let value = site.client.cookie("sessionId").unwrap();
        assert_eq!(value, secrets().sign(&shown));
    }
}

#[tokio::test]
async fn row_123_a_function_of_the_application_makes_ids() {
    let mut site = site_of(|it| shared(it).id_generator(|new| format!("custom-{}", new.random())));
    site.get("/write").await;
    assert!(site.id().starts_with("custom-") && site.id().len() == 39);
    assert_eq!(site.read().await, ALICE);
    assert_eq!(site.shelf.keys(), [format!("sess:{}", site.id())]);
}

#[tokio::test]
async fn rows_134_and_135_it_sees_the_request_and_what_is_in_the_session() {
    let named = |rolling| {
        move |session: FastifySession| {
            let config: Config<Visitor> = shared(session).rolling(rolling);
            config.id_generator(|new| {
                let user = new.data().user.as_deref().unwrap_or("nobody");
                let path = new.request().map_or("", |request| request.uri().path());
                let region = new.request().and_then(|it| it.headers().get("x-region"));
                let region = region.and_then(|it| it.to_str().ok()).unwrap_or("none");
                let method = new
                    .request()
                    .map_or("", |request| request.method().as_str());
                format!("{user}-{method}-{path}-{region}-{}", new.random())
            })
        }
    };
    for rolling in [Rolling::ALWAYS, Rolling::OFF] {
        let mut site = site_of(named(rolling));
        site.client.get_with("/write", "x-region", "eu").await;
        let value = site.client.cookie("sessionId").unwrap().to_owned();
        assert!(value.starts_with("alice-GET-/write-eu-"), "{value}");
        // A sign-in sees what the new session will have.
        site.get("/sign-in").await;
        let value = site.client.cookie("sessionId").unwrap().to_owned();
        assert!(value.starts_with("bob-GET-/sign-in-none-"), "{value}");
        assert_eq!(site.read().await, "Some(\"bob\") 0 None");
    }
}

#[tokio::test]
async fn an_id_that_turns_out_too_short_is_an_error_and_no_session() {
    let site = site_of(|session| {
        shared(session).id_generator(|new| match new.data().n {
            0 => new.random().to_owned(),
            _ => new.random()[..21].to_owned(),
        })
    });
    let mut client = site.stranger();
    let answer = client.get("/write").await;
    assert_eq!(
        (answer.status().as_u16(), answer.set_cookies().len()),
        (500, 0)
    );
    assert_eq!(site.shelf.keys(), [""; 0]);
    assert!(
        site.events()
            .contains(&EventKind::Failed(SealError::WeakId))
    );
}

#[tokio::test]
async fn an_id_that_is_taken_is_made_again_and_nobody_gets_anothers_session() {
    let ids: Arc<Mutex<Vec<String>>> = Arc::default();
    let next = Arc::clone(&ids);
    let mut site = site_of(|session| {
        shared(session).id_generator(move |new| {
            let scripted = Mutex::lock(&next).unwrap().pop();
            scripted.unwrap_or_else(|| new.random().to_owned())
        })
    });
    let taken = "an-id-that-somebody-else-has";
    site.put(taken, "{\"user\":\"carol\"}");
    Mutex::lock(&ids)
        .unwrap()
        .extend([taken.to_owned(), taken.to_owned()]);
    site.get("/write").await;
    assert_ne!(site.id(), taken);
    assert_eq!(
        site.shelf.get(&format!("sess:{taken}")).unwrap(),
        "{\"user\":\"carol\"}"
    );
    assert_eq!(site.read().await, ALICE);
}

#[tokio::test]
async fn without_randomness_there_is_an_error_and_no_session() {
    use session_runtime::{Settings, Unmounted, testing::ScriptedRandom};
    let visitor = shared(FastifySession::new(super::Shelf::default(), secrets()));
    let settings = Settings::new().random(&ScriptedRandom::failing());
    let unmounted = Unmounted::with_settings(super::Visitors { visitor }, settings);
    let mut client = tests::Client::new(unmounted.unwrap().mount(|_| super::routes()));
    let answer = client.get("/write").await;
    assert_eq!(
        (answer.status().as_u16(), answer.set_cookies().len()),
        (500, 0)
    );
}
