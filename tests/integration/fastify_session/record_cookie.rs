//! The cookie of a session as a handler sees it: `session.cookie` of Node.

use std::time::{Duration, SystemTime};

use axum::{Json, routing::get};
use serde_json::{Value, json};
use session_runtime::{
    Config, CookieOptions, RecordCookie, SameSite, Session, fastify_session::FastifySession,
};

use super::{MINUTE, Visitor, shared, site_with};

const START: Duration = Duration::from_secs(1_577_836_800);

fn cookie(session: &mut Session<Visitor>) -> RecordCookie {
    session.record().unwrap().cookie().unwrap()
}

async fn own(mut session: Session<Visitor>) -> Json<RecordCookie> {
    Json(cookie(&mut session))
}

/// As JSON, in a first request.
async fn shown(config: impl FnOnce(FastifySession) -> Config<Visitor>) -> String {
    site_with(config, get(own)).get("/own").await.text()
}

#[tokio::test]
async fn rows_91_92_93_and_120_the_cookie_of_a_session_and_its_json() {
    async fn all(mut session: Session<Visitor>) -> Json<RecordCookie> {
        let cookie = cookie(&mut session);
        let end = SystemTime::UNIX_EPOCH + START + MINUTE;
        assert_eq!(cookie.expires(), Some(end));
        assert_eq!(cookie.original_max_age(), Some(MINUTE));
        assert_eq!(cookie.same_site(), Some(SameSite::Strict));
        assert!(cookie.secure() && cookie.http_only() && cookie.partitioned());
        assert_eq!((cookie.path(), cookie.domain()), ("/", Some("example.org")));
        Json(cookie)
    }
    let config = |session| {
        shared(session)
            .idle(MINUTE)
            .same_site(SameSite::Strict)
            .domain("example.org")
            .partitioned(true)
    };
    let mut site = site_with(config, get(all));
    let text = site.get("/own").await.text();
    // In the order of Node's `toJSON`.
    let expected = "{\"expires\":\"2020-01-01T00:01:00.000Z\",\"originalMaxAge\":60000,\
                    \"sameSite\":\"strict\",\"secure\":true,\"path\":\"/\",\"httpOnly\":true,\
                    \"domain\":\"example.org\",\"partitioned\":true}";
    assert_eq!(text, expected);
    let record = site.record(&site.id()).unwrap();
    assert_eq!(
        record["cookie"],
        serde_json::from_str::<Value>(expected).unwrap()
    );
}

#[tokio::test]
async fn rows_93_and_96_what_is_not_set_is_null_and_partitioned_is_not_there() {
    let expected = "{\"expires\":null,\"originalMaxAge\":null,\"sameSite\":null,\"secure\":true,\
                    \"path\":\"/\",\"httpOnly\":true,\"domain\":null}";
    assert_eq!(shown(shared).await, expected);
}

#[tokio::test]
async fn row_94_of_a_fixed_date_the_life_is_what_is_left_and_none_is_the_original_one() {
    async fn own(mut session: Session<Visitor>) {
        let cookie = cookie(&mut session);
        let now = SystemTime::UNIX_EPOCH + START;
        assert_eq!(
            cookie.expires().unwrap().duration_since(now).unwrap(),
            MINUTE
        );
        assert_eq!(cookie.original_max_age(), None);
    }
    let end = SystemTime::UNIX_EPOCH + START + MINUTE;
    let mut site = site_with(|session| shared(session).expires(end), get(own));
    assert_eq!(site.get("/own").await.status(), 200);
    assert_eq!(site.shelf.seconds(&format!("sess:{}", site.id())), Some(60));
}

#[tokio::test]
async fn row_95_a_life_that_a_response_gives_is_the_original_one_and_sets_the_end() {
    async fn own(mut session: Session<Visitor>) {
        session.options(CookieOptions::new().max_age(2 * MINUTE));
        let cookie = cookie(&mut session);
        assert_eq!(cookie.original_max_age(), Some(2 * MINUTE));
        let end = SystemTime::UNIX_EPOCH + START + 2 * MINUTE;
        assert_eq!(cookie.expires(), Some(end));
    }
    let mut site = site_with(shared, get(own));
    assert_eq!(site.get("/own").await.status(), 200);
    let cookie = &site.record(&site.id()).unwrap()["cookie"];
    assert_eq!(cookie["originalMaxAge"], json!(120_000));
}

#[tokio::test]
async fn each_key_of_the_record_counts_over_the_configuration_also_one_that_is_null() {
    let config = |session| {
        shared(session)
            .domain("example.org")
            .same_site(SameSite::Strict)
    };
    let mut site = site_with(config, get(own));
    for (record, expected) in [
        (json!({}), json!(["example.org", "strict", true, true, "/"])),
        (
            json!({"domain": null, "sameSite": null, "secure": null, "httpOnly": null}),
            json!([null, null, false, false, "/"]),
        ),
        (
            json!({"domain": "a.example", "sameSite": true, "secure": false, "path": "/own"}),
            json!(["a.example", true, false, true, "/own"]),
        ),
        (
            json!({"sameSite": "LAX", "httpOnly": false, "path": null}),
            json!(["example.org", "lax", true, false, "/"]),
        ),
    ] {
        site.put("of-node", &json!({"cookie": record}).to_string());
        site.present("of-node");
        let shown: Value = serde_json::from_str(&site.get("/own").await.text()).unwrap();
        let keys = ["domain", "sameSite", "secure", "httpOnly", "path"];
        assert_eq!(json!(keys.map(|key| &shown[key])), expected, "{record}");
    }
}

#[tokio::test]
async fn there_is_a_record_only_of_sessions_that_are_shared() {
    let mut session = Session::detached(Visitor::default());
    assert!(session.record().is_none());
}
