//! What is put into a record.

use super::{
    Failure, Origin, RecordData, Rotation,
    commit::Work,
    record_data::Former,
    token::{Token, Verifier},
};
use crate::{
    SecureSession,
    error::SealError,
    payload,
    store::{Record, Revision, StoreErrorKind},
};

impl<T: SecureSession> Work<T> {
    /// Our changes in the place of `data`, those of the record to be replaced.
    pub(super) fn next_record(
        &mut self,
        origin: &Origin,
        data: &[u8],
        rotated: Option<&Token>,
    ) -> Result<Record, Failure> {
        let now = self.entry.now();
        let corrupt = Failure::Store(StoreErrorKind::Corrupt);
        let old = RecordData::parse(data).ok_or(corrupt)?;
        self.envelope.id = Some(origin.lineage);
        let mut former = old.living_former(now);
        let Some(token) = rotated else {
            return self.record(now, old.verifier, old.since, former);
        };
        let grace = self.entry.stored().map_or(0, |stored| stored.grace);
        if grace > 0 {
            former.push(Former {
                verifier: old.verifier,
                until: now.saturating_add(grace),
                payload: old.payload,
                is_renewed: self.rotation == Some(Rotation::Renewing),
            });
        }
        self.record(now, token.verifier(), now, former)
    }

    /// The session as it is, opened by the secret of `verifier`, which was issued at `since`.
    pub(super) fn record(
        &mut self,
        now: u64,
        verifier: Verifier,
        since: u64,
        former: Vec<Former<'_>>,
    ) -> Result<Record, Failure> {
        let Self {
            entry,
            data,
            envelope,
            unknown,
            ..
        } = self;
        if let Some(field) = data.__too_long(self.dirty) {
            return Err(SealError::FieldTooLong { field }.into());
        }
        envelope.touch(now, entry.format());
        envelope.complete(now, entry.format(), entry.random())?;
        let payload = payload::encode(&**data, envelope, unknown, entry.format())?;
        let written = RecordData {
            verifier,
            since,
            payload: &payload,
            former,
        }
        .write();
        let principal = entry.principal_of(&**data);
        let revision = Revision::draw(entry.random(), now)?;
        let end = entry.end(envelope.created, now);
        Ok(Record::new(revision, written, principal, now, end))
    }
}
