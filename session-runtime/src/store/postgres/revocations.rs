//! Which sessions that live in cookies have been ended.

use super::{PostgresStore, error, value};
use crate::store::{PrincipalId, Revocations, SessionKey, Standing, StoreFuture};

impl Revocations for PostgresStore {
    fn revoke<'a>(&'a self, key: &'a SessionKey, until: u64) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.lease()
                .await?
                .execute(
                    "revoke a session",
                    &self.statements.revoke,
                    &[&value::key(key), &value::number(until)],
                )
                .await?;
            Ok(())
        })
    }

    fn advance_epoch<'a>(
        &'a self,
        principal: &'a PrincipalId,
        at_least: u64,
        until: u64,
    ) -> StoreFuture<'a, u64> {
        Box::pin(async move {
            let rows = self
                .lease()
                .await?
                .query(
                    "advance an epoch",
                    &self.statements.advance_epoch,
                    &[
                        &value::principal(principal),
                        &value::number(at_least),
                        &value::number(until),
                    ],
                )
                .await?;
            value::unsigned(value::column(rows.first().ok_or_else(error::corrupt)?, 0)?)
        })
    }

    fn standing<'a>(
        &'a self,
        key: Option<&'a SessionKey>,
        principal: Option<&'a PrincipalId>,
    ) -> StoreFuture<'a, Standing> {
        Box::pin(async move {
            let rows = self
                .lease()
                .await?
                .query(
                    "look up revocations",
                    &self.statements.standing,
                    &[&key.map(value::key), &principal.map(value::principal)],
                )
                .await?;
            let row = rows.first().ok_or_else(error::corrupt)?;
            Ok(Standing {
                is_revoked: value::column(row, 0)?,
                epoch: value::unsigned(value::column(row, 1)?)?,
            })
        })
    }
}
