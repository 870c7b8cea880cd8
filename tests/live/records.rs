//! One browser and one Redis between a Node server with @fastify/session and a Rust router: a
//! thousand random operations for each generation and its client, after each of which both must see
//! what a model says, under one id.

mod visitor;

use std::time::Duration;

use axum::Router;
use serde_json::{Value, json};
use session_runtime::{
    Config, Rolling, Sessions, Settings, Unmounted,
    fastify_session::{FastifySession, Secrets},
    store::RedisKeyValueStore,
};
use tests::servers::redis::RedisServer;

use self::visitor::{Visitor, Visitors, router};
use crate::{
    dice::Dice,
    jar::Jar,
    node::{Generation, say},
};

const OPERATIONS: u32 = 1_000;

/// How long a session lives unless it is told otherwise, in milliseconds.
const LIFE: u64 = 300_000;

const SECRETS: [&str; 2] = [
    "one secret of more than thirty-two characters",
    "another secret of more than thirty-two characters",
];

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

/// Both servers with the browser's one cookie, and what is in its session.
struct Trip {
    generation: Generation,
    /// As both systems come: every response saves. Else only what has changed is saved.
    rolls: bool,
    server: RedisServer,
    jar: Jar,
    router: Router,
    sessions: Sessions<Visitors>,
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
        let more = [("GENERATION", generation.name())];
        let jar = Jar::start("sessionId", "fastify-session", &options, &more)?;
        let store = RedisKeyValueStore::connect(&server.url()).await.unwrap();
        let secrets = Secrets::rotated(SECRETS).unwrap();
        let session = FastifySession::new(store, secrets).save_uninitialized(rolls);
        let session = if rolls { session } else { session.as_node() };
        let mut visitor = Config::shared_with_node(session).idle(Duration::from_millis(LIFE));
        if !rolls {
            visitor = visitor.rolling(Rolling::OFF);
        }
        let settings = Settings::new().clock(&jar.clock);
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
            jar,
            router,
            sessions: sessions.unwrap(),
            session: None,
            left: None,
        })
    }

    /// What was written is there, and the session lives anew.
    fn written(&mut self, change: impl FnOnce(&mut Model)) {
        let fresh = Model::fresh(self.jar.now);
        let session = self.session.get_or_insert(fresh);
        change(session);
        session.end = self.jar.now + session.life;
    }

    async fn operate(&mut self, dice: &mut Dice) {
        let by_node = dice.once_in(2);
        self.left = None;
        match dice.below(16) {
            0..=3 => self.set(by_node, dice).await,
            4 => {
                if by_node {
                    self.jar.node(&json!([["destroy"]]));
                } else {
                    self.jar.rust(&self.router, "/destroy").await;
                }
                self.session = None;
            }
            5 | 6 => self.regenerate(by_node, dice).await,
            7 => self.remember(by_node, dice).await,
            8 => {
                if by_node {
                    self.jar.node(&json!([["touch"]]));
                } else {
                    self.jar.rust(&self.router, "/touch").await;
                }
                self.used();
            }
            9 => {
                if by_node {
                    self.jar
                        .node(&json!([["set", "user", "nobody"], ["reload"]]));
                } else {
                    self.jar.rust(&self.router, "/discard").await;
                }
                self.used();
            }
            // Node clears a valid cookie whose secret was rotated, if nothing is saved.
            10 | 11 if self.rolls => self.rotate(by_node, dice),
            _ => self.jar.now += dice.below(LIFE / 2) + 1,
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
            self.jar.node(&calls.into());
        } else if saves {
            self.jar
                .rust(&self.router, &format!("/save/{user}/{n}"))
                .await;
        } else {
            self.jar
                .rust(&self.router, &format!("/set/{user}/{n}"))
                .await;
        }
        self.written(|session| (session.user, session.n) = (Some(user), n));
    }

    async fn regenerate(&mut self, by_node: bool, dice: &mut Dice) {
        let keeps = dice.once_in(2);
        let before = self.jar.cookie.clone();
        if by_node {
            let call = if keeps {
                json!(["regenerate", ["user"]])
            } else {
                json!(["regenerate"])
            };
            self.jar.node(&json!([call]));
        } else {
            self.jar
                .rust(&self.router, if keeps { "/keep" } else { "/regenerate" })
                .await;
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
            self.jar.node(&json!([["set", "user", user], options]));
        } else {
            self.jar.rust(&self.router, &format!("/set/{user}/7")).await;
            self.written(|session| session.n = 7);
            self.expire();
            self.jar
                .rust(&self.router, &format!("/remember/{seconds}"))
                .await;
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
        self.jar.give_node(&secrets.map(str::to_owned));
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
        let Some(session) = self.session.take_if(|it| it.end <= self.jar.now) else {
            return;
        };
        if self.rolls && self.generation == Generation::Current {
            self.session = Some(Model {
                life: session.life,
                end: self.jar.now + session.life,
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
        let node = self.jar.node(&Value::Null);
        let rust: Value =
            serde_json::from_str(&self.jar.rust(&self.router, "/read").await).unwrap();
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
        let own = self.jar.cookie.replace(left.clone());
        let node = self.jar.node(&Value::Null);
        assert_eq!(node["data"], json!({}));
        self.jar.cookie = Some(left);
        let rust: Value =
            serde_json::from_str(&self.jar.rust(&self.router, "/read").await).unwrap();
        assert_eq!(rust["data"], json!({}));
        self.jar.cookie = own;
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
