//! Several cookies of the name, of which more than one opens or could.

use serde_json::{Value, json};
use session_runtime::fastify_session::Signer;

use super::{Call, MINUTE, Site, assert_silent, line, secrets, shared, site_of};

fn site() -> Site {
    site_of(|session| shared(session).idle(MINUTE))
}

/// A record of Node whose session is called as its id is.
fn put(site: &Site, id: &str, cookie: &Value) {
    let record = json!({"cookie": cookie, "user": id, "n": 1});
    site.put(id, &record.to_string());
}

/// What `/read` says if these cookies come, in this order.
async fn read(site: &Site, ids: [&str; 2]) -> String {
    let mut client = site.stranger();
    let values = ids.map(|id| secrets().sign(id));
    client.set_cookie("sessionId", values.join("; sessionId="));
    // This one must not move the end of the other.
    client.get("/own").await.text()
}

#[tokio::test]
async fn the_session_that_was_saved_last_counts_however_long_the_other_is_to_live() {
    // Saved a second ago, and 20 seconds ago for a month.
    let own = json!({"expires": "2020-01-01T00:00:59.000Z", "originalMaxAge": 60_000});
    let planted =
        json!({"expires": "2020-01-30T23:59:40.000Z", "originalMaxAge": 2_592_000_000_u64});
    for order in [["own", "planted"], ["planted", "own"]] {
        let site = site();
        put(&site, "own", &own);
        put(&site, "planted", &planted);
        assert_eq!(
            read(&site, order).await,
            "Some(\"own\") 1 None",
            "{order:?}"
        );
    }
}

#[tokio::test]
async fn of_two_that_were_saved_at_once_it_is_the_same_in_both_orders() {
    let cookie = json!({"expires": "2020-01-01T00:00:59.000Z", "originalMaxAge": 60_000});
    let site = site();
    let mut said = Vec::new();
    for order in [["one", "other"], ["other", "one"]] {
        put(&site, "one", &cookie);
        put(&site, "other", &cookie);
        said.push(read(&site, order).await);
    }
    assert_eq!(said[0], said[1]);
}

#[tokio::test]
async fn beside_an_unreadable_record_an_expired_one_is_not_replaced_by_one_nobody_wrote_to() {
    let expired = json!({"expires": "2019-12-31T00:00:00.000Z", "originalMaxAge": 60_000});
    for spoilt in ["", "{\"n\":\"many\"}"] {
        for order in [["spoilt", "expired"], ["expired", "spoilt"]] {
            let mut site = site();
            site.put("spoilt", spoilt);
            put(&site, "expired", &expired);
            let values = order.map(|id| secrets().sign(id));
            let both = values.join("; sessionId=");
            site.client.set_cookie("sessionId", both);
            let answer = site.get("/read").await;
            assert_silent(&answer);
            assert_eq!(site.calls(), [Call::Get, Call::Get], "{answer:?}");
            // A write is another matter.
            line(&site.get("/write").await);
            assert_eq!(site.shelf.get("sess:spoilt").as_deref(), Some(spoilt));
        }
    }
}
