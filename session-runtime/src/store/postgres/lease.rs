//! A connection of the pool for one operation.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{Client, Object, Pool, PoolError, TimeoutType};
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
        let client = connection(pool)
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

/// A free connection, or a new one.
///
/// The opening of one goes on if the caller gives up, and the next has it. Otherwise, when a server
/// comes back and opening takes longer than callers wait, none would ever be open.
async fn connection(pool: &Pool) -> Result<Client, PoolError> {
    let status = pool.status();
    let grows = status.available == 0 && status.size < status.max_size;
    let (true, Ok(runtime)) = (grows, Handle::try_current()) else {
        return pool.get().await;
    };
    // A pool that was given may wait for ever, which nobody would notice.
    let limits = pool.timeouts();
    let limit = limits.wait.zip(limits.create);
    let limit = limit.map_or(PATIENCE, |(wait, create)| wait + create);
    let pool = pool.clone();
    let opening = runtime.spawn(async move { timeout(limit, pool.get()).await });
    // A task ends without an answer when its runtime is shut down.
    match opening.await {
        Ok(Ok(opened)) => opened,
        Ok(Err(_)) => Err(PoolError::Timeout(TimeoutType::Create)),
        Err(_) => Err(PoolError::Closed),
    }
}

/// Waits for the answer that nobody waits for any more. Meanwhile the connection counts against the
/// size of the pool, so that calls that are dropped open no more connections than others.
async fn settle(client: Arc<Client>) {
    // What is asked now is answered after all that was asked before.
    let answered = timeout(PATIENCE, client.simple_query("")).await;
    if !matches!(answered, Ok(Ok(_)))
        && let Some(client) = Arc::into_inner(client)
    {
        drop(Object::take(client));
    }
}
