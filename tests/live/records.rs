//! One browser and one Redis between a Node server with @fastify/session and a Rust router: a
//! thousand random operations for each generation and its client, after each of which both must see
//! what a model says, under one id.

use std::time::{Duration, UNIX_EPOCH};

use axum::{
    Router,
    extract::Path,
    routing::{MethodRouter, get},
};
use cookie::Cookie;
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use session_runtime::{
    Config, CookieOptions, Rolling, SecureSession, Session, SessionRegistry, Sessions, Settings,
    Unmounted,
    fastify_session::{FastifySession, Secrets},
    store::RedisKeyValueStore,
    testing::HeldClock,
};
use tests::{Client, servers::redis::RedisServer};

use crate::{
    browser::{Request, send},
    dice::Dice,
    node::{Generation, Node, say},
};

const OPERATIONS: u32 = 1_000;

/// How long a session lives unless it is told otherwise, in milliseconds.
const LIFE: u64 = 300_000;

const SECRETS: [&str; 2] = [
    "one secret of more than thirty-two characters",
    "another secret of more than thirty-two characters",
];

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "sessionId")]
struct Visitor {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    n: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[derive(SessionRegistry)]
struct Visitors {
    visitor: Config<Visitor>,
}

/// What both answer.
fn shown(session: &mut Session<Visitor>) -> String {
    let data = serde_json::to_value(session.data()).unwrap();
    let record = session.record().unwrap();
    let cookie = record.cookie().unwrap();
    let shown = json!({
        "id": record.id().unwrap(),
        "signedId": record.signed_id().unwrap(),
        "data": data,
        "cookie": cookie,
    });
    shown.to_string()
}

async fn read(mut session: Session<Visitor>) -> String {
    shown(&mut session)
}

async fn set(Path((user, n)): Path<(String, u64)>, mut session: Session<Visitor>) {
    session.set_user(user).set_n(n);
}

async fn save(Path((user, n)): Path<(String, u64)>, mut session: Session<Visitor>) {
    session.set_user(user).set_n(n);
    session.record().unwrap().save().await.unwrap();
}

async fn discard(mut session: Session<Visitor>) {
    session.set_user("nobody");
    session.record().unwrap().reload().await.unwrap();
}

async fn destroy(mut session: Session<Visitor>) {
    session.delete();
}

async fn regenerate(mut session: Session<Visitor>) {
    session.regenerate();
}

async fn keep(mut session: Session<Visitor>) {
    session.regenerate_keep(Visitor::USER);
}

async fn touch(mut session: Session<Visitor>) {
    session.touch();
}

async fn remember(Path(seconds): Path<u64>, mut session: Session<Visitor>) {
    let life = Duration::from_secs(seconds);
    session.options(CookieOptions::new().max_age(life)).touch();
}

fn router() -> Router {
    let routes: [(&str, MethodRouter); 9] = [
        ("/read", get(read)),
        ("/set/{user}/{n}", get(set)),
        ("/save/{user}/{n}", get(save)),
        ("/discard", get(discard)),
        ("/destroy", get(destroy)),
        ("/regenerate", get(regenerate)),
        ("/keep", get(keep)),
        ("/touch", get(touch)),
        ("/remember/{seconds}", get(remember)),
    ];
    let add = |router: Router, (path, route)| router.route(path, route);
    routes.into_iter().fold(Router::new(), add)
}

/// What is in the session.
#[derive(Debug, Clone, Default)]
struct Model {
    user: Option<String>,
    n: u64,
    life: u64,
    end: u64,
}

impl Model {
    fn fresh(now: u64) -> Self {
        Self {
            life: LIFE,
            end: now + LIFE,
            ..Self::default()
        }
    }

    fn data(&self) -> Value {
        let visitor = Visitor {
            user: self.user.clone(),
            n: self.n,
        };
        serde_json::to_value(&visitor).unwrap()
    }
}

/// Both servers, the browser's one cookie, and what is in it.
struct Trip {
    generation: Generation,
    /// As both systems come: every response saves. Else only what has changed is saved.
    rolls: bool,
    server: RedisServer,
    /// Stopped with the trip.
    _node: Node,
    node_port: u16,
    router: Router,
    sessions: Sessions<Visitors>,
    clock: HeldClock,
    now: u64,
    cookie: Option<String>,
    session: Option<Model>,
    /// A cookie whose session was regenerated.
    left: Option<String>,
}

impl Trip {
    async fn start(generation: Generation, rolls: bool) -> Option<Self> {
        let server = RedisServer::start(&[])?;
        let options = json!({
            "secret": SECRETS,
            "rolling": rolls,
            "saveUninitialized": rolls,
            "cookie": { "maxAge": LIFE },
            "redis": { "url": server.url() },
        });
        let options = options.to_string();
        let variables = [
            ("SYSTEM", "fastify-session"),
            ("GENERATION", generation.name()),
            ("OPTIONS", &options),
        ];
        let mut node = Node::start("server.mjs", &variables)?;
        let line = node.hear();
        let (_, port) = line.rsplit_once(':').unwrap();
        let store = RedisKeyValueStore::connect(&server.url()).await.unwrap();
        let secrets = Secrets::rotated(SECRETS).unwrap();
        let session = FastifySession::new(store, secrets).save_uninitialized(rolls);
        let session = if rolls { session } else { session.as_node() };
        let mut visitor = Config::shared_with_node(session).idle(Duration::from_millis(LIFE));
        if !rolls {
            visitor = visitor.rolling(Rolling::OFF);
        }
        let clock = HeldClock::new();
        let settings = Settings::new().clock(&clock);
        let unmounted = Unmounted::with_settings(Visitors { visitor }, settings).unwrap();
        let mut sessions = None;
        let router = unmounted.mount(|own| {
            sessions = Some(own.clone());
            router()
        });
        Some(Self {
            generation,
            rolls,
            server,
            node_port: port.parse().unwrap(),
            _node: node,
            router,
            sessions: sessions.unwrap(),
            clock,
            now: 1_790_000_000_123,
            cookie: None,
            session: None,
            left: None,
        })
    }

    /// One request to Node; what it sees then.
    fn node(&mut self, calls: &Value) -> Value {
        let cookie = self.cookie.as_ref();
        let cookie = cookie.map(|value| format!("sessionId={value}"));
        let now = self.now.to_string();
        let headers = [("x-now-ms", &*now), ("x-forwarded-proto", "https")];
        let body = calls.to_string();
        let request = match calls {
            Value::Null => Request::get("/session"),
            _ => Request::post("/session", &body),
        };
        let request = request.with(&headers);
        let reply = send(self.node_port, request, &cookie.unwrap_or_default());
        assert_eq!(reply.status, 200, "{}", reply.body);
        for line in &reply.set_cookie {
            let cookie = Cookie::parse(line).unwrap();
            self.cookie = (!cookie.value().is_empty()).then(|| cookie.value().to_owned());
        }
        serde_json::from_str(&reply.body).unwrap()
    }

    /// One request to Rust; what it answers.
    async fn rust(&mut self, path: &str) -> String {
        self.clock.set(UNIX_EPOCH + Duration::from_millis(self.now));
        let mut client = Client::new(self.router.clone());
        if let Some(value) = &self.cookie {
            client.set_cookie("sessionId", value);
        }
        let answer = client.get(path).await;
        assert_eq!(answer.status(), 200, "{path}: {}", answer.text());
        self.cookie = client.cookie("sessionId").map(str::to_owned);
        answer.text()
    }

    /// What was written is there, and the session lives anew.
    fn written(&mut self, change: impl FnOnce(&mut Model)) {
        let fresh = Model::fresh(self.now);
        let session = self.session.get_or_insert(fresh);
        change(session);
        session.end = self.now + session.life;
    }

    async fn operate(&mut self, dice: &mut Dice) {
        let by_node = dice.once_in(2);
        self.left = None;
        match dice.below(16) {
            0..=3 => self.set(by_node, dice).await,
            4 => {
                if by_node {
                    self.node(&json!([["destroy"]]));
                } else {
                    self.rust("/destroy").await;
                }
                self.session = None;
            }
            5 | 6 => self.regenerate(by_node, dice).await,
            7 => self.remember(by_node, dice).await,
            8 => {
                if by_node {
                    self.node(&json!([["touch"]]));
                } else {
                    self.rust("/touch").await;
                }
                self.used();
            }
            9 => {
                if by_node {
                    self.node(&json!([["set", "user", "nobody"], ["reload"]]));
                } else {
                    self.rust("/discard").await;
                }
                self.used();
            }
            // Node clears a valid cookie whose secret was rotated, if nothing is saved.
            10 | 11 if self.rolls => self.rotate(by_node, dice),
            _ => self.now += dice.below(LIFE / 2) + 1,
        }
        self.expire();
        self.look().await;
    }

    async fn set(&mut self, by_node: bool, dice: &mut Dice) {
        let user = format!("u{}", dice.below(1000));
        let n = self.session.as_ref().map_or(0, |session| session.n) + 1;
        let saves = dice.once_in(4);
        if by_node {
            let mut calls = vec![json!(["set", "user", user]), json!(["set", "n", n])];
            calls.extend(saves.then(|| json!(["save"])));
            self.node(&calls.into());
        } else if saves {
            self.rust(&format!("/save/{user}/{n}")).await;
        } else {
            self.rust(&format!("/set/{user}/{n}")).await;
        }
        self.written(|session| (session.user, session.n) = (Some(user), n));
    }

    async fn regenerate(&mut self, by_node: bool, dice: &mut Dice) {
        let keeps = dice.once_in(2);
        let before = self.cookie.clone();
        if by_node {
            let call = if keeps {
                json!(["regenerate", ["user"]])
            } else {
                json!(["regenerate"])
            };
            self.node(&json!([call]));
        } else {
            self.rust(if keeps { "/keep" } else { "/regenerate" }).await;
        }
        // Before 11.1.3 Node leaves the old record.
        if !by_node || self.generation == Generation::Current {
            self.left = before.filter(|_| self.session.is_some());
        }
        let goes_on = match &self.session {
            // Node clears the cookie of a new session in which there is nothing.
            Some(session) if by_node => keeps && session.user.is_some(),
            session => session.is_some(),
        };
        if !self.rolls && !goes_on {
            self.session = None;
            return;
        }
        // Older generations forget how long it was to live.
        let forgets = by_node && self.generation != Generation::Current;
        self.written(|session| {
            session.n = 0;
            session.user = session.user.take().filter(|_| keeps);
            session.life = if forgets { LIFE } else { session.life };
        });
    }

    async fn remember(&mut self, by_node: bool, dice: &mut Dice) {
        let seconds = 60 + dice.below(1000);
        // Older generations have no `options`, or let them leak into other sessions.
        let by_node = by_node && self.generation == Generation::Current;
        // What is as it was is not saved, whatever its cookie: nobody is called so yet.
        let user = format!("r{}", dice.number());
        if by_node {
            let options = json!(["options", { "maxAge": seconds * 1000 }]);
            self.node(&json!([["set", "user", user], options]));
        } else {
            self.rust(&format!("/set/{user}/7")).await;
            self.written(|session| session.n = 7);
            self.expire();
            self.rust(&format!("/remember/{seconds}")).await;
        }
        let is_saved = by_node || self.rolls;
        self.written(|session| {
            session.user = Some(user);
            session.life = if is_saved {
                seconds * 1000
            } else {
                session.life
            };
        });
    }

    /// The other secret signs from now on, on one side.
    fn rotate(&self, of_node: bool, dice: &mut Dice) {
        let secrets = dice.in_any_order(SECRETS);
        if !of_node {
            let secrets = Secrets::rotated(secrets).unwrap();
            self.sessions.swap_keyring::<Visitor>(secrets).unwrap();
            return;
        }
        let body = json!(secrets).to_string();
        let request = Request {
            method: &Method::PUT,
            body: &body,
            ..Request::get("/keys")
        };
        let reply = send(self.node_port, request, "");
        assert_eq!(reply.status, 204, "{}", reply.body);
    }

    /// A request that changed nothing: it is one that is saved, or it is not.
    fn used(&mut self) {
        self.expire();
        if self.rolls {
            self.written(|_| {});
        }
    }

    /// The next request, which is to Node, gets a new session. It lives for as long as the one
    /// before it did, unless the generation is an older one.
    fn expire(&mut self) {
        let Some(session) = self.session.take_if(|it| it.end <= self.now) else {
            return;
        };
        if self.rolls && self.generation == Generation::Current {
            self.session = Some(Model {
                life: session.life,
                end: self.now + session.life,
                ..Model::default()
            });
        }
    }

    /// Both see what the model says, and Redis has no more than that.
    async fn look(&mut self) {
        if let Some(left) = self.left.take() {
            self.look_with(left).await;
        }
        self.used();
        let session = self.session.clone();
        let expected = session.as_ref().map_or_else(|| json!({}), Model::data);
        let node = self.node(&Value::Null);
        let rust: Value = serde_json::from_str(&self.rust("/read").await).unwrap();
        assert_eq!(node["data"], expected);
        assert_eq!(rust["data"], expected);
        let Some(session) = session else { return };
        for key in ["id", "signedId"] {
            let is_same = node[key] == rust[key];
            assert!(is_same || key == "signedId", "{node} {rust}");
        }
        for seen in [&node, &rust] {
            assert_eq!(seen["cookie"]["originalMaxAge"], session.life);
        }
        let key = format!("sess:{}", rust["id"].as_str().unwrap());
        let record: Value =
            serde_json::from_str(&self.server.ask::<String>(&["GET", &key])).unwrap();
        assert_eq!(record["cookie"]["originalMaxAge"], session.life);
        let left = self.server.ask::<u64>(&["PTTL", &key]);
        assert!(left <= session.life + 1000, "{left} of {}", session.life);
    }

    /// A cookie whose session was regenerated opens nothing.
    async fn look_with(&mut self, left: String) {
        let own = self.cookie.replace(left.clone());
        let node = self.node(&Value::Null);
        assert_eq!(node["data"], json!({}));
        self.cookie = Some(left);
        let rust: Value = serde_json::from_str(&self.rust("/read").await).unwrap();
        assert_eq!(rust["data"], json!({}));
        self.cookie = own;
    }
}

async fn alternate(generation: Generation, rolls: bool) {
    let Some(mut trip) = Trip::start(generation, rolls).await else {
        return;
    };
    let seed = crate::alternating::seed();
    say(&format!(
        "alternating with @fastify/session, {generation:?}, rolling {rolls}: LIVE_SEED={seed}"
    ));
    let mut dice = Dice::new(seed);
    for _ in 0..OPERATIONS {
        trip.operate(&mut dice).await;
    }
}

#[tokio::test]
async fn rust_and_fastify_session_agree_over_redis() {
    alternate(Generation::Current, true).await;
}

#[tokio::test]
async fn rust_and_fastify_session_agree_where_only_changes_are_saved() {
    alternate(Generation::Current, false).await;
}

#[tokio::test]
async fn rust_and_the_fastify_session_before_agree_over_ioredis() {
    alternate(Generation::Prev, true).await;
}

#[tokio::test]
async fn rust_and_the_fastify_session_of_fastify_4_agree_over_ioredis() {
    alternate(Generation::F4, true).await;
}
