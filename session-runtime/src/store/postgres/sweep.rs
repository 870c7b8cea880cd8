//! Removing what has expired, a step at a time.

use super::{PostgresStore, statements::SWEEP_STEP, value};
use crate::store::{StoreFuture, Sweep};

impl Sweep for PostgresStore {
    fn sweep(&self, now: u64) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let now = value::number(now);
            let mut removed = 0;
            for statement in &self.statements.sweep {
                loop {
                    // A connection for each step: between two of them others have their turn.
                    let mut lease = self.lease().await?;
                    let step = lease
                        .execute("sweep what has expired", statement, &[&now])
                        .await?;
                    removed += step;
                    if step < SWEEP_STEP {
                        break;
                    }
                }
            }
            Ok(removed)
        })
    }
}
