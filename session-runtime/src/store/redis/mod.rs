//! Sessions in Redis or Valkey: one server or a cluster.

mod admit;
mod batch;
mod connect;
mod error;
mod finish;
mod head;
mod index;
mod key_value;
mod link;
mod names;
mod record;
mod revocations;
mod script;

use std::{fmt, sync::Arc};

use ::redis::{aio::ConnectionManager, cluster_async::ClusterConnection};

pub use key_value::RedisKeyValueStore;

use self::{finish::to_the_end, link::Link, names::Names};
use super::{
    Admitted, Created, PrincipalId, PrincipalIndex, Record, Revision, Revocations, Saved,
    SessionKey, SessionLimit, SessionStore, Standing, StoreError, StoreFuture,
};

/// Keeps sessions in Redis (6 or later) or Valkey, on one server or a cluster.
///
/// For applications that run on several machines and have such a server. It has everything:
/// records, the [index of principals](PrincipalIndex) and [revocations](Revocations). What has
/// expired the server removes by itself. Copies share one connection, over which any number of
/// requests run at once, and send what they have to say in one write; a pool would be slower.
///
/// ```no_run
/// # async fn start() -> Result<(), session_runtime::store::StoreError> {
/// use session_runtime::store::RedisStore;
///
/// let store = RedisStore::connect("redis://127.0.0.1/").await?.prefix("shop:session:");
/// # let _ = store; Ok(())
/// # }
/// ```
///
/// # When the server is away
///
/// A call fails: at once if nothing listens there, after at most 2 seconds if no connection comes
/// about. For an answer it waits as long as its caller does: the library,
/// [`Config::store_deadline`](crate::Config::store_deadline). The client connects again by itself,
/// and calls work as soon as the server does. None is repeated on one server. In a cluster the
/// client waits for an answer for 3 seconds, and sends a command again when it was redirected or
/// lost its connection, at most for 5 seconds; the commands of this store can bear that.
///
/// # What survives
///
/// What the server is told to keep, and as it comes that is not everything: `docs/stores/redis.md`
/// has a table. With `appendonly yes` and `appendfsync always` nothing that was acknowledged is
/// lost with a process or a machine. After a failover the last moments may be missing: a session
/// that was ended then can be back.
///
/// # The index and limits
///
/// A record and the index of its principal may be on different servers of a cluster, so nothing
/// changes both at once. The record is written first, and what the index says is verified whenever
/// it is read. A process that dies between the two leaves, at the worst, a record that is not
/// listed: the answer with its cookie was never sent, so nobody has it, and it expires.
///
/// [`admit`](PrincipalIndex::admit) takes a place in the index, which is one step, before it makes
/// the record, and deletes what ends for it after. No two calls get one place. Of a process that
/// dies between, the place is free again after 6 seconds; if its record was made already and the
/// one that had to end was not deleted, there is one too many until the next sign-in ends it.
///
/// # Security
///
/// Records hold the fields of sessions in the clear: give the server a password, and do not share
/// it with those who must not read them. For `rediss://`, switch on one of the TLS features of
/// the crate `redis` in your own `Cargo.toml`.
#[derive(Clone)]
pub struct RedisStore {
    link: Link,
    names: Names,
}

impl RedisStore {
    /// Connects to one server: `redis://user:password@host:port/database`, `rediss://` with TLS, or
    /// `unix:///path`.
    ///
    /// # Errors
    ///
    /// If it is no such URL, or no connection comes about within 2 seconds. The error names host
    /// and port, and what the system or the server said; never user or password.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Ok(Self::over(Link::of(connect::server(url).await?)))
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
        Ok(Self::over(Link::Cluster(connect::cluster(urls).await?)))
    }

    /// Over a connection that the application has already. Its response timeout should be longer
    /// than [`Config::store_deadline`](crate::Config::store_deadline), or none: a second timer costs
    /// every call some time. Unless told otherwise the client has one of half a second.
    pub fn with_connection(connection: ConnectionManager) -> Self {
        Self::over(Link::of(connection))
    }

    /// The same for a cluster. Must not be one that reads from replicas: they answer with what
    /// was.
    pub fn with_cluster(connection: ClusterConnection) -> Self {
        Self::over(Link::Cluster(connection))
    }

    /// What the names of all keys begin with; `session:` unless told otherwise.
    ///
    /// Applications with different prefixes can share a server. With a `{…}` in it all keys of a
    /// cluster are on one node.
    #[must_use]
    pub fn prefix(self, prefix: impl Into<Arc<str>>) -> Self {
        Self {
            names: Names::new(prefix),
            ..self
        }
    }

    /// For what goes on though its caller may have gone: no command waits for longer than the
    /// client does for a connection. A server that hangs must not collect them, and an admission
    /// must not go on after its marks have lapsed.
    fn unattended(&self) -> Self {
        Self {
            link: self.link.unattended(),
            ..self.clone()
        }
    }

    fn over(link: Link) -> Self {
        Self {
            link,
            names: Names::new("session:"),
        }
    }
}

// The connection's own text has the user's name in it.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("over", &self.link.over())
            .field("prefix", &self.names.prefix())
            .finish_non_exhaustive()
    }
}

impl SessionStore for RedisStore {
    fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created> {
        Box::pin(self.create_record(key, record))
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        Box::pin(self.load_record(key))
    }

    fn save<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Revision,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(self.save_record(key, expected, record))
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        touched: u64,
        expires: u64,
    ) -> StoreFuture<'a, bool> {
        Box::pin(self.touch_record(key, touched, expires))
    }

    fn delete<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(self.delete_record(key, expected))
    }

    fn principals(&self) -> Option<&dyn PrincipalIndex> {
        Some(self)
    }

    fn revocations(&self) -> Option<&dyn Revocations> {
        Some(self)
    }
}

impl PrincipalIndex for RedisStore {
    fn list<'a>(
        &'a self,
        principal: &'a PrincipalId,
    ) -> StoreFuture<'a, Vec<(SessionKey, Record)>> {
        Box::pin(self.list_records(principal))
    }

    fn delete_all<'a>(
        &'a self,
        principal: &'a PrincipalId,
        except: Option<&'a SessionKey>,
    ) -> StoreFuture<'a, Vec<SessionKey>> {
        let (store, principal, except) = (self.unattended(), *principal, except.copied());
        let call = async move { store.delete_records(&principal, except.as_ref()).await };
        Box::pin(to_the_end(call))
    }

    fn admit<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
        record: &'a Record,
        limit: SessionLimit,
    ) -> StoreFuture<'a, Admitted> {
        Box::pin(self.admit_record(key, expected, record, limit))
    }
}

impl Revocations for RedisStore {
    fn revoke<'a>(&'a self, key: &'a SessionKey, until: u64) -> StoreFuture<'a, ()> {
        Box::pin(self.revoke_session(key, until))
    }

    fn advance_epoch<'a>(
        &'a self,
        principal: &'a PrincipalId,
        at_least: u64,
        until: u64,
    ) -> StoreFuture<'a, u64> {
        Box::pin(self.begin_epoch(principal, at_least, until))
    }

    fn standing<'a>(
        &'a self,
        key: Option<&'a SessionKey>,
        principal: Option<&'a PrincipalId>,
    ) -> StoreFuture<'a, Standing> {
        Box::pin(self.look_up(key, principal))
    }
}
