//! The engines, and the cases of each.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use session_runtime::store::{MemoryStore, PostgresStore, RedisStore, SessionStore, SqliteStore};
use tests::servers::{postgres, redis};
use tower_sessions::MemoryStore as TheirMemoryStore;
use tower_sessions_redis_store::{
    RedisStore as TheirRedisStore,
    fred::prelude::{ClientLike, Config, Pool},
};

use crate::{CLIENTS, Outcome, application, cases::Case, neighbour};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Engine {
    Memory,
    Sqlite,
    Redis,
    Postgres,
}

const BARE_READ: &str = "bare engine, read";
const BARE_WRITE: &str = "bare engine, read and write";
const THEIR_READ: &str = "tower-sessions, read";
const THEIR_WRITE: &str = "tower-sessions, write";

/// The size of the store's pool.
const CONNECTIONS: usize = 16;

/// About what a record takes.
const RECORD: usize = 300;

impl Engine {
    pub(crate) const ALL: [Self; 4] = [Self::Memory, Self::Sqlite, Self::Redis, Self::Postgres];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Redis => "redis",
            Self::Postgres => "postgres",
        }
    }

    /// `None`: its server is not installed.
    pub(crate) async fn cases(self) -> Outcome<Option<Vec<Case>>> {
        match self {
            Self::Memory => memory().await.map(Some),
            Self::Sqlite => sqlite().await.map(Some),
            Self::Redis => redis().await,
            Self::Postgres => postgres().await,
        }
    }
}

async fn ours(
    store: Arc<dyn SessionStore>,
    against: [&'static [&'static str]; 2],
) -> Outcome<Vec<Case>> {
    let app = application::with(store)?;
    let [read, write] = against;
    Ok(vec![
        Case::request("no sessions", &[], application::without(), "/read").await?,
        Case::request("ours, read", read, app.clone(), "/read").await?,
        Case::request("ours, write", write, app, "/write").await?,
    ])
}

async fn memory() -> Outcome<Vec<Case>> {
    let theirs = neighbour::with(TheirMemoryStore::default());
    let store = Arc::new(MemoryStore::new());
    let mut cases = ours(store, [&[THEIR_READ], &[THEIR_WRITE]]).await?;
    cases.push(Case::request(THEIR_READ, &[], theirs.clone(), "/read").await?);
    cases.push(Case::request(THEIR_WRITE, &[], theirs, "/write").await?);
    Ok(cases)
}

async fn redis() -> Outcome<Option<Vec<Case>>> {
    let Some(server) = redis::RedisServer::start(&[]) else {
        return Ok(None);
    };
    let (url, server) = (server.url(), Arc::new(server));
    let store = RedisStore::connect(&url).await?;
    let mut cases = ours(
        Arc::new(store),
        [&[THEIR_READ, BARE_READ], &[THEIR_WRITE, BARE_WRITE]],
    )
    .await?;
    let pool = Pool::new(Config::from_url(&url)?, None, None, None, 1)?;
    pool.init().await?;
    let theirs = neighbour::with(TheirRedisStore::new(pool));
    cases.push(Case::request(THEIR_READ, &[], theirs.clone(), "/read").await?);
    cases.push(Case::request(THEIR_WRITE, &[], theirs, "/write").await?);

    let connection = ::redis::Client::open(url)?
        .get_multiplexed_async_connection()
        .await?;
    for client in 0..CLIENTS {
        let mut connection = connection.clone();
        let _: () = ::redis::cmd("SET")
            .arg(format!("bare:{client}"))
            .arg(vec![b'x'; RECORD])
            .query_async(&mut connection)
            .await?;
    }
    let reading = connection.clone();
    cases.push(Case::bare(BARE_READ, move |client| {
        let mut connection = reading.clone();
        async move {
            let _: Vec<u8> = ::redis::cmd("GET")
                .arg(format!("bare:{client}"))
                .query_async(&mut connection)
                .await?;
            Ok(())
        }
    }));
    cases.push(Case::bare(BARE_WRITE, move |client| {
        // The server runs as long as the cases.
        let server = Arc::clone(&server);
        let mut connection = connection.clone();
        async move {
            let key = format!("bare:{client}");
            let _: Vec<u8> = ::redis::cmd("GET")
                .arg(&key)
                .query_async(&mut connection)
                .await?;
            let _: () = ::redis::cmd("SET")
                .arg(&key)
                .arg(vec![b'x'; RECORD])
                .query_async(&mut connection)
                .await?;
            drop(server);
            Ok(())
        }
    }));
    Ok(Some(cases))
}

/// One connection and one thread: what the engine itself can do.
async fn sqlite() -> Outcome<Vec<Case>> {
    let folder = Folder::new()?;
    let store = SqliteStore::open(folder.0.join("sessions.db")).await?;
    store.migrate().await?;
    let mut cases = ours(Arc::new(store), [&[BARE_READ], &[BARE_WRITE]]).await?;
    let connection = rusqlite::Connection::open(folder.0.join("bare.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         CREATE TABLE bare (key BLOB PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;",
    )?;
    for client in 0..CLIENTS {
        let insert = "INSERT INTO bare VALUES (?1, ?2)";
        connection.execute(insert, (key(client), vec![b'x'; RECORD]))?;
    }
    let connection = Arc::new(Mutex::new((connection, folder)));
    let reading = Arc::clone(&connection);
    cases.push(Case::bare(BARE_READ, move |client| {
        let connection = Arc::clone(&reading);
        async move { look(&lock(&connection).0, client) }
    }));
    cases.push(Case::bare(BARE_WRITE, move |client| {
        let connection = Arc::clone(&connection);
        async move {
            let connection = &lock(&connection).0;
            look(connection, client)?;
            let mut update =
                connection.prepare_cached("UPDATE bare SET data = ?2 WHERE key = ?1")?;
            update.execute((key(client), vec![b'x'; RECORD]))?;
            Ok(())
        }
    }));
    Ok(cases)
}

fn key(client: usize) -> [u8; 32] {
    [u8::try_from(client).unwrap_or(u8::MAX); 32]
}

fn look(connection: &rusqlite::Connection, client: usize) -> Outcome<()> {
    let mut select = connection.prepare_cached("SELECT data FROM bare WHERE key = ?1")?;
    let _: Vec<u8> = select.query_row([key(client)], |row| row.get(0))?;
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A folder of its own, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("store-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // a temporary folder may be gone
    }
}

/// As many connections as the store's pool, the same statements.
async fn postgres() -> Outcome<Option<Vec<Case>>> {
    let Some(database) = postgres::Database::alone(&[]) else {
        return Ok(None);
    };
    let store = PostgresStore::connect(&database.url()).await?;
    store.migrate().await?;
    let mut cases = ours(Arc::new(store), [&[BARE_READ], &[BARE_WRITE]]).await?;
    let bare = bare_connections(&database.url()).await?;
    let bare = Arc::new((bare, database));
    let reading = Arc::clone(&bare);
    cases.push(Case::bare(BARE_READ, move |client| {
        let bare = Arc::clone(&reading);
        async move {
            let (connection, select, _) =
                bare.0.get(client % CONNECTIONS).ok_or("no connection")?;
            connection
                .query_one(select, &[&key(client).as_slice()])
                .await?;
            Ok(())
        }
    }));
    cases.push(Case::bare(BARE_WRITE, move |client| {
        let bare = Arc::clone(&bare);
        async move {
            let (connection, select, update) =
                bare.0.get(client % CONNECTIONS).ok_or("no connection")?;
            let key = key(client);
            connection.query_one(select, &[&key.as_slice()]).await?;
            let data = vec![b'x'; RECORD];
            connection
                .execute(update, &[&key.as_slice(), &data])
                .await?;
            Ok(())
        }
    }));
    Ok(Some(cases))
}

type Connection = (
    tokio_postgres::Client,
    tokio_postgres::Statement,
    tokio_postgres::Statement,
);

/// Connections with what they read and write by.
async fn bare_connections(url: &str) -> Outcome<Vec<Connection>> {
    let mut connections = Vec::new();
    for index in 0..CONNECTIONS {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        if index == 0 {
            client
                .batch_execute("CREATE TABLE bare (key bytea PRIMARY KEY, data bytea NOT NULL)")
                .await?;
            for number in 0..CLIENTS {
                let insert = "INSERT INTO bare VALUES ($1, $2)";
                let data = vec![b'x'; RECORD];
                client
                    .execute(insert, &[&key(number).as_slice(), &data])
                    .await?;
            }
        }
        let select = client
            .prepare("SELECT data FROM bare WHERE key = $1")
            .await?;
        let update = client
            .prepare("UPDATE bare SET data = $2 WHERE key = $1")
            .await?;
        connections.push((client, select, update));
    }
    Ok(connections)
}
