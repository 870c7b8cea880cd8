//! Making the tables.

use deadpool_postgres::Object;
use tokio_postgres::{Client, Error, GenericClient, IsolationLevel};

use super::{PostgresStore, error, statements::quoted};
use crate::store::{StoreError, StoreErrorKind};

/// The version of the tables that this library works with.
const VERSION: i32 = 1;

/// Under which servers that migrate at once wait for each other: "sessions" in ASCII.
const LOCK: i64 = 0x7365_7373_696f_6e73;

/// Whether there is a table of versions where the statements look for it.
const HAS_VERSION: &str = "\
SELECT EXISTS (
    SELECT FROM pg_catalog.pg_class AS class
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
    WHERE class.relname = 'session_schema' AND class.relkind = 'r'
      AND CASE WHEN $1::text IS NULL THEN pg_catalog.pg_table_is_visible(class.oid)
               ELSE namespace.nspname = $1::text END
)";

const HAS_SCHEMA: &str =
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1::text)";

impl PostgresStore {
    /// Makes the tables, or brings older ones up to date. Call it at start, or before a deployment
    /// from a program whose user may make tables.
    ///
    /// It can be called any number of times, by any number of servers at once. Where there is
    /// nothing to do it needs no right to make tables. It changes all or nothing.
    ///
    /// # Errors
    ///
    /// If the server is out of reach or its user may not make tables, and
    /// ([`Unsupported`](StoreErrorKind::Unsupported)) if the tables are of a newer version than
    /// this library knows.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let client = self.pool.get().await;
        let client = client.map_err(|failure| error::no_connection(&self.pool, &failure))?;
        // Out of the pool for good: dropped half-way, it is shut, and the server undoes the rest.
        let mut client = Object::take(client);
        if self.is_current(&*client as &Client).await? {
            return Ok(());
        }
        self.make(&mut client).await
    }

    async fn make(&self, client: &mut Client) -> Result<(), StoreError> {
        let failed = |failure| error::failed("make its tables", &failure);
        let transaction = client
            .build_transaction()
            .isolation_level(IsolationLevel::ReadCommitted)
            .start()
            .await
            .map_err(failed)?;
        transaction
            .batch_execute("SET LOCAL statement_timeout = '1min'")
            .await
            .map_err(failed)?;
        transaction
            .execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])
            .await
            .map_err(failed)?;
        // Another may have been at it until now.
        if self.is_current(&transaction).await? {
            return Ok(());
        }
        self.make_schema(&transaction).await.map_err(failed)?;
        transaction
            .batch_execute(&self.statements.schema)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    async fn make_schema(&self, client: &impl GenericClient) -> Result<(), Error> {
        let Some(name) = self.schema.as_deref() else {
            return Ok(());
        };
        let exists: bool = client.query_one(HAS_SCHEMA, &[&name]).await?.try_get(0)?;
        if !exists {
            let statement = format!("CREATE SCHEMA {}", quoted(name));
            client.batch_execute(&statement).await?;
        }
        Ok(())
    }

    /// Whether there is nothing to do.
    async fn is_current(&self, client: &impl GenericClient) -> Result<bool, StoreError> {
        let version = self.version(client).await;
        match version
            .map_err(|failure| error::failed("read the version of its tables", &failure))?
        {
            Some(version) if version > VERSION => Err(StoreError::new(
                StoreErrorKind::Unsupported,
                format!(
                    "postgres: its tables are of version {version}, newer than {VERSION}, which is \
                     the latest that this version of session-runtime knows"
                ),
            )),
            Some(VERSION) => Ok(true),
            _ => Ok(false),
        }
    }

    async fn version(&self, client: &impl GenericClient) -> Result<Option<i32>, Error> {
        let name = self.schema.as_deref();
        let exists: bool = client.query_one(HAS_VERSION, &[&name]).await?.try_get(0)?;
        if !exists {
            return Ok(None);
        }
        let row = client.query_opt(&self.statements.version, &[]).await?;
        row.map(|row| row.try_get(0)).transpose()
    }
}
