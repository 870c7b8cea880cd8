//! Calls of several steps whose caller has gone: the rest of them is done without him.

use std::future::Future;

use ::redis::{Value, cmd};
use tokio::runtime::Handle;

use super::{
    RedisStore,
    record::{number, principal, text},
};
use crate::store::{SessionKey, StoreError, StoreErrorKind};

/// Registers a record in the index, if the call that has to is dropped before it knows whether it
/// must.
///
/// A call that runs as a task of its own cannot be dropped, and takes longer: this costs nothing
/// until it is needed.
pub(super) struct Finish<'a> {
    store: &'a RedisStore,
    key: &'a SessionKey,
    is_done: bool,
}

impl<'a> Finish<'a> {
    pub(super) async fn of<T>(
        store: &'a RedisStore,
        key: &'a SessionKey,
        call: impl Future<Output = T>,
    ) -> T {
        let mut finish = Self {
            store,
            key,
            is_done: false,
        };
        let output = call.await;
        finish.is_done = true;
        output
    }
}

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        // Where there is no runtime there is no connection any more.
        if let Ok(runtime) = Handle::try_current() {
            let (store, key) = (self.store.clone(), *self.key);
            // Nobody is left to hear of an error; then the record's next use registers it.
            runtime.spawn(async move { store.register_if_behind(&key).await });
        }
    }
}

/// Runs a call to its end, also if the caller goes.
pub(super) async fn to_the_end<T: Send + 'static>(
    call: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::spawn(call).await.unwrap_or_else(|error| {
        let what = "redis: the runtime ended within a call";
        Err(StoreError::new(StoreErrorKind::Unavailable, what).because(error))
    })
}

impl RedisStore {
    async fn register_if_behind(&self, key: &SessionKey) -> Result<(), StoreError> {
        let mut command = cmd("HMGET");
        command
            .arg(self.names.record(key))
            .arg("principal")
            .arg("touched")
            .arg("expires")
            .arg("indexed");
        let Value::Array(values) = self.link.one("look a record up", &command).await? else {
            return Ok(());
        };
        let mut values = values.into_iter();
        let principal = values.next().and_then(text).and_then(principal);
        let mut next = || values.next().and_then(number);
        // What is no such record has no place in an index.
        let (Some(principal), Some(touched), Some(expires)) = (principal, next(), next()) else {
            return Ok(());
        };
        if next().is_none_or(|indexed| indexed < expires) {
            self.register(key, &principal, (touched, expires)).await?;
        }
        Ok(())
    }
}
