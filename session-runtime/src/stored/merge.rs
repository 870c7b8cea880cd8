//! Two requests that changed one session at once.

use std::sync::Arc;

use super::{RecordData, commit::Work};
use crate::{
    SecureSession,
    payload::{self, Decoded},
    reason::Reason,
};

impl<T: SecureSession> Work<T> {
    /// Puts our changes on top of theirs. `base` and `theirs` are data of records: the one that
    /// both started from, and the one that has been saved meanwhile. Returns how many plain fields
    /// both have changed, in which ours now stands.
    ///
    /// Field by field on typed values, since what was written as JSON cannot be compared: a set
    /// is written in any order, and a field that is new in this version is in none of the records.
    pub(super) fn merge(&mut self, base: &[u8], theirs: Decoded<T>) -> Result<u32, Reason> {
        let base = RecordData::parse(base).ok_or(Reason::Corrupt)?;
        let base = payload::decode::<T>(base.payload, self.entry.rules())?;
        if Arc::get_mut(&mut self.data).is_none() {
            self.data = Arc::new(self.data.__duplicate());
        }
        let overwritten = Arc::get_mut(&mut self.data).map_or(0, |ours| {
            T::__merge(&base.data, theirs.data, ours, self.dirty)
        });
        // It only grows, as long as the principal is the same.
        let authenticated = theirs.envelope.authenticated;
        self.envelope.authenticated = self.envelope.authenticated.max(authenticated);
        if !self.asks_lifetime() {
            self.envelope.lifetime = theirs.envelope.lifetime;
        }
        // No handler can write what the struct does not know.
        self.unknown = theirs.unknown;
        Ok(overwritten.count_ones())
    }
}
