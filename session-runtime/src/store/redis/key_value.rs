//! Values by key, each under the very name and with the very text that Node's clients use.

use std::fmt;

use ::redis::{Cmd, Value, aio::ConnectionManager, cluster_async::ClusterConnection};

use super::{
    connect,
    error::{corrupt, strange},
    link::Link,
    record::{LONGEST, saved},
    script::{DELETE_IF, REPLACE},
};
use crate::store::{Created, Held, KeyValueStore, Lifetime, Saved, StoreError, StoreFuture};

/// Keeps values by key in Redis (6 or later) or Valkey, on one server or a cluster, as Node's
/// connect-redis does: under the key it is given, the text as a plain string, with `EX`.
///
/// For sessions that are shared with an application in Node, which reads and writes the same keys
/// of the same server. Who shares with nobody takes [`RedisStore`](super::RedisStore), which can do
/// more and keeps no id in its keys. Copies share one connection, over which any number of requests
/// run at once; a pool would be slower. Each operation is one command on one key.
///
/// ```no_run
/// # async fn start() -> Result<(), session_runtime::store::StoreError> {
/// use session_runtime::store::RedisKeyValueStore;
///
/// let store = RedisKeyValueStore::connect("redis://127.0.0.1/").await?;
/// # let _ = store; Ok(())
/// # }
/// ```
///
/// # When the server is away
///
/// As of [`RedisStore`](super::RedisStore): a call fails at once if nothing listens there, after at
/// most 2 seconds if no connection comes about, and waits for an answer as long as its caller does.
/// None is repeated on one server. In a cluster the client sends a command again that lost its
/// connection, at most for 5 seconds. If only the answer was lost, the second finds what the first
/// has done, and nothing in a text tells whose it is: a create says [`Exists`](Created::Exists), a
/// replace [`Conflict`](Saved::Conflict), a delete [`Gone`](Saved::Gone). Nothing comes back by that;
/// but a field that is merged by adding can count one write twice, and a `regenerate_keep` can end the
/// session that it was to go on with.
///
/// # What survives
///
/// What the server is told to keep, and as it comes that is not everything: `docs/stores/redis.md`
/// has a table. After a failover the last moments may be missing: a session that was ended then can
/// be back. A server that evicts under pressure of memory ends sessions before their time.
///
/// # Errors
///
/// What is under a key and is no text, of another type or not UTF-8, is
/// [corrupt](crate::store::StoreErrorKind::Corrupt), and stays until it is deleted whatever it is.
///
/// # Security
///
/// Keys hold the ids of sessions and values their fields, both in the clear, as the other system
/// wants them: give the server a password, and do not share it with those who must not read them.
/// `MONITOR` and the slow log show both. For `rediss://`, switch on one of the TLS features of the
/// crate `redis` in your own `Cargo.toml`.
#[derive(Clone)]
pub struct RedisKeyValueStore {
    link: Link,
}

impl RedisKeyValueStore {
    /// Connects to one server: `redis://user:password@host:port/database`, `rediss://` with TLS, or
    /// `unix:///path`. The database must be the one that the other system uses.
    ///
    /// # Errors
    ///
    /// If it is no such URL, or no connection comes about within 2 seconds. The error names host
    /// and port, and what the system or the server said; never user or password.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let link = Link::of(connect::server(url).await?);
        Ok(Self { link })
    }

    /// Connects to a cluster, of which `urls` are some nodes: the others are found.
    ///
    /// User and password are those of the first URL.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect), if none of them can be reached.
    pub async fn connect_cluster<U: AsRef<str>>(
        urls: impl IntoIterator<Item = U>,
    ) -> Result<Self, StoreError> {
        let link = Link::Cluster(connect::cluster(urls).await?);
        Ok(Self { link })
    }

    /// Over a connection that the application has already. Its response timeout should be longer
    /// than [`Config::store_deadline`](crate::Config::store_deadline), or none: a second timer costs
    /// every call some time. Unless told otherwise the client has one of half a second.
    pub fn with_connection(connection: ConnectionManager) -> Self {
        let link = Link::of(connection);
        Self { link }
    }

    /// The same for a cluster. Must not be one that reads from replicas: they answer with what
    /// was.
    pub const fn with_cluster(connection: ClusterConnection) -> Self {
        let link = Link::Cluster(connection);
        Self { link }
    }

    async fn get_text(&self, key: &str) -> Result<Option<Held>, StoreError> {
        const WHAT: &str = "get a value";
        match self.link.one(WHAT, &command("GET", key)).await? {
            Value::Nil => Ok(None),
            Value::BulkString(bytes) => {
                let value = String::from_utf8(bytes).map_err(|_| corrupt(WHAT))?;
                // The server returns nothing after its time.
                Ok(Some(Held { value, end: None }))
            }
            _ => Err(strange(WHAT)),
        }
    }

    async fn create_text(
        &self,
        key: &str,
        value: &str,
        lifetime: Lifetime,
    ) -> Result<Created, StoreError> {
        const WHAT: &str = "create a value";
        let mut command = command("SET", key);
        command
            .arg(value)
            .arg("NX")
            .arg("EX")
            .arg(seconds(lifetime));
        match self.link.one(WHAT, &command).await? {
            Value::Okay => Ok(Created::Done),
            Value::Nil => Ok(Created::Exists),
            _ => Err(strange(WHAT)),
        }
    }

    async fn replace_text(
        &self,
        key: &str,
        expected: &str,
        value: &str,
        lifetime: Lifetime,
    ) -> Result<Saved, StoreError> {
        const WHAT: &str = "replace a value";
        let step = REPLACE
            .on(key)
            .arg(expected)
            .arg(value)
            .arg(seconds(lifetime));
        saved(self.link.ask(WHAT, &step).await?.code, WHAT)
    }

    async fn delete_text(&self, key: &str, expected: Option<&str>) -> Result<Saved, StoreError> {
        const WHAT: &str = "delete a value";
        if let Some(expected) = expected {
            let step = DELETE_IF.on(key).arg(expected);
            return saved(self.link.ask(WHAT, &step).await?.code, WHAT);
        }
        match self.link.one(WHAT, &command("DEL", key)).await? {
            Value::Int(1) => Ok(Saved::Done),
            Value::Int(0) => Ok(Saved::Gone),
            _ => Err(strange(WHAT)),
        }
    }
}

// The connection's own text has the user's name in it.
impl fmt::Debug for RedisKeyValueStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisKeyValueStore")
            .field("over", &self.link.over())
            .finish_non_exhaustive()
    }
}

impl KeyValueStore for RedisKeyValueStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Held>> {
        Box::pin(self.get_text(key))
    }

    fn create<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Created> {
        Box::pin(self.create_text(key, value, lifetime))
    }

    fn replace<'a>(
        &'a self,
        key: &'a str,
        expected: &'a str,
        value: &'a str,
        lifetime: Lifetime,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(self.replace_text(key, expected, value, lifetime))
    }

    fn delete<'a>(&'a self, key: &'a str, expected: Option<&'a str>) -> StoreFuture<'a, Saved> {
        Box::pin(self.delete_text(key, expected))
    }
}

fn command(name: &str, key: &str) -> Cmd {
    let mut command = ::redis::cmd(name);
    command.arg(key);
    command
}

/// The server refuses what its clock cannot reckon with.
fn seconds(lifetime: Lifetime) -> u64 {
    lifetime.seconds().min(LONGEST / 1000)
}
