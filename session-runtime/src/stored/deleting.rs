//! Ending a session that was loaded.

use super::{Origin, RecordData, commit::MAX_TRIES};
use crate::{
    SecureSession,
    event::EndCause,
    payload,
    registry::Entry,
    store::{Saved, StoreError},
};

impl Entry {
    /// Deletes the session that was loaded, whatever others have made of it; one that has taken
    /// its place stays.
    pub(crate) async fn end_loaded<T: SecureSession>(
        &self,
        origin: &Origin,
        cause: EndCause,
    ) -> Result<(), StoreError> {
        let Some(stored) = self.stored() else {
            return Ok(());
        };
        let mut expected = Some(origin.record.revision());
        for tried in 0.. {
            match stored.delete(&origin.key, expected).await? {
                Saved::Done => {
                    self.tell_ended(origin.id(), cause);
                    return Ok(());
                }
                Saved::Gone => return Ok(()),
                Saved::Conflict => {}
            }
            let Some(latest) = stored.load(&origin.key).await? else {
                return Ok(());
            };
            let parsed = RecordData::parse(latest.data());
            let decoded = parsed.map(|p| payload::decode::<T>(p.payload, self.rules()));
            let lineage = decoded.and_then(Result::ok).and_then(|d| d.envelope.id);
            if lineage.is_some_and(|lineage| lineage != origin.lineage) {
                return Ok(());
            }
            // Somebody saves again and again: to end it counts more.
            expected = (tried < MAX_TRIES).then(|| latest.revision());
        }
        Ok(())
    }
}
