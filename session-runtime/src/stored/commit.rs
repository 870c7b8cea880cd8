//! From the state of a session to its record.
//!
//! | at commit | the record is as loaded | changed by another | gone, or its secret replaced |
//! |---|---|---|---|
//! | a write | saved | merged, saved | nothing is written or sent: the write is lost, and counted |
//! | `touch`, rolling | touched | touched | nothing |
//! | `regenerate` | replaced by the new session | the same | the new session gets a record of its own |
//! | `regenerate_keep` | saved with a new secret | merged, saved with a new secret | as a write |
//! | `delete` | deleted | deleted | nothing to delete; the cookie is removed |
//!
//! «Gone» is a record that was deleted, has expired, belongs to another session since a
//! `regenerate`, or whose secret a `regenerate_keep` replaced. Timed renewal takes nothing from the
//! requests that run beside it: their writes are merged, without a cookie.

use std::sync::Arc;

use http::HeaderValue;

use super::{Failure, Origin, Rotation, saving::Put, token::Token};
use crate::{
    EventKind, SecureSession,
    cookie::Overrides,
    event::{EndCause, SendCause},
    layer::Outcome,
    payload::{Envelope, Unknown},
    registry::Entry,
};

/// Conflicts in a row before a save gives up: each means that another was saved.
pub(super) const MAX_TRIES: usize = 64;

/// A session that has something to do in its store.
pub(crate) struct Work<T> {
    pub(crate) entry: Arc<Entry>,
    pub(crate) data: Arc<T>,
    pub(crate) envelope: Envelope,
    pub(crate) unknown: Unknown,
    pub(crate) dirty: u64,
    pub(crate) rotation: Option<Rotation>,
    /// Drawn already for a session that has no record yet.
    pub(crate) token: Option<Token>,
    pub(crate) origin: Option<Box<Origin>>,
    /// The request's cookie was replaced while it ran.
    pub(crate) superseded: bool,
    pub(crate) options: Option<Box<Overrides>>,
    /// A handler asked for the cookie to be sent again.
    pub(crate) asked: bool,
    pub(crate) is_navigation: bool,
}

impl<T: SecureSession> Work<T> {
    /// Removes the record, and the cookie.
    pub(crate) async fn remove(&mut self) -> Outcome {
        let deleted = match self.origin.take() {
            None => Ok(()),
            Some(origin) => self.entry.end_loaded::<T>(&origin, EndCause::Deleted).await,
        };
        let header = match deleted {
            Ok(()) => self
                .entry
                .removal(self.options.take())
                .map_err(Failure::Seal),
            Err(error) => Err(self.failed(&error)),
        };
        self.outcome(header.map(|header| (header, EventKind::Removed)))
    }

    /// Writes the record, and sends a cookie if the browser needs another.
    pub(crate) async fn keep(&mut self, cause: SendCause) -> Outcome {
        let sends_again = self.sends_again();
        let put = match self.put(cause).await {
            Ok(Some(put)) => put,
            Ok(None) => return Outcome::Nothing,
            // Nobody asked for it, and the page is as good without.
            Err(failure @ (Failure::Store(_) | Failure::Refused))
                if cause != SendCause::Changed =>
            {
                self.entry.emit(EventKind::from(&failure));
                return Outcome::Nothing;
            }
            Err(failure) => return self.outcome(Err(failure)),
        };
        let Some(token) = put.token else {
            return Outcome::Nothing;
        };
        let is_new = self.origin.is_none() || self.rotation.is_some();
        if !(is_new || sends_again) {
            return Outcome::Nothing;
        }
        let value = token.encode();
        let size = self.entry.set_cookie().name().len() + value.len();
        let options = Overrides::or_kept(self.options.take(), self.envelope.lifetime);
        let header = self.entry.header(&value, options);
        let sent = header.map(|header| (header, EventKind::Sent { cause, size }));
        self.outcome(sent.map_err(Failure::Seal))
    }

    /// Whether the browser gets the cookie that it has: one that ends with the browser is no better
    /// for it.
    pub(super) fn sends_again(&self) -> bool {
        let lengthens = self.asked || self.is_navigation;
        self.options.is_some() || (lengthens && self.is_persistent())
    }

    /// Whether this request says how long the browser is to keep the cookie, which the record has to
    /// know.
    pub(super) fn asks_lifetime(&self) -> bool {
        let options = self.options.as_ref();
        options.is_some_and(|options| options.lifetime_to_keep().is_some())
    }

    fn is_persistent(&self) -> bool {
        let kept = self.envelope.lifetime.map(|seconds| seconds > 0);
        kept.unwrap_or_else(|| self.entry.set_cookie().is_persistent())
    }

    fn outcome(&self, sent: Result<(HeaderValue, EventKind), Failure>) -> Outcome {
        match sent {
            Ok((header, event)) => {
                self.entry.emit(event);
                Outcome::Header(header)
            }
            Err(failure) => {
                self.entry.emit(EventKind::from(&failure));
                Outcome::Failed(failure)
            }
        }
    }

    /// What the table says. `None`: nothing was written, and nothing is to be sent.
    pub(super) async fn put(&mut self, cause: SendCause) -> Result<Option<Put>, Failure> {
        let Some(origin) = self.origin.take() else {
            if self.superseded && self.rotation != Some(Rotation::Anew) {
                return Ok(self.lost(cause));
            }
            return self.create().await.map(Some);
        };
        let is_gone = origin.is_former || !self.lives(&origin).await?;
        let put = match self.rotation {
            _ if is_gone => None,
            Some(Rotation::Anew) => self.replace(&origin).await?,
            None if self.dirty == 0 && !self.asks_lifetime() => self.touch(&origin).await?,
            _ => self.save(&origin).await?,
        };
        match (put, self.rotation) {
            // A sign-in counts, whatever has become of the session before it.
            (None, Some(Rotation::Anew)) => self.create().await.map(Some),
            (None, _) => Ok(self.lost(cause)),
            (put, _) => {
                self.origin = Some(origin);
                Ok(put)
            }
        }
    }

    /// A renewal or a touch that comes too late is no loss.
    fn lost(&self, cause: SendCause) -> Option<Put> {
        if cause == SendCause::Changed && self.dirty != 0 {
            self.entry.emit(EventKind::WriteLost);
        }
        None
    }
}
