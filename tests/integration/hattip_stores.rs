//! The sessions that @hattip/session keeps in a store, as its own suite has them (rows 190 to 192,
//! in memory, in Redis and in KV), and what this library adds.

mod ids;
mod records;
mod startup;

use std::time::{Duration, SystemTime};

use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, Reason, Rolling, SecureSession, Session, SessionRegistry, Sessions, Settings,
    Unmounted,
    hattip::HattipStore,
    store::{KeyValueAdapter, MemoryStore},
    testing::HeldClock,
};
use tests::Client;

use crate::shelf::{Call, Shelf};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(cookie_name = "session")]
struct Visitor {
    user: Option<String>,
    n: u32,
}

#[derive(SessionRegistry)]
struct Visitors {
    visitor: Config<Visitor>,
}

struct Site {
    client: Client,
    sessions: Sessions,
    clock: HeldClock,
    /// Empty if the sessions are elsewhere.
    shelf: Shelf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Memory,
    Redis,
    Kv,
}

const ALL: [Kind; 3] = [Kind::Memory, Kind::Redis, Kind::Kv];
/// Into which a test can look.
const OPEN: [Kind; 2] = [Kind::Redis, Kind::Kv];

impl Kind {
    fn store(self, kept: &Shelf) -> HattipStore {
        match self {
            Self::Memory => HattipStore::kv(KeyValueAdapter::new(MemoryStore::new())),
            Self::Redis => HattipStore::redis(kept.clone()),
            Self::Kv => HattipStore::kv(kept.clone()),
        }
    }

    /// The key of a session, which is also what its cookie holds.
    fn key(self, id: &str) -> String {
        match self {
            Self::Redis => format!("session:{id}"),
            Self::Memory | Self::Kv => id.to_owned(),
        }
    }
}

async fn write(mut session: Session<Visitor>) {
    session.set_user("alice").update_n(|n| *n += 1);
}

async fn read(session: Session<Visitor>) -> String {
    let reason = session.meta().reason();
    format!("{:?} {} {reason:?}", session.user(), session.n())
}

async fn delete(mut session: Session<Visitor>) {
    session.delete();
}

async fn sign_in(mut session: Session<Visitor>) {
    session.regenerate().set_user("bob");
}

async fn keep(mut session: Session<Visitor>) {
    session.regenerate_keep(Visitor::USER | Visitor::N);
}

async fn same(mut session: Session<Visitor>) {
    let n = session.n();
    session.set_n(n);
}

const ALICE: &str = "Some(\"alice\") 1 None";

fn site(kind: Kind) -> Site {
    site_of(kind, |config| config)
}

fn site_of(kind: Kind, config: impl FnOnce(Config<Visitor>) -> Config<Visitor>) -> Site {
    // The store in memory goes by the system's clock.
    let (clock, shelf) = (HeldClock::at(SystemTime::now()), Shelf::default());
    let visitor = config(Config::shared_with_node(kind.store(&shelf)));
    let settings = Settings::new().clock(&clock);
    let unmounted = Unmounted::with_settings(Visitors { visitor }, settings).unwrap();
    let sessions = unmounted.codec();
    let router = unmounted.mount(|_| {
        Router::new()
            .route("/write", get(write))
            .route("/read", get(read))
            .route("/delete", get(delete))
            .route("/sign-in", get(sign_in))
            .route("/keep", get(keep))
            .route("/same", get(same))
    });
    Site {
        client: Client::new(router),
        sessions,
        clock,
        shelf,
    }
}

impl Site {
    async fn read(&mut self) -> String {
        self.client.get("/read").await.text()
    }

    fn calls(&self) -> Vec<Call> {
        self.shelf.take_calls()
    }
}

fn fresh(reason: Reason) -> String {
    format!("None 0 {:?}", Some(reason))
}

#[tokio::test]
async fn row_190_what_is_written_is_read_in_each_store() {
    for kind in ALL {
        let mut site = site(kind);
        assert_eq!(site.read().await, fresh(Reason::Absent));
        assert_eq!(site.client.get("/write").await.set_cookies().len(), 1);
        assert_eq!(site.read().await, ALICE, "{kind:?}");
        site.client.get("/write").await;
        assert_eq!(site.read().await, "Some(\"alice\") 2 None");
    }
}

#[tokio::test]
async fn row_191_a_session_ends_five_minutes_after_its_last_change_unless_told_otherwise() {
    for kind in ALL {
        let mut usual = site(kind);
        let mut brief = site_of(kind, |config| config.idle(Duration::from_secs(60)));
        for (site, seconds) in [(&mut usual, 300), (&mut brief, 60)] {
            site.client.get("/write").await;
            site.clock
                .advance(Duration::from_millis(seconds * 1000 - 1));
            assert_eq!(site.read().await, ALICE, "{kind:?}");
            site.clock.advance(Duration::from_millis(1));
            // A store may have removed it already.
            let gone = [fresh(Reason::Expired), fresh(Reason::NotFound)];
            assert!(gone.contains(&site.read().await), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn row_192_of_a_deleted_session_nothing_is_left() {
    for kind in ALL {
        let mut site = site(kind);
        site.client.get("/write").await;
        let value = site.client.cookie("session").unwrap().to_owned();
        let line = site.client.get("/delete").await.set_cookies()[0].to_owned();
        assert!(line.starts_with("session=; Max-Age=0; Path=/;"), "{line}");
        assert_eq!(site.shelf.keys(), [""; 0]);
        site.client.set_cookie("session", value);
        assert_eq!(site.read().await, fresh(Reason::NotFound), "{kind:?}");
    }
}

#[tokio::test]
async fn kv_keeps_a_record_for_a_minute_at_least() {
    for (kind, seconds) in [(Kind::Kv, 60), (Kind::Redis, 30)] {
        let mut site = site_of(kind, |config| config.idle(Duration::from_secs(30)));
        site.client.get("/write").await;
        let key = site.shelf.keys().pop().unwrap();
        assert_eq!(site.shelf.seconds(&key), Some(seconds));
        site.clock
            .advance(Duration::from_millis(seconds * 1000 - 1));
        assert_eq!(site.read().await, ALICE);
        site.clock.advance(Duration::from_millis(1));
        assert_eq!(site.read().await, fresh(Reason::Expired));
    }
}

#[tokio::test]
async fn a_session_that_is_read_or_set_to_what_it_is_is_not_saved() {
    for kind in OPEN {
        let mut site = site(kind);
        for path in ["/read", "/same"] {
            assert!(site.client.get(path).await.set_cookies().is_empty());
        }
        assert_eq!(site.calls(), []);
        site.client.get("/write").await;
        site.calls();
        for path in ["/read", "/same"] {
            assert!(site.client.get(path).await.set_cookies().is_empty());
            assert_eq!(site.calls(), [Call::Get], "{path}");
        }
        assert_eq!(site.client.get("/write").await.set_cookies().len(), 1);
        assert_eq!(site.calls(), [Call::Get, Call::Replace]);
    }
}

#[tokio::test]
async fn rolling_is_off_and_can_be_turned_on() {
    for kind in ALL {
        let mut site = site_of(kind, |config| config.rolling(Rolling::ALWAYS));
        site.client.get("/write").await;
        for _ in 0..3 {
            site.clock.advance(Duration::from_secs(200));
            assert_eq!(site.read().await, ALICE, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn here_max_age_is_in_seconds_and_is_the_life_unless_idle_is_another() {
    for kind in OPEN {
        let day = Duration::from_secs(86_400);
        for (idle, life) in [(None, 86_400), (Some(Duration::from_secs(600)), 600)] {
            let mut site = site_of(kind, |config| match idle {
                None => config.max_age(day),
                Some(idle) => config.max_age(day).idle(idle),
            });
            let line = site.client.get("/write").await.set_cookies()[0].to_owned();
            assert!(line.contains("; Max-Age=86400; Path=/;"), "{line}");
            let key = site.shelf.keys().pop().unwrap();
            assert_eq!(site.shelf.seconds(&key), Some(life));
        }
    }
}
