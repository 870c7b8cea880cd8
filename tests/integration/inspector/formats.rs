//! Each format, and each place where a session can live.

use session_runtime::{
    CookieKeys, CsrfToken, Rolling,
    fastify_session::{FastifySession, Secrets},
    hattip::{EncryptionKeys, HattipStore, SigningKeys},
    store::{KeyValueAdapter, MemoryStore},
};

use super::*;
use crate::shelf::{Call, Shelf};

const SECRET: &str = "a secret of thirty-two bytes, or so";

/// Somebody, in whatever format.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "visitor")]
struct Visitor {
    user: Option<String>,
    #[session(secret)]
    token: Option<String>,
}

#[derive(SessionRegistry)]
struct Visitors {
    visitor: Config<Visitor>,
}

/// A browser that has such a session, written five minutes ago where the format can live so long.
struct Site {
    client: Client,
    clock: HeldClock,
}

async fn site(visitor: Config<Visitor>) -> Site {
    let (clock, inspector) = (HeldClock::new(), SessionInspector::new());
    let settings = Settings::new().clock(&clock).inspector(&inspector);
    let unmounted = Unmounted::with_settings(Visitors { visitor }, settings).unwrap();
    let router = unmounted.mount(|_| {
        let write = async |mut session: Session<Visitor>| {
            session.set_user("ada").set_token(TOKEN);
        };
        Router::new()
            .route("/write", get(write))
            .route("/form", get(async |csrf: CsrfToken<Visitor>| csrf.input()))
            .route_service("/sessions", inspector)
    });
    let mut client = Client::new(router);
    assert_eq!(client.get("/write").await.set_cookies().len(), 1);
    Site { client, clock }
}

impl Site {
    async fn seen(&mut self) -> Value {
        self.clock.advance(Duration::from_secs(60));
        let answer = self.client.get("/sessions?format=json").await;
        assert_eq!(answer.set_cookies(), [""; 0]);
        assert!(!answer.text().contains(TOKEN));
        let report: Value = serde_json::from_str(&answer.text()).unwrap();
        let seen = report["sessions"][0].clone();
        assert_eq!(seen["state"]["is"], "alive", "{seen:#}");
        assert_eq!(field(&seen, "user")["value"], "ada");
        assert_eq!(field(&seen, "token")["secret"], true);
        let value = self.client.cookie("visitor").unwrap();
        assert_eq!(seen["cookie"]["bytes"], "visitor".len() + value.len());
        let page = self.client.get("/sessions").await.text();
        assert!(page.contains("ada") && !page.contains(TOKEN));
        seen
    }
}

/// The bytes of the cookie, field by field, and what is beside them are the whole.
fn assert_parts_add_up(seen: &Value) {
    let parts = seen["fields"].as_array().unwrap().iter();
    let parts: u64 = parts
        .map(|field| field["cookie_bytes"].as_u64().unwrap())
        .sum();
    let rest = seen["cookie"]["overhead_bytes"].as_u64().unwrap();
    let whole = seen["cookie"]["bytes"].as_u64().unwrap();
    assert_eq!(parts + rest + 7, whole, "{seen:#}");
}

#[tokio::test]
async fn a_cookie_of_fastify_secure_session() {
    let config = Config::new(key(1)).format(session_runtime::Format::Fastify);
    let seen = site(config).await.seen().await;
    assert_eq!(seen["format"], "@fastify/secure-session");
    // It does not carry when it was created.
    assert_eq!(seen["times"]["age_seconds"], Value::Null);
    assert_eq!(seen["times"]["last_used"], "2020-01-01T00:00:00Z");
    assert_eq!(seen["times"]["idle_left_seconds"], 86_401 - 60);
    assert_parts_add_up(&seen);
}

#[tokio::test]
async fn cookies_of_hattip() {
    let keys: [(CookieKeys, &str); 2] = [
        (
            SigningKeys::from_secrets([SECRET]).unwrap().into(),
            "@hattip/session, signed",
        ),
        (
            EncryptionKeys::generate().unwrap().into(),
            "@hattip/session, encrypted",
        ),
    ];
    for (keys, format) in keys {
        let seen = site(Config::new(keys)).await.seen().await;
        assert_eq!(seen["format"], format);
        assert_eq!(seen["key"], "the current one");
        assert_eq!(seen["times"]["idle_left_seconds"], 300 - 60);
        assert_parts_add_up(&seen);
    }
    let seen = site(Config::insecure_unsigned(|_| true)).await.seen().await;
    assert_eq!(
        seen["format"],
        "@hattip/session, neither signed nor encrypted"
    );
    assert_eq!(seen["times"]["idle_end"], Value::Null);
    assert!(seen.get("key").is_none(), "there is none");
}

#[tokio::test]
async fn a_record_in_a_store() {
    let mut site = site(Config::stored(MemoryStore::new())).await;
    let seen = site.seen().await;
    assert_eq!(seen["kept_in"], "MemoryStore");
    assert_eq!(seen["cookie"]["bytes"], 7 + 64);
    assert!(seen["record_bytes"].as_u64().unwrap() > 64);
    assert_eq!(seen["times"]["age_seconds"], 60);
    assert_eq!(seen["times"]["idle_left_seconds"], 86_400 - 60);
    assert!(field(&seen, "user").get("cookie_bytes").is_none());
}

#[tokio::test]
async fn records_that_are_shared_with_node() {
    let shelf = Shelf::default();
    let secrets = Secrets::new(SECRET).unwrap();
    let fastify = FastifySession::new(shelf.clone(), secrets);
    let config = Config::shared_with_node(fastify).idle(Duration::from_secs(3600));
    let mut visitor = site(config.rolling(Rolling::ALWAYS)).await;
    shelf.take_calls();
    let seen = visitor.seen().await;
    let calls = shelf.take_calls();
    assert_eq!(calls, [Call::Get; 2], "a look reads, and no more");
    assert_eq!(seen["format"], "@fastify/session");
    assert_eq!(seen["kept_in"], "records shared with Node");
    assert_eq!(seen["times"]["idle_left_seconds"], 3600 - 60);
    assert_eq!(seen["next_page_sends"], "its idle limit starts anew");
    assert_eq!(seen["key"], "the current one");

    let store = KeyValueAdapter::new(MemoryStore::new());
    let config = Config::shared_with_node(HattipStore::kv(store));
    let seen = site(config).await.seen().await;
    assert_eq!(seen["format"], "@hattip/session, record");
    assert!(seen.get("key").is_none(), "there is none");
    assert_eq!(
        seen["record_bytes"],
        "{\"user\":\"ada\",\"token\":\"\"}".len() + TOKEN.len()
    );
}

#[tokio::test]
async fn a_store_out_of_reach_is_said_and_the_page_is_there() {
    let shelf = Shelf::default();
    let store = HattipStore::kv(shelf.clone());
    let mut site = site(Config::shared_with_node(store)).await;
    shelf.fails(Call::Get);
    let answer = site.client.get("/sessions?format=json").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let report: Value = serde_json::from_str(&answer.text()).unwrap();
    assert_eq!(report["sessions"][0]["state"]["is"], "unavailable");
    let page = site.client.get("/sessions").await.text();
    assert!(page.contains("store out of reach"), "{page}");
}

#[tokio::test]
async fn fields_that_the_struct_does_not_know_are_told_apart() {
    let shelf = Shelf::default();
    let store = HattipStore::kv(shelf.clone());
    let mut site = site(Config::shared_with_node(store)).await;
    let id = site.client.cookie("visitor").unwrap().to_owned();
    let record = format!("{{\"user\":\"ada\",\"token\":\"{TOKEN}\",\"cart\":[1]}}");
    shelf.put(&id, &record);
    let seen = site.seen().await;
    let cart = field(&seen, "cart");
    assert_eq!(
        (&cart["value"], &cart["unknown"]),
        (&serde_json::json!([1]), &true.into())
    );
    assert!(field(&seen, "user").get("unknown").is_none());
}

#[tokio::test]
async fn d32_marks_of_revocations_are_not_shown() {
    let config = Config::new(key(1)).format(session_runtime::Format::Fastify);
    let config = config.revocations(MemoryStore::new());
    let seen = site(config).await.seen().await;
    let id = field(&seen, "__id");
    assert_eq!((id.get("value"), &id["own"]), (None, &true.into()));
}

#[tokio::test]
async fn d32_what_tokens_against_forged_requests_are_made_of_is_not_shown() {
    let config = Config::new(key(1)).format(session_runtime::Format::Fastify);
    let mut site = site(config).await;
    site.client.get("/form").await;
    let seen = site.seen().await;
    let secret = field(&seen, "__csrf");
    assert_eq!((secret.get("value"), &secret["own"]), (None, &true.into()));
}
