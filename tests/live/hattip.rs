//! One browser between a Node server with @hattip/session and a Rust router: a thousand random
//! operations for each kind of cookie and for each store in Redis, after each of which both must see
//! what a model says.

use axum::{Router, extract::Path, routing::get};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use session_runtime::{
    Config, CookieKeys, SecureSession, Session, SessionRegistry, Sessions, Settings, Unmounted,
    hattip::{EncryptionKeys, HattipStore, SigningKeys},
    store::RedisKeyValueStore,
};
use tests::{key, servers::redis::RedisServer};

use crate::{dice::Dice, jar::Jar, node::say};

const OPERATIONS: u32 = 1_000;

/// How long a session lives after its last change, in milliseconds.
const LIFE: u64 = 300_000;

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "session")]
struct Visitor {
    user: Option<String>,
    n: u64,
}

#[derive(SessionRegistry)]
struct Visitors {
    visitor: Config<Visitor>,
}

async fn read(session: Session<Visitor>) -> String {
    json!({ "user": session.user(), "n": session.n() }).to_string()
}

async fn write(Path((user, n)): Path<(String, u64)>, mut session: Session<Visitor>) -> String {
    session.set_user(user).set_n(n);
    read(session).await
}

async fn delete(mut session: Session<Visitor>) {
    session.delete();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Signed,
    Encrypted,
    Unsigned,
    Redis,
    Kv,
}

impl Kind {
    const fn store(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Encrypted => "encrypted",
            Self::Unsigned => "simple",
            Self::Redis => "redis",
            Self::Kv => "kv",
        }
    }

    fn keys(self, numbers: [u8; 2]) -> Option<CookieKeys> {
        let keys = numbers.map(|number| BASE64_STANDARD.encode(key(number).expose_bytes()));
        match self {
            Self::Signed => Some(SigningKeys::from_base64(keys).unwrap().into()),
            Self::Encrypted => Some(EncryptionKeys::from_base64(keys).unwrap().into()),
            Self::Unsigned | Self::Redis | Self::Kv => None,
        }
    }

    /// Whether a session ends by the time that the test holds. Redis has its own.
    const fn ends(self) -> bool {
        matches!(self, Self::Signed | Self::Encrypted)
    }
}

/// Both servers, the browser's one cookie, and what is in it.
struct Trip {
    kind: Kind,
    _redis: Option<RedisServer>,
    jar: Jar,
    router: Router,
    sessions: Sessions<Visitors>,
    /// The user, the count, and when it ends.
    session: Option<(String, u64, u64)>,
}

impl Trip {
    async fn start(kind: Kind) -> Option<Self> {
        let redis = match kind {
            Kind::Redis | Kind::Kv => Some(RedisServer::start(&[])?),
            _ => None,
        };
        let url = redis.as_ref().map(RedisServer::url);
        let mut options = json!({ "store": kind.store() });
        if let Some(url) = &url {
            options["redis"] = json!({ "url": url });
        }
        let hex = |number| base16ct::lower::encode_string(key(number).expose_bytes());
        let keys = [hex(1), hex(2)].join(",");
        let jar = Jar::start("session", "hattip", &options, &[("KEYS", &keys)])?;
        let visitor = match (kind.keys([1, 2]), url) {
            (Some(keys), _) => Config::new(keys),
            (None, None) => Config::insecure_unsigned(|_| true),
            (None, Some(url)) => {
                let store = RedisKeyValueStore::connect(&url).await.unwrap();
                Config::shared_with_node(match kind {
                    Kind::Kv => HattipStore::kv(store),
                    _ => HattipStore::redis(store),
                })
            }
        };
        let settings = Settings::new().clock(&jar.clock);
        let unmounted = Unmounted::with_settings(Visitors { visitor }, settings).unwrap();
        let mut sessions = None;
        let router = unmounted.mount(|own| {
            sessions = Some(own.clone());
            Router::new()
                .route("/read", get(read))
                .route("/write/{user}/{n}", get(write))
                .route("/delete", get(delete))
        });
        Some(Self {
            kind,
            _redis: redis,
            jar,
            router,
            sessions: sessions.unwrap(),
            session: None,
        })
    }

    async fn operate(&mut self, dice: &mut Dice) {
        let by_node = dice.once_in(2);
        match dice.below(8) {
            0..=3 => {
                let user = format!("u{}", dice.below(1000));
                let n = self.session.as_ref().map_or(0, |(_, n, _)| *n) + 1;
                if by_node {
                    self.jar
                        .node(&json!([["set", "user", user], ["set", "n", n]]));
                } else {
                    self.jar
                        .rust(&self.router, &format!("/write/{user}/{n}"))
                        .await;
                }
                self.session = Some((user, n, self.jar.now + LIFE));
            }
            4 => {
                if by_node {
                    self.jar.node(&json!([["destroy"]]));
                } else {
                    self.jar.rust(&self.router, "/delete").await;
                }
                self.session = None;
            }
            5 => self.rotate(by_node, dice),
            _ => self.jar.now += dice.below(LIFE / 2) + 1,
        }
        self.look().await;
    }

    /// The other key seals from now on, on one side.
    fn rotate(&self, of_node: bool, dice: &mut Dice) {
        let numbers = dice.in_any_order([1, 2]);
        let Some(keys) = self.kind.keys(numbers) else {
            return;
        };
        if !of_node {
            self.sessions.swap_keyring::<Visitor>(keys).unwrap();
            return;
        }
        let hex = |number: u8| base16ct::lower::encode_string(key(number).expose_bytes());
        self.jar.give_node(&numbers.map(hex));
    }

    /// Both see what the model says.
    async fn look(&mut self) {
        let is_over = |(_, _, end): &(String, u64, u64)| *end <= self.jar.now;
        if self.kind.ends() && self.session.as_ref().is_some_and(is_over) {
            self.session = None;
        }
        let (in_node, in_rust) = match &self.session {
            None => (json!({}), json!({ "user": null, "n": 0 })),
            Some((user, n, _)) => {
                let data = json!({ "user": user, "n": n });
                (data.clone(), data)
            }
        };
        assert_eq!(self.jar.node(&Value::Null)["data"], in_node);
        let seen: Value =
            serde_json::from_str(&self.jar.rust(&self.router, "/read").await).unwrap();
        assert_eq!(seen, in_rust);
    }
}

async fn alternate(kind: Kind) {
    let Some(mut trip) = Trip::start(kind).await else {
        return;
    };
    let seed = crate::alternating::seed();
    say(&format!(
        "alternating with hattip, {kind:?}: LIVE_SEED={seed}"
    ));
    let mut dice = Dice::new(seed);
    for _ in 0..OPERATIONS {
        trip.operate(&mut dice).await;
    }
}

#[tokio::test]
async fn rust_and_hattip_agree_on_signed_cookies() {
    alternate(Kind::Signed).await;
}

#[tokio::test]
async fn rust_and_hattip_agree_on_encrypted_cookies() {
    alternate(Kind::Encrypted).await;
}

#[tokio::test]
async fn rust_and_hattip_agree_on_unsigned_cookies() {
    alternate(Kind::Unsigned).await;
}

#[tokio::test]
async fn rust_and_hattip_agree_on_records_in_redis() {
    alternate(Kind::Redis).await;
}

#[tokio::test]
async fn rust_and_hattip_agree_on_records_in_a_kv_store() {
    alternate(Kind::Kv).await;
}
