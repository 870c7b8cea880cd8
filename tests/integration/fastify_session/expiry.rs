//! When a session ends.

use std::time::{Duration, SystemTime};

use axum::routing::get;
use serde_json::json;
use session_runtime::{Reason, Rolling, Session};

use super::{ALICE, Call, MINUTE, Visitor, line, shared, site_of, site_with};

const MS: Duration = Duration::from_millis(1);

#[tokio::test]
async fn rows_57_59_and_97_of_an_expired_session_nothing_is_left_and_another_takes_its_place() {
    let mut site = site_of(|session| shared(session).idle(MINUTE));
    site.get("/write").await;
    let old = site.id();
    site.clock.advance(MINUTE.checked_sub(MS).unwrap());
    assert_eq!(site.read().await, ALICE);
    site.clock.advance(MINUTE);
    site.calls();
    let answer = site.get("/read").await;
    assert_eq!(answer.text(), format!("None 0 {:?}", Some(Reason::Expired)));
    assert_eq!(site.calls(), [Call::Get, Call::Create, Call::Delete]);
    assert_eq!(site.record(&old), None);
    assert_ne!(site.id(), old);
    // Its own life is whole: three minutes less a millisecond have gone by.
    let expires = "; Expires=Wed, 01 Jan 2020 00:02:59 GMT;";
    assert!(line(&answer).contains(expires), "{answer:?}");
    assert_eq!(site.read().await, "None 0 None");
}

#[tokio::test]
async fn rows_57_and_59_an_end_in_the_record_counts_whatever_the_store_says() {
    let mut site = site_of(|session| shared(session).idle(MINUTE));
    for end in [
        json!("2019-12-31T23:59:59.999Z"),
        json!("2020-01-01T00:00:00.000Z"),
        json!(1_577_836_800_000_u64),
    ] {
        let record = json!({"cookie": {"expires": end, "originalMaxAge": 60_000}, "n": 1});
        site.put("of-node", &record.to_string());
        site.present("of-node");
        assert_eq!(site.read().await, "None 0 Some(Expired)", "{end}");
        assert_eq!(site.record("of-node"), None);
        assert_ne!(site.id(), "of-node");
    }
}

#[tokio::test]
async fn a_session_without_an_end_lives_as_long_as_the_store_keeps_it() {
    let mut site = site_of(|session| shared(session.ttl(MINUTE)));
    site.get("/write").await;
    assert_eq!(site.shelf.seconds(&format!("sess:{}", site.id())), Some(60));
    site.clock.advance(MINUTE.checked_sub(MS).unwrap());
    assert_eq!(site.read().await, ALICE);
    site.clock.advance(MINUTE);
    // The store has it still.
    assert_eq!(site.read().await, "None 0 Some(Expired)");
}

#[tokio::test]
async fn row_132_without_rolling_a_read_does_not_move_the_end() {
    let mut site = site_of(|session| shared(session).idle(MINUTE).rolling(Rolling::OFF));
    site.get("/write").await;
    let before = site.record(&site.id());
    site.clock.advance(MINUTE / 2);
    assert_eq!(site.read().await, ALICE);
    assert_eq!(site.record(&site.id()), before);
    site.clock.advance(MINUTE / 2);
    assert_eq!(site.read().await, "None 0 Some(Expired)");
}

#[tokio::test]
async fn with_rolling_every_read_moves_it() {
    let mut site = site_of(|session| shared(session).idle(MINUTE));
    site.get("/write").await;
    for _ in 0..5 {
        site.clock.advance(MINUTE / 2);
        assert_eq!(site.read().await, ALICE);
    }
    let key = format!("sess:{}", site.id());
    assert_eq!(site.shelf.seconds(&key), Some(60));
}

/// When the cookie that would be sent now ends.
fn end(session: &mut Session<Visitor>) -> Option<SystemTime> {
    session.record().unwrap().cookie().unwrap().expires()
}

#[tokio::test]
async fn row_133_a_touch_moves_the_end_though_rolling_is_off_and_here_it_is_saved() {
    async fn own(mut session: Session<Visitor>) {
        session.touch();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_836_800);
        assert_eq!(end(&mut session), Some(start + MINUTE / 2 + MINUTE));
        assert_eq!(session.meta().expires(), end(&mut session));
    }
    for as_node in [true, false] {
        let config = |session: session_runtime::fastify_session::FastifySession| {
            let session = if as_node { session.as_node() } else { session };
            shared(session).idle(MINUTE).rolling(Rolling::OFF)
        };
        let mut site = site_with(config, get(own));
        site.get("/write").await;
        site.clock.advance(MINUTE / 2);
        assert_eq!(site.get("/own").await.status(), 200);
        site.clock.advance(MINUTE / 2);
        let expected = if as_node {
            "None 0 Some(Expired)"
        } else {
            ALICE
        };
        assert_eq!(site.read().await, expected);
    }
}

#[tokio::test]
async fn row_155_a_touch_gives_no_end_to_a_session_that_has_none() {
    async fn own(mut session: Session<Visitor>) {
        session.touch();
        assert_eq!(end(&mut session), None);
    }
    let mut site = site_with(shared, get(own));
    for _ in 0..2 {
        let answer = site.get("/own").await;
        assert!(!line(&answer).contains("Expires"), "{answer:?}");
        assert_eq!(
            site.record(&site.id()).unwrap()["cookie"]["expires"],
            json!(null)
        );
    }
}

#[tokio::test]
async fn the_declared_limit_is_the_life_too() {
    use serde::{Deserialize, Serialize};
    use session_runtime::{Config, SecureSession, SessionRegistry, Settings, Unmounted};
    use session_runtime::{fastify_session::FastifySession, testing::HeldClock};

    #[derive(SecureSession, Serialize, Deserialize, Default)]
    #[session(cookie_name = "brief", idle = "2m")]
    struct Brief {
        n: u32,
    }
    #[derive(SessionRegistry)]
    struct Only {
        brief: Config<Brief>,
    }
    let shelf = super::Shelf::default();
    let session = FastifySession::new(shelf.clone(), super::secrets());
    let brief = Config::shared_with_node(session);
    let settings = Settings::new().clock(&HeldClock::new());
    let unmounted = Unmounted::with_settings(Only { brief }, settings).unwrap();
    unmounted.codec().issue(Brief { n: 1 }).await.unwrap();
    assert_eq!(shelf.seconds(&shelf.keys()[0]), Some(120));
}
