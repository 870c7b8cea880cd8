//! The stores that a scenario runs on: in memory, in a file, and on servers that are started once
//! and shared by all tests of the process.

use std::{
    env, fs,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use session_runtime::store::{MemoryStore, PostgresStore, RedisStore, SessionStore, SqliteStore};
use tests::servers::{
    postgres::Database,
    redis::{RedisCluster, RedisServer},
};

/// Clients of one store, as two servers of an application have them.
pub(super) struct Engine {
    clients: [Arc<dyn SessionStore>; 2],
    _folder: Option<Folder>,
}

impl Engine {
    #[expect(clippy::unused_async, reason = "as the others")]
    pub(super) async fn memory() -> Option<Self> {
        let store = MemoryStore::new();
        Some(Self::of(store.clone(), store))
    }

    pub(super) async fn sqlite() -> Option<Self> {
        let folder = Folder::new();
        let path = folder.0.join("sessions.db");
        let one = SqliteStore::open(&path).await.unwrap();
        let other = SqliteStore::open(&path).await.unwrap();
        Some(Self {
            _folder: Some(folder),
            ..Self::of(one, other)
        })
    }

    pub(super) async fn redis() -> Option<Self> {
        static SERVER: Shared<(String, Watch)> = Shared::new();
        let url = SERVER.get(
            || {
                let server = RedisServer::start(&[])?;
                let (url, watch) = (server.url(), Watch::over([&server]));
                std::mem::forget(server);
                Some((url, watch))
            },
            |(url, _)| url.clone(),
        )?;
        let one = RedisStore::connect(&url).await.unwrap();
        Some(Self::of(one, RedisStore::connect(&url).await.unwrap()))
    }

    pub(super) async fn redis_cluster() -> Option<Self> {
        static CLUSTER: Shared<(Vec<String>, Watch)> = Shared::new();
        let urls = CLUSTER.get(
            || {
                let cluster = RedisCluster::start()?;
                let (urls, watch) = (cluster.urls(), Watch::over(&cluster.nodes));
                std::mem::forget(cluster);
                Some((urls, watch))
            },
            |(urls, _)| urls.clone(),
        )?;
        let one = RedisStore::connect_cluster(&urls).await.unwrap();
        let other = RedisStore::connect_cluster(&urls).await.unwrap();
        Some(Self::of(one, other))
    }

    pub(super) async fn postgres() -> Option<Self> {
        static DATABASE: Shared<Database> = Shared::new();
        let url = DATABASE.get(Database::shared, Database::url)?;
        // Tables of its own: a scenario that sweeps has moved its clock.
        let schema = format!("guarantees_{}", number());
        let connect = async || PostgresStore::connect(&url).await.unwrap().schema(&schema);
        let (one, other) = (connect().await, connect().await);
        one.migrate().await.unwrap();
        Some(Self::of(one, other))
    }

    fn of(one: impl SessionStore, other: impl SessionStore) -> Self {
        Self {
            clients: [Arc::new(one), Arc::new(other)],
            _folder: None,
        }
    }

    pub(super) fn store(&self) -> Arc<dyn SessionStore> {
        Arc::clone(&self.clients[0])
    }

    /// The same data through another client.
    pub(super) fn elsewhere(&self) -> Arc<dyn SessionStore> {
        Arc::clone(&self.clients[1])
    }
}

/// What the first test that needs it starts. One that cannot be started is left out by each.
struct Shared<T>(Mutex<Option<T>>);

impl<T> Shared<T> {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn get<V>(&self, start: impl FnOnce() -> Option<T>, look: impl FnOnce(&T) -> V) -> Option<V> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shared.is_none() {
            *shared = start();
        }
        shared.as_ref().map(look)
    }
}

/// Ends servers that nobody drops when this process ends, however it does: a shell waits for that
/// at the other end of a pipe.
struct Watch(#[expect(dead_code, reason = "holds the pipe open")] Child);

impl Watch {
    fn over<'a>(servers: impl IntoIterator<Item = &'a RedisServer>) -> Self {
        let mut script = "trap '' INT; read -r word".to_owned();
        for server in servers {
            let info = server.ask::<String>(&["INFO", "server"]);
            let id = info
                .lines()
                .find_map(|line| line.strip_prefix("process_id:"));
            let folder = server.ask::<Vec<String>>(&["CONFIG", "GET", "dir"]);
            let (id, folder) = (id.unwrap().trim(), &folder[1]);
            script.push_str("; kill -s KILL ");
            script.push_str(id);
            script.push_str("; rm -rf '");
            script.push_str(folder);
            script.push('\'');
        }
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).process_group(0);
        Self(shell.stdin(Stdio::piped()).spawn().unwrap())
    }
}

/// A number that no other engine has.
fn number() -> usize {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

/// A folder of a test's own, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("guarantees-{}-{}", process::id(), number());
        let path = env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is open still goes with the process.
        let _ = fs::remove_dir_all(&self.0);
    }
}
