//! What stands in a record, and a store that is out of reach.

use session_runtime::Reason;

use super::{ALICE, ALL, OPEN, Visitor, fresh, site, site_of};
use crate::shelf::Call;

#[tokio::test]
async fn what_the_application_refuses_or_no_json_gives_is_a_fresh_session() {
    let id = "2187a4d8-16af-4e85-945b-be612701f836";
    for kind in OPEN {
        for (record, shown) in [
            ("{\"user\":null,\"n\":2}", "None 2 None".to_owned()),
            ("{\"user\":null,\"n\":3}", fresh(Reason::SchemaMismatch)),
            ("{\"n\":\"many\"}", fresh(Reason::SchemaMismatch)),
            ("{\"n\":", fresh(Reason::Corrupt)),
            ("", fresh(Reason::Corrupt)),
        ] {
            let mut site = site_of(kind, |config| config.validate(|visitor| visitor.n < 3));
            site.shelf.put(&kind.key(id), record);
            site.client.set_cookie("session", kind.key(id));
            assert_eq!(site.read().await, shown, "{kind:?} {record}");
        }
    }
}

#[tokio::test]
async fn fields_of_node_stay_and_a_key_cookie_is_one_of_them() {
    let id = "2187a4d8-16af-4e85-945b-be612701f836";
    for kind in OPEN {
        let mut site = site(kind);
        site.shelf.put(
            &kind.key(id),
            "{\"n\":1,\"cookie\":{\"expires\":0},\"cart\":[1]}",
        );
        site.client.set_cookie("session", kind.key(id));
        site.client.get("/write").await;
        let expected = "{\"user\":\"alice\",\"n\":2,\"cookie\":{\"expires\":0},\"cart\":[1]}";
        assert_eq!(site.shelf.get(&kind.key(id)).unwrap(), expected);
    }
}

#[tokio::test]
async fn a_store_out_of_reach_is_a_503_and_the_cookie_stays() {
    for kind in OPEN {
        for (call, path) in [
            (Call::Get, "/read"),
            (Call::Replace, "/write"),
            (Call::Create, "/keep"),
            (Call::Delete, "/keep"),
            (Call::Delete, "/delete"),
        ] {
            let mut site = site(kind);
            site.client.get("/write").await;
            site.shelf.fails(call);
            let answer = site.client.get(path).await;
            assert_eq!(
                (answer.status().as_u16(), answer.set_cookies().len()),
                (503, 0)
            );
            assert_eq!(answer.header("retry-after"), Some("5"));
            site.shelf.fails(None);
            assert_eq!(site.read().await, ALICE, "{call:?} {path}");
        }
    }
}

#[tokio::test]
async fn sessions_are_issued_and_opened_without_a_request() {
    for kind in ALL {
        let mut site = site(kind);
        let visitor = Visitor {
            user: Some("alice".to_owned()),
            n: 1,
        };
        let value = site.sessions.issue(visitor).await.unwrap();
        site.client.set_cookie("session", value.clone());
        assert_eq!(site.read().await, ALICE);
        let field = format!("session={value}").parse().unwrap();
        let headers = http::HeaderMap::from_iter([(http::header::COOKIE, field)]);
        let mut session = site.sessions.open::<Visitor>(&headers).await.unwrap();
        let record = session.record().unwrap();
        let key = kind.key(&record.id().unwrap());
        assert_eq!(
            (record.signed_id().unwrap(), value),
            (key.clone(), key.replace(':', "%3A"))
        );
    }
}
