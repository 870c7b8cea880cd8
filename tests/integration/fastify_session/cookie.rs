//! The name and the attributes of the cookie.

use std::time::{Duration, SystemTime};

use axum::routing::get;
use http::HeaderMap;
use serde_json::json;
use session_runtime::{Config, SameSite, Session, fastify_session::Signer};

use super::{MINUTE, Visitor, attributes, line, secrets, shared, site, site_of, site_with};

/// The attributes of the cookie that a first response sends, as Node and as here.
async fn sent(config: impl Fn(Config<Visitor>) -> Config<Visitor>) -> [String; 2] {
    let mut node = site_of(|session| config(shared(session.as_node())));
    let mut here = site_of(|session| config(shared(session)));
    [
        attributes(&node.get("/read").await),
        attributes(&here.get("/read").await),
    ]
}

#[tokio::test]
async fn rows_54_and_55_the_cookie_has_the_name_that_it_was_given() {
    let mut site = site();
    assert!(line(&site.get("/read").await).starts_with("sessionId="));
    let mut site = site_of(|session| shared(session).cookie_name("anothername"));
    let answer = site.get("/write").await;
    assert!(line(&answer).starts_with("anothername="), "{answer:?}");
    // The other name is nobody's: it is neither read nor removed.
    site.present("unknown");
    let answer = site.get("/read").await;
    assert_eq!(answer.text(), super::ALICE);
    assert!(line(&answer).starts_with("anothername="));
}

#[tokio::test]
async fn row_56_a_session_of_express_session_goes_on_here() {
    let mut site =
        site_of(|session| shared(session.cookie_prefix("s:")).cookie_name("connect.sid"));
    // As express-session writes it: other keys, in another order.
    let cookie = json!({"originalMaxAge": null, "expires": null, "httpOnly": true, "path": "/"});
    site.put("of-express", &json!({"cookie": cookie, "n": 6}).to_string());
    let signed = secrets().sign("of-express");
    for value in [
        format!("s%3A{}", signed.replace('/', "%2F")),
        format!("s:{signed}"),
    ] {
        site.client.set_cookie("connect.sid", value);
        let answer = site.get("/read").await;
        assert_eq!(answer.text(), "None 6 None");
        assert!(line(&answer).starts_with(&format!("connect.sid=s:{signed}; Path=/")));
    }
    // Without the prefix it is somebody else's cookie.
    site.client.set_cookie("connect.sid", signed);
    assert_eq!(site.read().await, "None 0 Some(Absent)");
}

#[tokio::test]
async fn rows_58_71_and_72_a_life_goes_out_as_expires_and_never_as_max_age() {
    async fn own(mut session: Session<Visitor>) {
        let cookie = session.record().unwrap().cookie().unwrap();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_836_800);
        assert_eq!(cookie.original_max_age(), Some(MINUTE));
        assert_eq!(cookie.expires(), Some(start + MINUTE));
    }
    let expected = "Path=/; Expires=Wed, 01 Jan 2020 00:01:00 GMT; HttpOnly; Secure; SameSite=Lax";
    for by_idle in [true, false] {
        let config = |session| {
            let config = shared(session);
            if by_idle {
                config.idle(MINUTE)
            } else {
                config.max_age(MINUTE)
            }
        };
        let mut site = site_with(config, get(own));
        let answer = site.get("/own").await;
        assert_eq!(attributes(&answer), expected);
        let cookie = &site.record(&site.id()).unwrap()["cookie"];
        assert_eq!(cookie["originalMaxAge"], json!(60_000));
        assert_eq!(cookie["expires"], json!("2020-01-01T00:01:00.000Z"));
        // The date of the save before appears with the second.
        assert_eq!(cookie.get("originalExpires"), None);
        site.clock.advance(MINUTE / 2);
        site.get("/read").await;
        let cookie = &site.record(&site.id()).unwrap()["cookie"];
        assert_eq!(cookie["originalExpires"], json!("2020-01-01T00:01:00.000Z"));
        assert_eq!(cookie["expires"], json!("2020-01-01T00:01:30.000Z"));
    }
}

#[tokio::test]
async fn rows_73_to_75_domain_same_site_and_path() {
    let [node, here] = sent(|config| config.domain("example.org")).await;
    assert_eq!(node, "Domain=example.org; Path=/; HttpOnly; Secure");
    assert_eq!(here, format!("{node}; SameSite=Lax"));
    let [node, here] = sent(|config| config.same_site(SameSite::Strict)).await;
    assert_eq!(node, "Path=/; HttpOnly; Secure; SameSite=Strict");
    assert_eq!(here, node);
    let [node, here] = sent(|config| config.path("/read")).await;
    assert_eq!(node, "Path=/read; HttpOnly; Secure");
    assert_eq!(here, format!("{node}; SameSite=Lax"));
}

#[tokio::test]
async fn row_76_a_fixed_date_is_sent_as_it_was_given_also_one_that_has_passed() {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(34_214_461);
    let [node, here] = sent(|config| config.expires(at)).await;
    assert_eq!(
        node,
        "Path=/; Expires=Mon, 01 Feb 1971 00:01:01 GMT; HttpOnly; Secure"
    );
    assert_eq!(here, format!("{node}; SameSite=Lax"));
    // A record that has ended is none.
    let mut site = site_of(|session| shared(session).expires(at));
    site.get("/write").await;
    assert_eq!(site.shelf.keys(), [""; 0]);
}

#[tokio::test]
async fn rows_77_78_and_90_neither_http_only_nor_secure() {
    let [node, here] = sent(|config| config.http_only(false)).await;
    assert_eq!(node, "Path=/; Secure");
    assert_eq!(here, format!("{node}; SameSite=Lax"));
    let [node, here] = sent(|config| config.secure(false)).await;
    assert_eq!(node, "Path=/; HttpOnly");
    assert_eq!(here, format!("{node}; SameSite=Lax"));
    let mut site = site_of(|session| shared(session).secure(false));
    site.get("/write").await;
    assert_eq!(
        site.record(&site.id()).unwrap()["cookie"]["secure"],
        json!(false)
    );
}

#[tokio::test]
async fn row_88_a_life_counts_over_a_fixed_date() {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000);
    let [node, _] = sent(|config| config.expires(at).idle(MINUTE)).await;
    assert_eq!(
        node,
        "Path=/; Expires=Wed, 01 Jan 2020 00:01:00 GMT; HttpOnly; Secure"
    );
}

#[tokio::test]
async fn no_cookie_lives_longer_than_browsers_keep_one() {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000);
    let [node, _] = sent(|config| config.expires(at)).await;
    // 400 days after the first of January 2020.
    assert_eq!(
        node,
        "Path=/; Expires=Thu, 04 Feb 2021 00:00:00 GMT; HttpOnly; Secure"
    );
}

#[tokio::test]
async fn an_id_that_cannot_stand_in_a_cookie_is_escaped_and_read_back() {
    for (start, escaped) in [
        ("r\u{e9}gion-", "r%C3%A9gion-"),
        ("one; two, three-", "one%3B%20two%2C%20three-"),
        ("%3B-", "%253B-"),
        ("a.b-", "a.b-"),
    ] {
        let mut site = site_of(|session| {
            shared(session).id_generator(move |new| format!("{start}{}", new.random()))
        });
        let line = line(&site.get("/write").await);
        assert!(line.starts_with(&format!("sessionId={escaped}")), "{line}");
        assert_eq!(site.read().await, super::ALICE);
        assert!(site.shelf.keys()[0].starts_with(&format!("sess:{start}")));
        assert_eq!(site.shelf.keys().len(), 1);
    }
}

#[tokio::test]
async fn cookies_in_several_header_fields_are_one_header() {
    let mut site = site();
    site.get("/write").await;
    let own = format!("sessionId={}", site.client.cookie("sessionId").unwrap());
    let mut headers = HeaderMap::new();
    for field in ["theme=dark", &own, "other=1"] {
        headers.append("cookie", field.parse().unwrap());
    }
    let answer = site
        .stranger()
        .request(http::Method::GET, "/read", headers)
        .await;
    assert_eq!(answer.text(), super::ALICE);
}
