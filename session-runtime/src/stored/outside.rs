//! Sessions in a store that no request has asked for.

use super::{Failure, commit::Work};
use crate::{EventKind, SecureSession, event::SendCause, handle::State, store::StoreErrorKind};

impl<T: SecureSession> Work<T> {
    /// Saves a session that belongs to no request. `None`: it has ended.
    pub(crate) async fn save_detached(mut self) -> Result<Option<State<T>>, Failure> {
        let put = self.put(SendCause::Changed).await.inspect_err(|failure| {
            self.entry.emit(EventKind::from(failure));
        })?;
        let (Some(put), Some(mut origin)) = (put, self.origin) else {
            return Ok(None);
        };
        if let Some(kept) = put.kept {
            origin.record = kept;
        }
        Ok(Some(State {
            origin: Some(origin),
            ..State::new(self.data, self.envelope, self.unknown, None)
        }))
    }

    /// Makes a session, and returns the value of its cookie.
    pub(crate) async fn issue(mut self) -> Result<String, Failure> {
        let put = self.create().await.inspect_err(|failure| {
            self.entry.emit(EventKind::from(failure));
        })?;
        let token = put
            .token
            .ok_or(Failure::Store(StoreErrorKind::Unavailable))?;
        Ok(token.encode())
    }
}
