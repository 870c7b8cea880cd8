//! Sessions that are shared with express-session. It moves the end of one that is only read in the
//! store, and leaves the date in the record as it is.

use axum::{Router, routing::get};
use serde_json::json;
use session_runtime::{
    Config, Rolling, Settings, Unmounted,
    fastify_session::{FastifySession, Signer},
    testing::HeldClock,
};
use tests::Client;

use super::{ALICE, MINUTE, Shelf, Visitor, Visitors, line, read, secrets, shared, site_of, write};

struct Express {
    client: Client,
    clock: HeldClock,
    shelf: Shelf,
}

fn express(config: impl FnOnce(Config<Visitor>) -> Config<Visitor>) -> Express {
    let (clock, shelf) = (HeldClock::new(), Shelf::default());
    let session = FastifySession::express(shelf.clone(), secrets());
    let visitor = config(Config::shared_with_node(session));
    let settings = Settings::new().clock(&clock);
    let unmounted = Unmounted::with_settings(Visitors { visitor }, settings).unwrap();
    let routes = Router::new()
        .route("/read", get(read))
        .route("/write", get(write));
    Express {
        client: Client::new(unmounted.mount(|_| routes)),
        clock,
        shelf,
    }
}

impl Express {
    /// What `/read` says of a record that express-session has written.
    async fn reads(&mut self, cookie: &serde_json::Value) -> String {
        let record = json!({"cookie": cookie, "user": "alice", "n": 1});
        self.shelf.put("sess:of-node", &record.to_string());
        let value = format!("s:{}", secrets().sign("of-node"));
        self.client.set_cookie("sessionId", value);
        self.client.get("/read").await.text()
    }
}

const EXPIRED: &str = "None 0 Some(Expired)";
/// A minute before the clock of the tests.
const PASSED: &str = "2019-12-31T23:59:00.000Z";

#[tokio::test]
async fn where_the_record_says_for_how_long_the_time_of_the_store_counts() {
    for rolling in [Rolling::OFF, Rolling::ALWAYS] {
        let mut site = express(|config| config.rolling(rolling));
        let cookie = json!({"expires": PASSED, "originalMaxAge": 60_000});
        assert_eq!(site.reads(&cookie).await, ALICE);
        for cookie in [
            json!({"expires": PASSED}),
            json!({"expires": PASSED, "originalMaxAge": null}),
            json!({"expires": PASSED, "originalMaxAge": 0}),
        ] {
            assert_eq!(site.reads(&cookie).await, EXPIRED, "{cookie}");
        }
    }
}

#[tokio::test]
async fn to_fastify_session_the_date_counts() {
    let mut site = site_of(|session| shared(session.cookie_prefix("s:")));
    let cookie = json!({"expires": PASSED, "originalMaxAge": 60_000});
    site.put("of-node", &json!({"cookie": cookie, "n": 1}).to_string());
    let value = format!("s:{}", secrets().sign("of-node"));
    site.client.set_cookie("sessionId", value);
    assert_eq!(site.read().await, EXPIRED);
}

#[tokio::test]
async fn the_cookie_has_the_prefix_and_without_it_is_nobodys() {
    let mut site = express(|config| config.idle(MINUTE));
    let answer = site.client.get("/write").await;
    let value = site.client.cookie("sessionId").unwrap().to_owned();
    let id = site.shelf.keys()[0].replace("sess:", "");
    assert_eq!(value, format!("s:{}", secrets().sign(&id)));
    assert!(line(&answer).contains("; Expires=Wed, 01 Jan 2020 00:01:00 GMT;"));
    site.client.set_cookie("sessionId", secrets().sign(&id));
    let read = site.client.get("/read").await.text();
    assert_eq!(read, "None 0 Some(Absent)");
}

#[tokio::test]
async fn what_is_written_here_ends_with_the_store_too() {
    let mut site = express(|config| config.idle(MINUTE).rolling(Rolling::OFF));
    site.client.get("/write").await;
    let key = site.shelf.keys().pop().unwrap();
    site.clock.advance(MINUTE);
    assert_eq!(site.client.get("/read").await.text(), EXPIRED);
    assert_eq!(site.shelf.get(&key), None);
}

#[tokio::test]
async fn a_write_gives_the_record_another_date() {
    let mut site = express(|config| config.rolling(Rolling::OFF));
    let cookie = json!({"expires": PASSED, "originalMaxAge": 60_000});
    assert_eq!(site.reads(&cookie).await, ALICE);
    line(&site.client.get("/write").await);
    // From now on the date is one that has not passed.
    let text = site.shelf.get("sess:of-node").unwrap();
    assert!(text.contains("\"2020-01-01T00:01:00.000Z\""), "{text}");
    assert_eq!(
        site.client.get("/read").await.text(),
        "Some(\"alice\") 2 None"
    );
}
