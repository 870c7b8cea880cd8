//! Sessions in Postgres.

mod connect;
mod error;
mod lease;
mod migrate;
mod principals;
mod records;
mod revocations;
mod statements;
mod sweep;
mod value;

use std::{fmt, sync::Arc};

use deadpool_postgres::Pool;

use self::{lease::Lease, statements::Statements};
use super::StoreError;

/// Keeps records in Postgres, 12 or later.
///
/// For applications that have such a server already, or whose sessions must outlive a process and
/// a power cut. Several processes, on several machines, can share one. It keeps an index of
/// principals and a list of revocations, and is swept.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use session_runtime::store::PostgresStore;
///
/// let store = PostgresStore::connect("postgres://app:password@127.0.0.1/app").await?;
/// store.migrate().await?;
/// # Ok(())
/// # }
/// ```
///
/// Copies share their connections.
///
/// # Cost
///
/// Every operation is one statement, prepared once a connection, and one round trip. A sweep is one
/// for a thousand rows of each of its three tables. Connections that were closed while they lay
/// idle, as by a restart of the server, are noticed without asking the server.
///
/// # What survives what
///
/// What was acknowledged, by the server's `synchronous_commit`:
///
/// | | `on`, as it comes | `off` |
/// |---|---|---|
/// | this process ends | stays | stays |
/// | the server is restarted | stays | stays |
/// | the server is killed | stays | the last moments are lost |
/// | the server's machine loses power | stays, if its disk keeps what it acknowledged and `fsync` is on | the last moments are lost |
/// | failover to a standby | stays if `synchronous_standby_names` asks for it; otherwise what had not been sent is lost | the last moments are lost |
///
/// The last moments are three times `wal_writer_delay`, 0.6 s as it comes, and more on a machine
/// that is overloaded. What is lost is the latest of all changes, none by half. A lost deletion is
/// a session that lives again, so a store that must never bring back what was ended needs `on`.
///
/// # Security
///
/// Connections that [`connect`](Self::connect) makes are not encrypted: give
/// [`with_pool`](Self::with_pool) a pool that speaks TLS for a server on another machine.
///
/// The server's own log can show what this library hides: with `log_statement`,
/// `log_min_duration_statement` or an error it prints the values of statements, the fields of
/// sessions among them, unless `log_parameter_max_length` and
/// `log_parameter_max_length_on_error` are 0.
#[derive(Clone)]
pub struct PostgresStore {
    pool: Pool,
    statements: Arc<Statements>,
    schema: Option<Arc<str>>,
}

impl PostgresStore {
    /// How many connections [`connect`](Self::connect) opens at most.
    pub const DEFAULT_POOL_SIZE: usize = 16;

    /// Connects to the server of `url`, which is
    /// `postgres://user:password@host:port/database?option=value`, or the same as
    /// `host=… user=… password=… dbname=…`. What has a special meaning in a URL, such as an `@` in
    /// a password, is written as `%40`.
    ///
    /// Connections are opened when they are needed. Waiting for one that is free, and opening one,
    /// take 5 s each at most. On each of them a statement may take 5 s, unless the server, the
    /// database or the user has a `statement_timeout` of its own; the isolation level is read
    /// committed; and a server that vanished is noticed within 10 s, unless the URL says otherwise
    /// (`tcp_user_timeout`).
    ///
    /// # Errors
    ///
    /// If `url` is none, or no connection can be made. The error names host, port, database and
    /// reason, never the password.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Self::connect_with_pool_size(url, Self::DEFAULT_POOL_SIZE).await
    }

    /// [Connects](Self::connect) with at most `connections` at once, and at least one.
    ///
    /// Each costs the server a process and some MB, and it allows 100 of all clients together
    /// (`max_connections`), as it comes. More than it has processors for make nothing faster.
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect).
    pub async fn connect_with_pool_size(url: &str, connections: usize) -> Result<Self, StoreError> {
        let pool = connect::pool(url, connections.max(1)).await?;
        Ok(Self::with_pool(pool))
    }

    /// Uses the connections of a pool that the application has: to share them, or for TLS.
    ///
    /// The pool should have a time limit for waiting and for creating, and recycle by
    /// `RecyclingMethod::Fast`: all others ask the server once more for each operation. Its
    /// connections should have a `statement_timeout`, and must have the isolation level read
    /// committed, which is Postgres's default. Behind `PgBouncer` it needs `pool_mode = session`,
    /// or 1.21 with `max_prepared_statements`.
    ///
    /// ```no_run
    /// use deadpool_postgres::{Manager, ManagerConfig, Pool, Runtime, tokio_postgres::NoTls};
    /// use session_runtime::store::PostgresStore;
    /// use std::time::Duration;
    ///
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = "host=db.internal user=app dbname=app".parse()?;
    /// // With TLS, a connector such as that of `tokio-postgres-rustls` stands here.
    /// let manager = Manager::from_config(server, NoTls, ManagerConfig::default());
    /// let pool = Pool::builder(manager)
    ///     .runtime(Runtime::Tokio1)
    ///     .wait_timeout(Some(Duration::from_secs(5)))
    ///     .create_timeout(Some(Duration::from_secs(5)))
    ///     .build()?;
    /// let store = PostgresStore::with_pool(pool);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_pool(pool: Pool) -> Self {
        Self {
            pool,
            statements: Arc::new(Statements::new(None)),
            schema: None,
        }
    }

    /// Keeps the tables in the schema `name`, which [`migrate`](Self::migrate) makes if there is
    /// none. It is quoted: upper and lower case differ.
    ///
    /// For applications that keep their tables apart, or change `search_path`. Without it the
    /// tables are where `search_path` leads, as a rule in `public`.
    #[must_use]
    pub fn schema(mut self, name: &str) -> Self {
        self.statements = Arc::new(Statements::new(Some(name)));
        self.schema = Some(name.into());
        self
    }

    async fn lease(&self) -> Result<Lease, StoreError> {
        Lease::take(&self.pool).await
    }
}

// The pool knows the password.
impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("schema", &self.schema)
            .field("pool_size", &self.pool.status().max_size)
            .finish_non_exhaustive()
    }
}
