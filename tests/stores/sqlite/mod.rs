//! The store in a file: what it survives, who may share it, and what it says when it cannot.

mod child;
mod disk;
mod facts;
mod failures;
mod key_value;
mod opening;
mod processes;
mod restart;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rusqlite::Connection;
use session_runtime::{
    store::{
        Durability, PrincipalId, Record, Revision, SessionKey, SessionStore, SqliteOptions,
        SqliteStore,
    },
    testing::conformance,
};

use crate::schedules::{self, Index};

const NOW: u64 = 1_800_000_000_000;
const LATER: u64 = NOW + 60 * 60 * 1000;

/// A folder of a test's own, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("stores-sqlite-{}-{number}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The database of the test.
    fn database(&self) -> PathBuf {
        self.0.join("sessions.db")
    }

    async fn open(&self) -> SqliteStore {
        SqliteStore::open(self.database()).await.unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A test that failed may have left something that cannot be removed.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn key(number: usize) -> SessionKey {
    let mut bytes = [0; 32];
    bytes[24..].copy_from_slice(&(number as u64).to_be_bytes());
    SessionKey::from_bytes(bytes)
}

fn somebody() -> PrincipalId {
    PrincipalId::from_bytes([7; 32])
}

fn revision(number: i64) -> Revision {
    Revision::from_i64(number)
}

fn record(number: i64) -> Record {
    let data = format!("{{\"number\":{number}}}").into_bytes();
    Record::new(revision(number), data, None, NOW, LATER)
}

fn signed_in(number: i64, touched: u64) -> Record {
    let data = format!("{{\"number\":{number}}}").into_bytes();
    Record::new(revision(number), data, Some(somebody()), touched, LATER)
}

/// As any other program opens it.
fn another(path: &Path) -> Connection {
    Connection::open(path).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_every_guarantee() {
    let folder = Folder::new();
    let report = conformance::check(async || folder.open().await).await;
    report.assert();
    assert_eq!(report.left_out().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_every_guarantee_with_full_durability() {
    let folder = Folder::new();
    let options = SqliteOptions::new().durability(Durability::Full).readers(1);
    let open = async || options.clone().open(folder.database()).await.unwrap();
    conformance::check(open).await.assert();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn its_clones_keep_every_guarantee_together() {
    let folder = Folder::new();
    let store = folder.open().await;
    conformance::check(async || store.clone()).await.assert();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn schedules_of_ten_thousand_plans_have_an_order() {
    let folder = Folder::new();
    let store = Arc::new(folder.open().await);
    schedules::run(store, 10_000, 8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn schedules_through_several_stores_have_an_order() {
    let folder = Folder::new();
    let stores = [
        folder.open().await,
        folder.open().await,
        folder.open().await,
    ];
    let clients = stores.map(|store| Arc::new(store) as Arc<dyn SessionStore>);
    schedules::run_on(&clients, Index::Exact, 2_000, 88).await;
}
