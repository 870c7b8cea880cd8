//! Which cookies and records give a session, and which do not.

use axum::routing::get;
use serde_json::json;
use session_runtime::{
    EventKind, Reason, Session,
    fastify_session::{Secrets, Signer},
};

use super::{
    ALICE, Call, MINUTE, OTHER, Visitor, attributes, line, secrets, shared, site, site_of,
    site_with,
};

/// A far end: the clock is held in 2020.
const LATER: &str = "2021-01-01T00:00:00.000Z";

#[tokio::test]
async fn rows_55_and_60_an_unknown_id_is_never_adopted_however_well_it_is_signed() {
    let mut site = site();
    site.present("an-id-that-somebody-chose-himself");
    assert_eq!(site.read().await, "None 0 Some(NotFound)");
    assert_ne!(site.id(), "an-id-that-somebody-chose-himself");
    assert_eq!(site.shelf.keys(), [format!("sess:{}", site.id())]);
    // Nor by a write, a touch or a sign-in.
    for path in ["/write", "/touch", "/sign-in"] {
        site.present("chosen");
        site.get(path).await;
        assert_ne!(site.id(), "chosen");
        assert_eq!(site.record("chosen"), None);
    }
}

#[tokio::test]
async fn row_62_for_a_cookie_with_a_wrong_signature_the_store_is_not_asked() {
    let mut site = site();
    site.get("/write").await;
    let (id, value) = (
        site.id(),
        site.client.cookie("sessionId").unwrap().to_owned(),
    );
    let first = if value.ends_with('A') { 'B' } else { 'A' };
    for wrong in [
        format!("{}{first}", &value[..value.len() - 1]),
        format!("{value}x"),
        format!("x{value}"),
        value[..value.len() - 1].to_owned(),
        id.clone(),
        format!("{id}."),
        ".".to_owned(),
        Secrets::new(OTHER).unwrap().sign(&id),
    ] {
        site.client = site.stranger();
        site.client.set_cookie("sessionId", wrong.clone());
        site.calls();
        assert_eq!(site.read().await, "None 0 Some(Tampered)", "{wrong}");
        assert_eq!(site.calls(), [Call::Create]);
        assert_ne!(site.id(), id);
    }
    // One that is empty is none.
    site.client.set_cookie("sessionId", "");
    assert_eq!(site.read().await, "None 0 Some(Absent)");
}

#[tokio::test]
async fn a_signed_id_that_is_empty_is_nobodys() {
    let mut site = site();
    site.present("");
    assert_eq!(site.read().await, "None 0 Some(Malformed)");
}

#[tokio::test]
async fn row_89_the_life_in_the_record_counts_over_the_configured_one() {
    let mut site = site_of(|session| shared(session).idle(MINUTE));
    let cookie = json!({"expires": LATER, "originalMaxAge": 7_200_000});
    site.put("of-node", &json!({"cookie": cookie, "n": 3}).to_string());
    site.present("of-node");
    let answer = site.get("/read").await;
    assert!(
        line(&answer).contains("; Expires=Wed, 01 Jan 2020 02:00:00 GMT;"),
        "{answer:?}"
    );
    let cookie = &site.record("of-node").unwrap()["cookie"];
    assert_eq!(cookie["originalMaxAge"], json!(7_200_000));
    assert_eq!(cookie["expires"], json!("2020-01-01T02:00:00.000Z"));
    assert_eq!(cookie["originalExpires"], json!(LATER));
}

#[tokio::test]
async fn a_record_without_a_cookie_of_its_own_is_a_session() {
    for record in [
        "{}",
        "{\"n\":0}",
        "{\"cookie\":null}",
        "{\"cookie\":{}}",
        "{\"cookie\":5}",
    ] {
        let mut site = site();
        site.put("of-node", record);
        site.present("of-node");
        assert_eq!(site.read().await, "None 0 None", "{record}");
        assert_eq!(site.id(), "of-node");
        assert_eq!(
            site.record("of-node").unwrap()["cookie"]["path"],
            json!("/")
        );
    }
}

#[tokio::test]
async fn whatever_is_in_a_record_here_it_is_a_fresh_session_and_no_error() {
    for (record, reason) in [
        (
            "{\"cookie\":{\"expires\":\"tomorrow\"},\"n\":1}",
            Reason::Corrupt,
        ),
        ("{\"cookie\":{\"expires\":true},\"n\":1}", Reason::Corrupt),
        ("{\"cookie\":{\"expires\":[]},\"n\":1}", Reason::Corrupt),
        ("", Reason::Corrupt),
        ("{\"n\":1", Reason::Corrupt),
        ("null", Reason::Corrupt),
        ("[]", Reason::Corrupt),
        ("{\"n\":\"many\"}", Reason::SchemaMismatch),
        ("{\"n\":-1}", Reason::SchemaMismatch),
    ] {
        let mut site = site();
        site.put("of-node", record);
        site.present("of-node");
        let answer = site.get("/read").await;
        assert_eq!(answer.status(), 200, "{record}");
        assert_eq!(
            answer.text(),
            format!("None 0 {:?}", Some(reason)),
            "{record}"
        );
        // It is not ours to remove, nor is the cookie to replace as long as nobody writes.
        assert_eq!(answer.set_cookies(), [""; 0]);
        assert_eq!(site.shelf.get("sess:of-node").as_deref(), Some(record));
        site.get("/write").await;
        assert_ne!(site.id(), "of-node");
        assert_eq!(site.shelf.get("sess:of-node").as_deref(), Some(record));
    }
}

#[tokio::test]
async fn a_record_cannot_make_this_server_send_what_no_browser_takes() {
    const OURS: &str = "Path=/; HttpOnly; Secure; SameSite=Lax";
    async fn own(mut session: Session<Visitor>) {
        session.record().unwrap().reload().await.unwrap();
    }
    for mut cookie in [
        json!({"sameSite": "none", "secure": false}),
        json!({"path": "nowhere"}),
        json!({"path": "/\r\nSet-Cookie: a=b"}),
        json!({"domain": "example.org; Secure"}),
        json!({"domain": ""}),
    ] {
        let mut site = site_with(shared, get(own));
        for path in ["/read", "/write", "/own"] {
            site.put("of-node", &json!({"cookie": cookie, "n": 1}).to_string());
            site.present("of-node");
            let answer = site.get(path).await;
            assert_eq!(answer.status(), 200, "{path} {cookie}");
            assert_eq!(attributes(&answer), OURS);
            assert_eq!(site.id(), "of-node");
        }
        // Nor one that has expired, whose cookie its successor takes over.
        cookie["expires"] = json!(1000);
        site.put("of-node", &json!({"cookie": cookie}).to_string());
        assert_eq!(attributes(&site.get("/read").await), OURS, "{cookie}");
        assert_ne!(site.id(), "of-node");
    }
}

#[tokio::test]
async fn what_the_application_refuses_is_a_fresh_session() {
    let mut site = site_of(|session| {
        shared(session)
            .validate(|visitor| visitor.n < 3)
            .validate(|visitor| visitor.n != 1)
    });
    for (n, is_taken) in [(0, true), (1, false), (2, true), (3, false)] {
        site.put("of-node", &json!({"n": n}).to_string());
        site.present("of-node");
        let expected = if is_taken {
            format!("None {n} None")
        } else {
            "None 0 Some(SchemaMismatch)".to_owned()
        };
        assert_eq!(site.read().await, expected);
        site.get("/write").await;
        assert_eq!(site.id() == "of-node", is_taken);
    }
}

#[tokio::test]
async fn of_several_cookies_ours_is_found_behind_a_planted_one_and_as_node_it_is_not() {
    let signed = |id: &str| secrets().sign(id);
    for planted in [
        "garbage".to_owned(),
        signed("unknown"),
        String::new(),
        format!("{}; sessionId=more; sessionId=%", signed("unknown")),
    ] {
        for as_node in [false, true] {
            let mut site = site_of(|it| shared(if as_node { it.as_node() } else { it }));
            site.get("/write").await;
            let own = site.client.cookie("sessionId").unwrap().to_owned();
            site.events();
            site.client
                .set_cookie("sessionId", format!("{planted}; sessionId={own}"));
            let read = site.get("/read").await.text();
            // To Node the first is the only one.
            assert_eq!(read == ALICE, !as_node, "{planted:?}: {read}");
            let conflict = site.events().into_iter().find_map(|event| match event {
                EventKind::Conflict { valid, .. } => Some(valid),
                _ => None,
            });
            let counts = !as_node && !planted.is_empty();
            assert_eq!(conflict, counts.then_some(1));
        }
    }
}

#[tokio::test]
async fn of_two_living_sessions_the_one_that_was_used_last_counts() {
    let mut site = site_of(|session| shared(session).idle(MINUTE));
    let mut values = Vec::new();
    for (id, end) in [("early", 10), ("late", 20)] {
        let cookie = json!({"expires": format!("2020-01-01T00:00:{end}.000Z")});
        site.put(id, &json!({"cookie": cookie, "user": id}).to_string());
        values.push(secrets().sign(id));
    }
    for order in [[0, 1], [1, 0]] {
        let pair = format!("{}; sessionId={}", values[order[0]], values[order[1]]);
        site.client.set_cookie("sessionId", pair);
        let answer = site.client.clone().get("/own").await;
        assert_eq!(answer.text(), "Some(\"late\") 0 None");
    }
}

#[tokio::test]
async fn however_many_cookies_come_two_are_looked_up() {
    let mut site = site();
    let many: Vec<_> = (0..16)
        .map(|n| secrets().sign(&format!("planted-{n}")))
        .collect();
    site.client
        .set_cookie("sessionId", many.join("; sessionId="));
    site.read().await;
    assert_eq!(site.calls(), [Call::Get, Call::Get, Call::Create]);
}
