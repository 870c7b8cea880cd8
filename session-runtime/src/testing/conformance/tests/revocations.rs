//! Revocations and sweeping of the plain store.

use std::mem;

use super::{fault::Fault, plain::Plain};
use crate::store::{PrincipalId, Revocations, SessionKey, Standing, StoreFuture, Sweep};

impl Revocations for Plain {
    fn revoke<'a>(&'a self, key: &'a SessionKey, until: u64) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut state = self.state();
            if self.has(Fault::RevokeDeletes) {
                self.remove(&mut state, key);
            }
            let remembered = state.revoked.entry(*key).or_default();
            if self.has(Fault::RevokeTakesLastTime) {
                *remembered = until;
            }
            *remembered = until.max(*remembered);
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
            let (epoch, old) = self
                .state()
                .epochs
                .get(principal)
                .copied()
                .unwrap_or_default();
            self.step(Fault::EpochInTwoSteps).await;
            let epoch = if self.has(Fault::EpochOnlyCounts) {
                epoch + 1
            } else {
                at_least.max(epoch + 1)
            };
            let last = self.has(Fault::EpochTakesLastTime);
            let until = if last { until } else { until.max(old) };
            self.state().epochs.insert(*principal, (epoch, until));
            Ok(epoch)
        })
    }

    fn standing<'a>(
        &'a self,
        key: Option<&'a SessionKey>,
        principal: Option<&'a PrincipalId>,
    ) -> StoreFuture<'a, Standing> {
        Box::pin(async move {
            let state = self.state();
            let mut epoch = principal.and_then(|principal| state.epochs.get(principal));
            if self.has(Fault::EpochOfAll) {
                epoch = state.epochs.values().next();
            }
            let key = key.filter(|_| !(self.has(Fault::StandingForgetsOne) && principal.is_some()));
            Ok(Standing {
                is_revoked: key.is_some_and(|key| state.revoked.contains_key(key))
                    || self.has(Fault::RevokesAll),
                epoch: epoch.map_or(0, |(epoch, _)| *epoch),
            })
        })
    }
}

impl Sweep for Plain {
    fn sweep(&self, now: u64) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let mut state = self.state();
            let before = mem::take(&mut state.records);
            for (key, record) in &before {
                let first = state.first_ends.get(key).copied().unwrap_or_default();
                let ended = match self.fault {
                    Fault::SweepTakesAll => true,
                    Fault::SweepIsLate => record.expires() < now,
                    Fault::SweepUsesFirstEnd => first <= now,
                    _ => record.expires() <= now,
                };
                if !ended {
                    state.records.insert(*key, record.clone());
                } else if let Some(principal) = record.principal()
                    && !self.has(Fault::SweepForgetsIndex)
                {
                    state.index.remove(&(*principal, *key));
                }
            }
            if !self.has(Fault::SweepLeavesRevocations) {
                state.revoked.retain(|_, until| *until > now);
                state.epochs.retain(|_, (_, until)| *until > now);
            }
            let removed = before.len() - state.records.len();
            Ok(if self.has(Fault::SweepCountsNothing) {
                0
            } else {
                removed as u64
            })
        })
    }
}
