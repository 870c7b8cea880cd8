//! The records of one principal.

use tokio_postgres::Row;

use super::{PostgresStore, error, value};
use crate::store::{
    Admitted, Created, PrincipalId, PrincipalIndex, Record, Revision, Saved, SessionKey,
    SessionLimit, SessionStore, StoreError, StoreFuture,
};

impl PrincipalIndex for PostgresStore {
    fn list<'a>(
        &'a self,
        principal: &'a PrincipalId,
    ) -> StoreFuture<'a, Vec<(SessionKey, Record)>> {
        Box::pin(async move {
            let rows = self
                .lease()
                .await?
                .query(
                    "list the records of a principal",
                    &self.statements.list,
                    &[&value::principal(principal)],
                )
                .await?;
            rows.iter()
                .map(|row| {
                    Ok((
                        value::session_key(value::column(row, 5)?)?,
                        value::record(row)?,
                    ))
                })
                .collect()
        })
    }

    fn delete_all<'a>(
        &'a self,
        principal: &'a PrincipalId,
        except: Option<&'a SessionKey>,
    ) -> StoreFuture<'a, Vec<SessionKey>> {
        Box::pin(async move {
            let rows = self
                .lease()
                .await?
                .query(
                    "delete the records of a principal",
                    &self.statements.delete_all,
                    &[&value::principal(principal), &except.map(value::key)],
                )
                .await?;
            rows.iter()
                .map(|row| value::session_key(value::column(row, 0)?))
                .collect()
        })
    }

    fn admit<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
        record: &'a Record,
        limit: SessionLimit,
    ) -> StoreFuture<'a, Admitted> {
        Box::pin(async move {
            let Some(principal) = record.principal() else {
                return self.keep(key, expected, record).await;
            };
            let most = i64::try_from(limit.max()).unwrap_or(i64::MAX);
            let rows = self
                .lease()
                .await?
                .query(
                    "admit a record",
                    &self.statements.admit,
                    &[
                        &value::key(key),
                        &expected.map(Revision::to_i64),
                        &record.revision().to_i64(),
                        &value::Hidden(record.data()),
                        &value::principal(principal),
                        &value::number(record.touched()),
                        &value::number(record.expires()),
                        &most,
                        &limit.refuses(),
                    ],
                )
                .await?;
            admitted(rows.first().ok_or_else(error::corrupt)?)
        })
    }
}

impl PostgresStore {
    /// A record that is nobody's.
    async fn keep(
        &self,
        key: &SessionKey,
        expected: Option<Revision>,
        record: &Record,
    ) -> Result<Admitted, StoreError> {
        let kept = Admitted::Done { ended: Vec::new() };
        let Some(expected) = expected else {
            return Ok(match self.create(key, record).await? {
                Created::Done => kept,
                Created::Exists => Admitted::Exists,
            });
        };
        Ok(match self.save(key, expected, record).await? {
            Saved::Done => kept,
            Saved::Conflict => Admitted::Conflict,
            Saved::Gone => Admitted::Gone,
        })
    }
}

fn admitted(row: &Row) -> Result<Admitted, StoreError> {
    match value::column(row, 0)? {
        "done" => {
            let ended: Vec<&[u8]> = value::column(row, 1)?;
            let ended: Result<_, StoreError> = ended.into_iter().map(value::session_key).collect();
            Ok(Admitted::Done { ended: ended? })
        }
        "exists" => Ok(Admitted::Exists),
        "conflict" => Ok(Admitted::Conflict),
        "gone" => Ok(Admitted::Gone),
        "refused" => Ok(Admitted::Refused),
        _ => Err(error::corrupt()),
    }
}
