//! The records themselves.

use super::{PostgresStore, error, value};
use crate::store::{
    Created, PrincipalIndex, Record, Revision, Revocations, Saved, SessionKey, SessionStore,
    StoreError, StoreFuture, Sweep,
};

impl SessionStore for PostgresStore {
    fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created> {
        Box::pin(async move {
            let made = self
                .lease()
                .await?
                .execute(
                    "create a record",
                    &self.statements.create,
                    &[
                        &value::key(key),
                        &record.revision().to_i64(),
                        &value::Hidden(record.data()),
                        &value::owner(record),
                        &value::number(record.touched()),
                        &value::number(record.expires()),
                    ],
                )
                .await?;
            Ok(if made == 0 {
                Created::Exists
            } else {
                Created::Done
            })
        })
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        Box::pin(async move {
            let rows = self
                .lease()
                .await?
                .query("load a record", &self.statements.load, &[&value::key(key)])
                .await?;
            rows.first().map(value::record).transpose()
        })
    }

    fn save<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Revision,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(async move {
            let rows = self
                .lease()
                .await?
                .query(
                    "save a record",
                    &self.statements.save,
                    &[
                        &value::key(key),
                        &expected.to_i64(),
                        &record.revision().to_i64(),
                        &value::Hidden(record.data()),
                        &value::owner(record),
                        &value::number(record.touched()),
                        &value::number(record.expires()),
                    ],
                )
                .await?;
            saved(&rows)
        })
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        touched: u64,
        expires: u64,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let found = self
                .lease()
                .await?
                .execute(
                    "touch a record",
                    &self.statements.touch,
                    &[
                        &value::key(key),
                        &value::number(touched),
                        &value::number(expires),
                    ],
                )
                .await?;
            Ok(found > 0)
        })
    }

    fn delete<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(async move {
            let rows = self
                .lease()
                .await?
                .query(
                    "delete a record",
                    &self.statements.delete,
                    &[&value::key(key), &expected.map(Revision::to_i64)],
                )
                .await?;
            saved(&rows)
        })
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

fn saved(rows: &[tokio_postgres::Row]) -> Result<Saved, StoreError> {
    let row = rows.first().ok_or_else(error::corrupt)?;
    match value::column(row, 0)? {
        "done" => Ok(Saved::Done),
        "conflict" => Ok(Saved::Conflict),
        "gone" => Ok(Saved::Gone),
        _ => Err(error::corrupt()),
    }
}
