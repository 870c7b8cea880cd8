//! The application of most scenarios, on one server or several, and the browser before it.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use axum::{Router, routing::get};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, Method, header};
use session_runtime::{
    Config, EventKind, Reason, SessionId, SessionRegistry, Sessions, Settings, Unmounted,
    store::{Record, SessionKey, SessionStore},
    testing::{HeldClock, UnreliableStore},
};
use tests::{Answer, Client};

pub(super) use super::acts::{Account, Gate};
use super::{
    Engine,
    acts::{act, beside_own_cookie, either, id, optional, reason},
};

/// The name of the cookie.
pub(super) const COOKIE: &str = "__Host-account";

/// A busy machine is not a store out of reach.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// What is shown of a session that is not there.
pub(super) const NOBODY: &str = "None   0 {} 0";

#[derive(SessionRegistry)]
pub(super) struct Accounts {
    account: Config<Account>,
}

/// The application on one server.
pub(super) struct App {
    pub(super) router: Router,
    pub(super) client: Client,
    pub(super) gate: Gate,
    pub(super) clock: HeldClock,
    pub(super) store: UnreliableStore<Arc<dyn SessionStore>>,
    pub(super) sessions: Sessions<Accounts>,
    events: Arc<Mutex<Vec<EventKind>>>,
    application: String,
    configure: Configure,
}

pub(super) type AccountConfig = Config<Account>;

type Configure = fn(AccountConfig) -> AccountConfig;

/// A name that no other test has: they share servers.
pub(super) fn application() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    format!("{}-{count}-{:?}", std::process::id(), now.unwrap())
}

/// A clock that stands still, now: Redis ends records by its own.
pub(super) fn clock() -> HeldClock {
    HeldClock::at(SystemTime::now())
}

impl App {
    pub(super) fn on(engine: &Engine) -> Self {
        Self::with(engine, |config| config)
    }

    pub(super) fn with(engine: &Engine, configure: Configure) -> Self {
        Self::at(engine.store(), application(), clock(), configure)
    }

    /// The same application and browser on another server.
    pub(super) fn elsewhere(&self, engine: &Engine) -> Self {
        let (application, clock) = (self.application.clone(), self.clock.clone());
        let mut other = Self::at(engine.elsewhere(), application, clock, self.configure);
        if let Some(cookie) = self.client.cookie(COOKIE) {
            other.client.set_cookie(COOKIE, cookie);
        }
        other
    }

    pub(super) fn at(
        store: Arc<dyn SessionStore>,
        application: String,
        clock: HeldClock,
        configure: Configure,
    ) -> Self {
        let store = UnreliableStore::new(store);
        let gate = Gate::default();
        let events = Arc::<Mutex<Vec<_>>>::default();
        let heard = Arc::clone(&events);
        let settings = Settings::new()
            .application(&application)
            .clock(&clock)
            .on_event(move |event| heard.lock().unwrap().push(event.kind().clone()));
        let registry = Accounts {
            account: configure(Config::stored(store.clone()).store_deadline(PATIENCE)),
        };
        let unmounted = Unmounted::with_settings(registry, settings).unwrap();
        let (state, mut sessions) = (gate.clone(), None);
        let router = unmounted.mount(|mounted| {
            sessions = Some(mounted);
            Router::new()
                .route("/", get(act))
                .route("/id", get(id))
                .route("/reason", get(reason))
                .route("/optional", get(optional))
                .route("/either", get(either))
                .route("/own", get(beside_own_cookie))
                .route("/none", get(|| async { "no session" }))
                .with_state(state)
        });
        Self {
            client: Client::new(router.clone()),
            router,
            gate,
            clock,
            store,
            sessions: sessions.unwrap(),
            events,
            application,
            configure,
        }
    }

    pub(super) async fn act(&mut self, act: &str) -> Answer {
        self.client.get(&format!("/?act={act}")).await
    }

    /// As a script of a page asks: no navigation.
    pub(super) async fn fetch(&mut self, act: &str) -> Answer {
        let path = format!("/?act={act}");
        self.client.get_with(&path, "sec-fetch-mode", "cors").await
    }

    pub(super) async fn shown(&mut self) -> String {
        self.fetch("read").await.text()
    }

    pub(super) async fn reason(&mut self) -> String {
        self.client.get("/reason").await.text()
    }

    /// The id of the session of the browser.
    pub(super) async fn id(&mut self) -> SessionId {
        let text = self.client.get("/id").await.text();
        SessionId::decode(&text).unwrap()
    }

    pub(super) fn cookie(&self) -> Option<String> {
        self.client.cookie(COOKIE).map(str::to_owned)
    }

    /// A browser that has this cookie and no other.
    pub(super) fn browser(&self, cookie: &str) -> Client {
        let mut browser = self.client.clone();
        browser.set_cookie(COOKIE, cookie);
        browser
    }

    /// `GET path` with these cookies of the session's name, in this order.
    pub(super) async fn with_cookies(&self, path: &str, cookies: &[&str]) -> Answer {
        let line: Vec<_> = cookies.iter().map(|it| format!("{COOKIE}={it}")).collect();
        let line = HeaderValue::try_from(line.join("; ")).unwrap();
        let headers = HeaderMap::from_iter([(header::COOKIE, line)]);
        let mut client = Client::new(self.router.clone());
        client.request(Method::GET, path, headers).await
    }

    pub(super) fn application(&self) -> String {
        self.application.clone()
    }

    /// What a browser with this cookie is shown.
    pub(super) async fn shown_to(&self, cookie: Option<&str>) -> String {
        let Some(cookie) = cookie else {
            return NOBODY.to_owned();
        };
        let mut browser = self.browser(cookie);
        let path = "/?act=read";
        browser
            .get_with(path, "sec-fetch-mode", "cors")
            .await
            .text()
    }

    /// Runs `slow` in the same browser, and `quick` in its midst. The browser keeps no cookie of
    /// either.
    pub(super) async fn at_once(&mut self, slow: &str, quick: &str) -> (Answer, Answer) {
        let running = self.begin(slow).await;
        let mut other = self.client.clone();
        let quick = other.get(&format!("/?act={quick}")).await;
        self.gate.open();
        (running.await.unwrap(), quick)
    }

    /// The same; the browser keeps the cookies of both, those of `slow` last.
    pub(super) async fn beside(&mut self, slow: &str, quick: &str) -> (Answer, Answer) {
        let (slow, quick) = self.at_once(slow, quick).await;
        self.client.keep(&quick);
        self.client.keep(&slow);
        (slow, quick)
    }

    /// Begins a request that has loaded its session and waits at the gate.
    pub(super) async fn begin(&self, act: &str) -> tokio::task::JoinHandle<Answer> {
        let mut other = self.client.clone();
        let path = format!("/?wait=true&act={act}");
        let running = tokio::spawn(async move { other.get(&path).await });
        self.gate.arrived().await;
        running
    }

    pub(super) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(super) fn count(&self, wanted: impl Fn(&EventKind) -> bool) -> usize {
        let events = self.events.lock().unwrap();
        events.iter().filter(|event| wanted(event)).count()
    }

    pub(super) fn lost(&self) -> usize {
        self.count(|event| *event == EventKind::WriteLost)
    }

    /// How often a session was fresh for this reason.
    pub(super) fn fresh(&self, reason: Reason) -> usize {
        self.count(|event| *event == EventKind::Fresh(reason))
    }

    /// The record of a session, past the application.
    pub(super) async fn record(&self, id: SessionId) -> Option<Record> {
        self.store.inner().load(&key(id)).await.unwrap()
    }

    /// The payload of the record: one line of JSON.
    pub(super) async fn replace_data(&self, id: SessionId, data: Vec<u8>) {
        let (key, old) = (key(id), self.record(id).await.unwrap());
        let revision = session_runtime::store::Revision::from_i64(old.revision().to_i64() ^ 1);
        let principal = old.principal().copied();
        let new = Record::new(revision, data, principal, old.touched(), old.expires());
        let saved = self.store.inner().save(&key, old.revision(), &new).await;
        assert_eq!(saved.unwrap(), session_runtime::store::Saved::Done);
    }
}

/// Under which a store keeps the session: the first half of its id.
pub(super) fn key(id: SessionId) -> SessionKey {
    let bytes = URL_SAFE_NO_PAD.decode(id.encode()).unwrap();
    SessionKey::from_bytes(bytes[..32].try_into().unwrap())
}
