//! Calls of several steps whose caller has gone: the rest of them is done without him.

use std::future::Future;

use ::redis::{Value, cmd};
use tokio::runtime::Handle;

use super::{
    RedisStore,
    head::{self, Head},
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
    /// Of a call that begins now. A guard and no wrapper: that would hold the call twice.
    pub(super) const fn unless_done(store: &'a RedisStore, key: &'a SessionKey) -> Self {
        Self {
            store,
            key,
            is_done: false,
        }
    }

    /// The call has come to its end.
    pub(super) fn done(mut self) {
        self.is_done = true;
    }
}

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        // Where there is no runtime there is no connection any more.
        if let Ok(runtime) = Handle::try_current() {
            let (store, key) = (self.store.unattended(), *self.key);
            // Nobody is left to hear of an error; then the record's next use registers it.
            runtime.spawn(async move { store.register_if_behind(&key).await });
        }
    }
}

/// Runs a call of an [unattended](RedisStore::unattended) store to its end, also if the caller
/// goes.
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
        let mut command = cmd("GETRANGE");
        command
            .arg(self.names.record(key))
            .arg(0)
            .arg(head::LONGEST - 1);
        let Value::BulkString(text) = self.link.one("look a record up", &command).await? else {
            return Ok(());
        };
        // What is no record of a principal has no place in an index.
        if let Some(Head {
            principal: Some(principal),
            touched,
            expires,
            indexed,
            ..
        }) = Head::parse(&text)
            && indexed < expires
        {
            self.register(key, &principal, (touched, expires)).await?;
        }
        Ok(())
    }
}
