//! What a store must offer, as jobs for the threads.

use rusqlite::Connection;

use super::{SqliteStore, principals, records, revocations, sweeping};
use crate::store::{
    Admitted, Created, PrincipalId, PrincipalIndex, Record, Revision, Revocations, Saved,
    SessionKey, SessionLimit, SessionStore, Standing, StoreFuture, Sweep,
};

impl SessionStore for SqliteStore {
    fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created> {
        let (key, record) = (*key, record.clone());
        Box::pin(self.write("create a record", move |connection| {
            records::create(connection, &key, &record)
        }))
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        let key = *key;
        Box::pin(self.read("load a record", move |connection| {
            records::load(connection, &key)
        }))
    }

    fn save<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Revision,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        let (key, record) = (*key, record.clone());
        Box::pin(self.write("save a record", move |connection| {
            records::save(connection, &key, expected, &record)
        }))
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        touched: u64,
        expires: u64,
    ) -> StoreFuture<'a, bool> {
        let key = *key;
        Box::pin(self.write("touch a record", move |connection| {
            records::touch(connection, &key, touched, expires)
        }))
    }

    fn delete<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
    ) -> StoreFuture<'a, Saved> {
        let key = *key;
        Box::pin(self.write("delete a record", move |connection| {
            records::delete(connection, &key, expected)
        }))
    }

    fn principals(&self) -> Option<&dyn PrincipalIndex> {
        Some(self)
    }

    fn revocations(&self) -> Option<&dyn Revocations> {
        Some(self)
    }

    fn sweeper(&self) -> Option<&dyn Sweep> {
        Some(self)
    }
}

impl PrincipalIndex for SqliteStore {
    fn list<'a>(
        &'a self,
        principal: &'a PrincipalId,
    ) -> StoreFuture<'a, Vec<(SessionKey, Record)>> {
        let principal = *principal;
        Box::pin(
            self.read("list the records of a principal", move |connection| {
                principals::list(connection, &principal)
            }),
        )
    }

    fn delete_all<'a>(
        &'a self,
        principal: &'a PrincipalId,
        except: Option<&'a SessionKey>,
    ) -> StoreFuture<'a, Vec<SessionKey>> {
        let (principal, except) = (*principal, except.copied());
        Box::pin(
            self.write("delete the records of a principal", move |connection| {
                principals::delete_all(connection, &principal, except.as_ref())
            }),
        )
    }

    fn admit<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
        record: &'a Record,
        limit: SessionLimit,
    ) -> StoreFuture<'a, Admitted> {
        let (key, record) = (*key, record.clone());
        Box::pin(self.write("admit a record", move |connection| {
            principals::admit(connection, &key, expected, &record, limit)
        }))
    }
}

impl Revocations for SqliteStore {
    fn revoke<'a>(&'a self, key: &'a SessionKey, until: u64) -> StoreFuture<'a, ()> {
        let key = *key;
        Box::pin(self.write("revoke a session", move |connection| {
            revocations::revoke(connection, &key, until)
        }))
    }

    fn advance_epoch<'a>(
        &'a self,
        principal: &'a PrincipalId,
        at_least: u64,
        until: u64,
    ) -> StoreFuture<'a, u64> {
        let principal = *principal;
        Box::pin(self.write("advance an epoch", move |connection| {
            revocations::advance_epoch(connection, &principal, at_least, until)
        }))
    }

    fn standing<'a>(
        &'a self,
        key: Option<&'a SessionKey>,
        principal: Option<&'a PrincipalId>,
    ) -> StoreFuture<'a, Standing> {
        let (key, principal) = (key.copied(), principal.copied());
        Box::pin(self.read("look up a revocation", move |connection| {
            revocations::standing(connection, key.as_ref(), principal.as_ref())
        }))
    }
}

impl Sweep for SqliteStore {
    fn sweep(&self, now: u64) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let mut removed = 0;
            loop {
                // Each step is a job of its own: others have their turn in between.
                let step = move |connection: &Connection| sweeping::step(connection, now);
                let swept = self.write("sweep", step).await?;
                removed += swept.removed;
                if !swept.has_more {
                    return Ok(removed);
                }
            }
        })
    }
}
