//! What a registered session says of itself: in the log, to the application's hook, and to those who
//! hold it.

use std::sync::atomic::Ordering;

use super::Entry;
use crate::{
    Event, EventKind,
    event::EndCause,
    session_id::SessionId,
    store::{SessionKey, StoreError},
};

impl Entry {
    /// Says in the log what a store could not do.
    pub(crate) fn log_store_error(&self, error: &StoreError) {
        #[cfg(feature = "tracing")]
        {
            let source = std::error::Error::source(error).map(ToString::to_string);
            let (session, source) = (self.name(), source.unwrap_or_default());
            tracing::error!(target: "session", session, %error, source, "store");
        }
        #[cfg(not(feature = "tracing"))]
        let _ = (self, error);
    }

    /// Says so, and counts it.
    pub(crate) fn store_failed(&self, error: &StoreError) {
        self.log_store_error(error);
        self.emit(EventKind::StoreFailed(error.kind()));
    }

    /// Counts that a session has ended, and tells whoever holds it.
    pub(crate) fn tell_ended(&self, id: SessionId, cause: EndCause) {
        self.tell_key_ended(id.key, cause);
    }

    pub(crate) fn tell_key_ended(&self, key: SessionKey, cause: EndCause) {
        if let Some(stored) = self.stored() {
            stored.endings.tell(key);
        }
        self.emit(EventKind::Ended(cause));
    }

    /// Whether a cookie that browsers drop over plain http is still to be told of.
    pub(crate) fn watches_for_http(&self) -> bool {
        self.set_cookie().attributes().secure && !self.told_of_http.load(Ordering::Relaxed)
    }

    /// Says once that a Secure cookie was sent over plain http.
    pub(crate) fn tell_of_http(&self) {
        if !self.told_of_http.swap(true, Ordering::Relaxed) {
            self.emit(EventKind::SecureOverHttp);
        }
    }

    pub(crate) fn emit(&self, kind: EventKind) {
        kind.trace(self.name());
        if let Some(hook) = &self.shared.hook {
            hook(&Event {
                session: self.name(),
                kind,
            });
        }
    }
}
