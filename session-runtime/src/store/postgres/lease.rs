//! A connection of the pool for one operation.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{Client, Object, Pool};
use tokio::{runtime::Handle, time::timeout};
use tokio_postgres::{Row, types::ToSql};

use super::error;
use crate::store::StoreError;

/// How long anything may take that this store itself waits for.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// What a statement is given.
pub(super) type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection that goes back to the pool only when the server owes it no answer.
///
/// A call that is dropped leaves its statement running. Whoever got that connection next would wait
/// behind it, for as long as somebody holds a lock, or the server hangs.
pub(super) struct Lease {
    client: Arc<Client>,
    awaits: bool,
}

impl Lease {
    pub(super) async fn take(pool: &Pool) -> Result<Self, StoreError> {
        let client = pool
            .get()
            .await
            .map_err(|failure| error::no_connection(pool, &failure))?;
        Ok(Self {
            client: Arc::new(client),
            awaits: false,
        })
    }

    /// The rows of a statement. `what` it does is said if it fails: "load a record".
    pub(super) async fn query(
        &mut self,
        what: &str,
        statement: &str,
        values: Values<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        self.awaits = true;
        let result = async {
            let statement = self.client.prepare_cached(statement).await?;
            self.client.query(&statement, values).await
        }
        .await;
        self.awaits = false;
        result.map_err(|failure| error::failed(what, &failure))
    }

    /// How many rows a statement changed.
    pub(super) async fn execute(
        &mut self,
        what: &str,
        statement: &str,
        values: Values<'_>,
    ) -> Result<u64, StoreError> {
        self.awaits = true;
        let result = async {
            let statement = self.client.prepare_cached(statement).await?;
            self.client.execute(&statement, values).await
        }
        .await;
        self.awaits = false;
        result.map_err(|failure| error::failed(what, &failure))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.awaits {
            return;
        }
        // Outside of a runtime, which is being shut down then, nobody can wait for the answer.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(settle(Arc::clone(&self.client)));
        }
    }
}

/// Waits for the answer that nobody waits for any more. Meanwhile the connection counts against the
/// size of the pool, so that calls that are dropped open no more connections than others.
async fn settle(client: Arc<Client>) {
    // What is asked now is answered after all that was asked before.
    let answered = timeout(PATIENCE * 1000, client.simple_query("")).await;
    if !matches!(answered, Ok(Ok(_)))
        && let Some(client) = Arc::into_inner(client)
    {
        drop(Object::take(client));
    }
}
