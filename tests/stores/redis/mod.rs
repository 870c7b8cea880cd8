//! Redis: alone, in a cluster, killed, hung, full, and with what others have put there.

mod admission;
mod batches;
mod cluster;
mod corrupt;
mod durability;
mod hung;
mod index;
mod key_value;
mod promises;
mod reach;
mod records;
mod schedules;
mod scripts;
mod secrets;
mod traffic;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use session_runtime::store::{PrincipalId, Record, RedisStore, Revision, SessionKey, StoreError};
use tests::servers::redis::RedisServer;
use tokio::time::timeout;

pub(super) const HOUR: u64 = 60 * 60 * 1000;

/// A server of the test's own, with a store on it. `None`: there is no Redis, which has been said.
async fn store(options: &[&str]) -> Option<(RedisServer, RedisStore)> {
    let server = RedisServer::start(options)?;
    let store = RedisStore::connect(&server.url()).await.unwrap();
    Some((server, store))
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_millis().try_into().unwrap()
}

fn key(number: u64) -> SessionKey {
    SessionKey::from_bytes(bytes(number, 1))
}

fn principal(number: u64) -> PrincipalId {
    PrincipalId::from_bytes(bytes(number, 2))
}

fn bytes(number: u64, kind: u8) -> [u8; 32] {
    let mut bytes = [kind; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes
}

const fn revision(number: i64) -> Revision {
    Revision::from_i64(number)
}

/// A record of nobody that ends in an hour.
fn record(number: i64) -> Record {
    Record::new(revision(number), b"{}".to_vec(), None, now(), now() + HOUR)
}

/// One that somebody has.
fn record_of(principal: PrincipalId, number: i64) -> Record {
    let now = now();
    let data = b"{}".to_vec();
    Record::new(revision(number), data, Some(principal), now, now + HOUR)
}

/// Waits until something holds that nothing announces.
async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let waits = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    let deadline = Duration::from_secs(60);
    assert!(timeout(deadline, waits).await.is_ok(), "never: {what}");
}

/// An error with all its sources, as a log shows it.
fn said(error: &StoreError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
