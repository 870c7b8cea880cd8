//! One browser and one Redis between a Node server with express-session and a Rust router.
//!
//! That system does not write a session that is only read: it tells Redis to keep it longer, so
//! that the date in the record lies in the past while somebody is signed in.

use axum::{Router, extract::Path, routing::get};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use session_runtime::{
    Config, SecureSession, Session, SessionRegistry, Settings, Unmounted,
    fastify_session::{FastifySession, Secrets},
    store::RedisKeyValueStore,
};
use tests::servers::redis::RedisServer;

use crate::{dice::Dice, jar::Jar, node::say};

const OPERATIONS: u32 = 500;

/// In milliseconds.
const LIFE: u64 = 300_000;

const SECRET: &str = "a secret of more than thirty-two characters";

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "connect.sid", idle = "5m")]
struct Visitor {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
}

#[derive(SessionRegistry)]
struct Visitors {
    visitor: Config<Visitor>,
}

async fn read(session: Session<Visitor>) -> String {
    serde_json::to_string(session.data()).unwrap()
}

async fn set(Path(user): Path<String>, mut session: Session<Visitor>) {
    session.set_user(user);
}

async fn sign_in(Path(user): Path<String>, mut session: Session<Visitor>) {
    session.regenerate();
    session.set_user(user);
}

async fn destroy(mut session: Session<Visitor>) {
    session.delete();
}

struct Trip {
    _server: RedisServer,
    jar: Jar,
    router: Router,
    user: Option<String>,
}

impl Trip {
    async fn start() -> Option<Self> {
        let server = RedisServer::start(&[])?;
        let options = json!({
            "secret": SECRET,
            "cookie": { "maxAge": LIFE, "secure": true },
            "redis": { "url": server.url() },
        });
        let jar = Jar::start("connect.sid", "express-session", &options, &[])?;
        let store = RedisKeyValueStore::connect(&server.url()).await.unwrap();
        let session = FastifySession::express(store, Secrets::new(SECRET).unwrap());
        let visitor = Config::shared_with_node(session.save_uninitialized(false));
        let settings = Settings::new().clock(&jar.clock);
        let unmounted = Unmounted::with_settings(Visitors { visitor }, settings).unwrap();
        let router = unmounted.mount(|_| {
            Router::new()
                .route("/read", get(read))
                .route("/set/{user}", get(set))
                .route("/sign-in/{user}", get(sign_in))
                .route("/destroy", get(destroy))
        });
        Some(Self {
            _server: server,
            jar,
            router,
            user: None,
        })
    }

    async fn operate(&mut self, dice: &mut Dice) {
        let by_node = dice.once_in(2);
        let user = format!("u{}", dice.number());
        match (dice.below(8), by_node) {
            (0 | 1, true) => drop(self.jar.node(&json!([["set", "user", user]]))),
            (0 | 1, false) => drop(self.jar.rust(&self.router, &format!("/set/{user}")).await),
            (2, true) => drop(
                self.jar
                    .node(&json!([["regenerate"], ["set", "user", user]])),
            ),
            (2, false) => drop(
                self.jar
                    .rust(&self.router, &format!("/sign-in/{user}"))
                    .await,
            ),
            (3, _) => {
                if by_node {
                    self.jar.node(&json!([["destroy"]]));
                } else {
                    self.jar.rust(&self.router, "/destroy").await;
                }
                self.user = None;
                return self.look(by_node).await;
            }
            // Redis goes by a clock of its own: it keeps what is read.
            _ => {
                self.jar.now += dice.below(2 * LIFE) + 1;
                return self.look(by_node).await;
            }
        }
        self.user = Some(user);
        self.look(by_node).await;
    }

    /// Both see what the model says, in either order.
    async fn look(&mut self, node_first: bool) {
        let expected = match &self.user {
            None => json!({}),
            Some(user) => json!({ "user": user }),
        };
        for by_node in [node_first, !node_first] {
            let seen = if by_node {
                self.jar.node(&Value::Null)["data"].clone()
            } else {
                let seen = self.jar.rust(&self.router, "/read").await;
                serde_json::from_str(&seen).unwrap()
            };
            assert_eq!(seen, expected, "seen by Node: {by_node}");
        }
    }
}

#[tokio::test]
async fn rust_and_express_session_agree_over_redis() {
    let Some(mut trip) = Trip::start().await else {
        return;
    };
    let seed = crate::alternating::seed();
    say(&format!(
        "alternating with express-session: LIVE_SEED={seed}"
    ));
    let mut dice = Dice::new(seed);
    for _ in 0..OPERATIONS {
        trip.operate(&mut dice).await;
    }
}
