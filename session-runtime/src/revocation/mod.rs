//! Ending sessions that live in their cookies.
//!
//! A sealed cookie opens until it expires, whoever has a copy. So ended ones are remembered: one
//! by one by their ids, and all of a principal's at once by an epoch that is carried in the cookie.

mod marks;
mod recent;

use std::{sync::Arc, time::Duration};

pub(crate) use marks::Marks;
use recent::Recent;

use crate::{
    expiry::milliseconds,
    registry::RevocationList,
    store::{
        PrincipalId, Revocations, SessionKey, SessionStore, Standing, StoreError, StoreErrorKind,
    },
    stored::{Sweeper, within},
};

/// A list of revocations, and how it is asked.
pub(crate) struct Revocation {
    store: Arc<dyn SessionStore>,
    deadline: Duration,
    /// Milliseconds.
    lag: u64,
    recent: Option<Recent>,
    pub(crate) sweeper: Sweeper,
    pub(crate) opens_unchecked: bool,
}

/// A session that lives in its cookie, as the list knows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed {
    pub(crate) key: SessionKey,
    pub(crate) principal: Option<PrincipalId>,
    pub(crate) epoch: u64,
}

impl Revocation {
    pub(crate) fn new(
        list: RevocationList,
        deadline: Duration,
        sweep_every: Option<Duration>,
    ) -> Self {
        let lag = milliseconds(list.lag);
        Self {
            store: list.store,
            deadline,
            lag,
            recent: (lag > 0).then(|| Recent::new(lag)),
            sweeper: Sweeper::new(sweep_every),
            opens_unchecked: list.open_unchecked,
        }
    }

    pub(crate) fn store(&self) -> &dyn SessionStore {
        &*self.store
    }

    pub(crate) const fn lag(&self) -> u64 {
        self.lag
    }

    /// Whether the session was ended.
    pub(crate) async fn has_ended(&self, listed: &Listed, now: u64) -> Result<bool, StoreError> {
        let known = self.recent.as_ref();
        let known = known.and_then(|recent| recent.get(&listed.key, listed.principal, now));
        let standing = match known {
            Some(standing) => standing,
            None => self.look_up(listed, now).await?,
        };
        let is_of_earlier_epoch = listed.principal.is_some() && listed.epoch < standing.epoch;
        Ok(standing.is_revoked || is_of_earlier_epoch)
    }

    async fn look_up(&self, listed: &Listed, now: u64) -> Result<Standing, StoreError> {
        let (key, principal) = (Some(&listed.key), listed.principal.as_ref());
        let endings = self.recent.as_ref().map_or(0, Recent::endings);
        let call = self.list()?.standing(key, principal);
        let standing = within(self.deadline, call).await?;
        if let Some(recent) = &self.recent {
            recent.put(endings, listed.key, listed.principal, standing, now);
        }
        Ok(standing)
    }

    /// The epoch that a session of `principal` begins in.
    pub(crate) async fn epoch(&self, principal: &PrincipalId) -> Result<u64, StoreError> {
        let call = self.list()?.standing(None, Some(principal));
        within(self.deadline, call)
            .await
            .map(|standing| standing.epoch)
    }

    /// Ends one session. `until`: when it would have ended by itself.
    pub(crate) async fn revoke(&self, key: SessionKey, until: u64) -> Result<(), StoreError> {
        within(self.deadline, self.list()?.revoke(&key, until)).await?;
        if let Some(recent) = &self.recent {
            recent.forget();
        }
        Ok(())
    }

    /// Ends all sessions of a principal that have begun before `now`.
    pub(crate) async fn end_all(
        &self,
        principal: &PrincipalId,
        now: u64,
        until: u64,
    ) -> Result<u64, StoreError> {
        let call = self.list()?.advance_epoch(principal, now, until);
        let epoch = within(self.deadline, call).await?;
        if let Some(recent) = &self.recent {
            recent.forget();
        }
        Ok(epoch)
    }

    fn list(&self) -> Result<&dyn Revocations, StoreError> {
        self.store.revocations().ok_or_else(|| {
            let message = "the store keeps no list of revocations";
            StoreError::new(StoreErrorKind::Unsupported, message)
        })
    }
}
