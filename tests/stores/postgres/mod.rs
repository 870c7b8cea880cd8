//! `PostgresStore` against real servers.

mod admission;
mod cancelled;
mod conformance;
mod connecting;
mod counting;
mod key_value;
mod loss;
mod migration;
mod outage;
mod races;
mod refusals;
mod schedules;
mod secrets;
mod sweeping;
mod trips;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use session_runtime::store::{PostgresStore, PrincipalId, Record, Revision, SessionKey};
use tests::servers::postgres::Database;
use tokio_postgres::{Client, NoTls};

/// How long anything may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

const NOW: u64 = 1_790_000_000_000;
const HOUR: u64 = 3_600_000;

/// A store with tables, in a database that nobody else uses.
struct Bench {
    store: PostgresStore,
    database: Database,
}

impl Bench {
    /// On the shared server. `None`: there is none, which has been said.
    async fn shared() -> Option<Self> {
        Some(Self::on(Database::shared()?).await)
    }

    async fn on(database: Database) -> Self {
        let store = PostgresStore::connect(&database.url()).await.unwrap();
        store.migrate().await.unwrap();
        Self { store, database }
    }

    /// The same store with connections of its own.
    async fn with_pool_size(&self, connections: usize) -> PostgresStore {
        let url = self.database.url();
        let store = PostgresStore::connect_with_pool_size(&url, connections).await;
        store.unwrap()
    }

    /// A connection beside the store, as of another program.
    async fn other(&self) -> Client {
        connect(&self.database).await
    }

    /// Waits until `count` statements wait for a lock.
    async fn waiting(&self, count: i64) {
        let watcher = connect(&self.database).await;
        let statement = "SELECT count(*) FROM pg_stat_activity \
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        until("statements wait", async || {
            let row = watcher.query_one(statement, &[]).await.unwrap();
            row.get::<_, i64>(0) >= count
        })
        .await;
    }

    fn count(&self) -> u64 {
        let count = self.database.sql("SELECT count(*) FROM session_records");
        count.parse().unwrap()
    }
}

async fn connect(database: &Database) -> Client {
    let (client, connection) = tokio_postgres::connect(&database.url(), NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}

/// Asks until the answer is yes.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !is_so().await {
        assert!(Instant::now() < deadline, "not within a minute: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Numbers that look random and never come twice.
fn number() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut mixed = count.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn bytes() -> [u8; 32] {
    let mut bytes = [0; 32];
    for part in bytes.chunks_exact_mut(8) {
        part.copy_from_slice(&number().to_be_bytes());
    }
    bytes
}

fn key() -> SessionKey {
    SessionKey::from_bytes(bytes())
}

fn principal() -> PrincipalId {
    PrincipalId::from_bytes(bytes())
}

fn revision() -> Revision {
    Revision::from_i64((number() >> 1).cast_signed())
}

/// A record used now that ends in an hour.
fn record(principal: Option<PrincipalId>) -> Record {
    record_at(principal, NOW, NOW + HOUR)
}

fn record_at(principal: Option<PrincipalId>, touched: u64, expires: u64) -> Record {
    let data = format!(r#"{{"visits":{}}}"#, number());
    Record::new(revision(), data.into_bytes(), principal, touched, expires)
}

fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

/// An error with all that caused it, in both of its forms.
fn whole(error: &dyn std::error::Error) -> String {
    let mut parts = vec![format!("{error:?}")];
    let mut next = Some(error);
    while let Some(error) = next {
        parts.push(error.to_string());
        next = error.source();
    }
    parts.join("\n")
}
