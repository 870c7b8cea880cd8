//! Each operation, through to the store inside.

use super::{Operation, UnreliableStore};
use crate::store::{
    Admitted, Created, PrincipalId, PrincipalIndex, Record, Revision, Revocations, Saved,
    SessionKey, SessionLimit, SessionStore, Standing, StoreError, StoreErrorKind, StoreFuture,
    Sweep,
};

impl<S: SessionStore> SessionStore for UnreliableStore<S> {
    fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created> {
        let call = self.inner().create(key, record);
        Box::pin(self.carry_out(Operation::Create, call))
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        Box::pin(self.carry_out(Operation::Load, self.inner().load(key)))
    }

    fn save<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Revision,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        let call = self.inner().save(key, expected, record);
        Box::pin(self.carry_out(Operation::Save, call))
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        touched: u64,
        expires: u64,
    ) -> StoreFuture<'a, bool> {
        let call = self.inner().touch(key, touched, expires);
        Box::pin(self.carry_out(Operation::Touch, call))
    }

    fn delete<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
    ) -> StoreFuture<'a, Saved> {
        let call = self.inner().delete(key, expected);
        Box::pin(self.carry_out(Operation::Delete, call))
    }

    fn principals(&self) -> Option<&dyn PrincipalIndex> {
        self.inner().principals().map(|_| self as _)
    }

    fn revocations(&self) -> Option<&dyn Revocations> {
        self.inner().revocations().map(|_| self as _)
    }

    fn sweeper(&self) -> Option<&dyn Sweep> {
        self.inner().sweeper().map(|_| self as _)
    }
}

impl<S: SessionStore> PrincipalIndex for UnreliableStore<S> {
    fn list<'a>(
        &'a self,
        principal: &'a PrincipalId,
    ) -> StoreFuture<'a, Vec<(SessionKey, Record)>> {
        let call = async move { offered(self.inner().principals())?.list(principal).await };
        Box::pin(self.carry_out(Operation::List, call))
    }

    fn delete_all<'a>(
        &'a self,
        principal: &'a PrincipalId,
        except: Option<&'a SessionKey>,
    ) -> StoreFuture<'a, Vec<SessionKey>> {
        let call = async move {
            let index = offered(self.inner().principals())?;
            index.delete_all(principal, except).await
        };
        Box::pin(self.carry_out(Operation::DeleteAll, call))
    }

    fn admit<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
        record: &'a Record,
        limit: SessionLimit,
    ) -> StoreFuture<'a, Admitted> {
        let call = async move {
            let index = offered(self.inner().principals())?;
            index.admit(key, expected, record, limit).await
        };
        Box::pin(self.carry_out(Operation::Admit, call))
    }
}

impl<S: SessionStore> Revocations for UnreliableStore<S> {
    fn revoke<'a>(&'a self, key: &'a SessionKey, until: u64) -> StoreFuture<'a, ()> {
        let call = async move {
            offered(self.inner().revocations())?
                .revoke(key, until)
                .await
        };
        Box::pin(self.carry_out(Operation::Revoke, call))
    }

    fn advance_epoch<'a>(
        &'a self,
        principal: &'a PrincipalId,
        at_least: u64,
        until: u64,
    ) -> StoreFuture<'a, u64> {
        let call = async move {
            let revocations = offered(self.inner().revocations())?;
            revocations.advance_epoch(principal, at_least, until).await
        };
        Box::pin(self.carry_out(Operation::AdvanceEpoch, call))
    }

    fn standing<'a>(
        &'a self,
        key: Option<&'a SessionKey>,
        principal: Option<&'a PrincipalId>,
    ) -> StoreFuture<'a, Standing> {
        let call = async move {
            let revocations = offered(self.inner().revocations())?;
            revocations.standing(key, principal).await
        };
        Box::pin(self.carry_out(Operation::Standing, call))
    }
}

impl<S: SessionStore> Sweep for UnreliableStore<S> {
    fn sweep(&self, now: u64) -> StoreFuture<'_, u64> {
        let call = async move { offered(self.inner().sweeper())?.sweep(now).await };
        Box::pin(self.carry_out(Operation::Sweep, call))
    }
}

/// What the store inside offers, as it did when it was asked.
fn offered<T>(offer: Option<T>) -> Result<T, StoreError> {
    let unsupported = "unreliable: the store inside does not offer it";
    offer.ok_or_else(|| StoreError::new(StoreErrorKind::Unsupported, unsupported))
}
