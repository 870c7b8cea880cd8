//! An application whose sessions live in their cookies, sealed and as Node's, with a list of the
//! ended ones.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::{Query, State},
    routing::get,
};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, EventKind, Field, SecureSession, Session, SessionId, SessionRegistry, Sessions,
    Settings, Unmounted,
    store::SessionStore,
    testing::{HeldClock, UnreliableStore},
};
use tests::{Answer, Client};

use super::{
    Engine,
    app::{Gate, PATIENCE, application, clock},
};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "sealed", idle = "30m", absolute = "12h")]
pub(super) struct Sealed {
    #[session(principal)]
    user_id: Option<u64>,
    theme: String,
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "node", format = "fastify", idle = "30m", cookie_name = "node")]
pub(super) struct Node {
    #[session(principal)]
    user_id: Option<u64>,
    theme: String,
}

/// What both have.
pub(super) trait Person: SecureSession<Principal = u64> {
    const USER: Field<Self, Option<u64>>;
    const THEME: Field<Self, String>;

    fn of(user: u64) -> Self;
}

impl Person for Sealed {
    const USER: Field<Self, Option<u64>> = Self::USER_ID;
    const THEME: Field<Self, String> = Self::THEME;

    fn of(user: u64) -> Self {
        Self {
            user_id: Some(user),
            ..Self::default()
        }
    }
}

impl Person for Node {
    const USER: Field<Self, Option<u64>> = Self::USER_ID;
    const THEME: Field<Self, String> = Self::THEME;

    fn of(user: u64) -> Self {
        Self {
            user_id: Some(user),
            ..Self::default()
        }
    }
}

#[derive(SessionRegistry)]
pub(super) struct Both {
    sealed: Config<Sealed>,
    node: Config<Node>,
}

#[derive(Deserialize)]
struct Asked {
    act: String,
    #[serde(default)]
    wait: bool,
}

async fn act<T: Person>(
    State(gate): State<Gate>,
    Query(asked): Query<Asked>,
    mut session: Session<T>,
) -> String {
    if asked.wait {
        gate.pass().await;
    }
    for act in asked.act.split(',') {
        match act {
            "read" => {}
            "sign_in" => {
                session.regenerate().set(T::USER, 7);
            }
            "sign_in_8" => {
                session.regenerate().set(T::USER, 8);
            }
            "sudo" => {
                session.regenerate_keep(T::USER);
            }
            "theme" => {
                session.set(T::THEME, "dark");
            }
            "sign_out" => session.delete(),
            other => panic!("{other}"),
        }
    }
    format!("{:?} {}", session.get(T::USER), session.get(T::THEME))
}

async fn id<T: Person>(session: Session<T>) -> String {
    session.meta().id().unwrap().encode()
}

async fn reason<T: Person>(session: Session<T>) -> String {
    format!("{:?}", session.meta().reason())
}

#[derive(Clone, Copy, Default)]
pub(super) struct Settled {
    pub(super) lag: u64,
    pub(super) opens_unchecked: bool,
}

pub(super) struct App {
    pub(super) client: Client,
    pub(super) gate: Gate,
    pub(super) clock: HeldClock,
    pub(super) list: UnreliableStore<Arc<dyn SessionStore>>,
    pub(super) sessions: Sessions<Both>,
    events: Arc<Mutex<Vec<EventKind>>>,
    application: String,
}

fn config<T: SecureSession>(config: Config<T>, settled: Settled) -> Config<T> {
    let config = config
        .revocation_lag(Duration::from_secs(settled.lag))
        .store_deadline(PATIENCE);
    if settled.opens_unchecked {
        config.open_without_revocations()
    } else {
        config
    }
}

impl App {
    pub(super) fn on(engine: &Engine) -> Self {
        Self::with(engine.store(), application(), clock(), Settled::default())
    }

    pub(super) fn with(
        store: Arc<dyn SessionStore>,
        application: String,
        clock: HeldClock,
        settled: Settled,
    ) -> Self {
        let list = UnreliableStore::new(store);
        let registry = Both {
            sealed: config(
                Config::new(tests::key(1)).revocations(list.clone()),
                settled,
            ),
            node: config(
                Config::new(tests::key(2)).revocations(list.clone()),
                settled,
            ),
        };
        let events = Arc::<Mutex<Vec<_>>>::default();
        let heard = Arc::clone(&events);
        let settings = Settings::new()
            .application(&application)
            .clock(&clock)
            .on_event(move |event| heard.lock().unwrap().push(event.kind().clone()));
        let unmounted = Unmounted::with_settings(registry, settings).unwrap();
        let (gate, mut sessions) = (Gate::default(), None);
        let state = gate.clone();
        let router = unmounted.mount(|mounted| {
            sessions = Some(mounted);
            Router::new()
                .route("/sealed", get(act::<Sealed>))
                .route("/node", get(act::<Node>))
                .route("/sealed/id", get(id::<Sealed>))
                .route("/node/id", get(id::<Node>))
                .route("/sealed/reason", get(reason::<Sealed>))
                .route("/node/reason", get(reason::<Node>))
                .with_state(state)
        });
        Self {
            client: Client::new(router),
            gate,
            clock,
            list,
            sessions: sessions.unwrap(),
            events,
            application,
        }
    }

    /// The same application on another server, with the same cookies.
    pub(super) fn elsewhere(&self, engine: &Engine, settled: Settled) -> Self {
        let (application, clock) = (self.application.clone(), self.clock.clone());
        let mut there = Self::with(engine.elsewhere(), application, clock, settled);
        for name in ["__Host-sealed", "node"] {
            if let Some(cookie) = self.client.cookie(name) {
                there.client.set_cookie(name, cookie);
            }
        }
        there
    }

    pub(super) async fn act(&mut self, format: &str, act: &str) -> Answer {
        self.client.get(&format!("/{format}?act={act}")).await
    }

    pub(super) async fn shown(&mut self, format: &str) -> String {
        self.act(format, "read").await.text()
    }

    pub(super) async fn id(&mut self, format: &str) -> SessionId {
        let text = self.client.get(&format!("/{format}/id")).await.text();
        SessionId::decode(&text).unwrap()
    }

    /// What somebody with a copy of all cookies is shown.
    pub(super) async fn shown_to(&self, copy: &Client, format: &str) -> String {
        let path = format!("/{format}?act=read");
        copy.clone().get(&path).await.text()
    }

    pub(super) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(super) fn count(&self, wanted: &EventKind) -> usize {
        let events = self.events.lock().unwrap();
        events.iter().filter(|event| *event == wanted).count()
    }
}
