//! From the state of a session to its record.
//!
//! | at commit | the record is as read | changed by another | gone |
//! |---|---|---|---|
//! | a write | replaced | merged, replaced | nothing is written or sent: the write is lost, and counted |
//! | `rolling`, `touch` | its end moves | the other has moved it | nothing |
//! | `regenerate` | a new record; it is deleted | the same | a new record |
//! | `regenerate_keep` | a new record; it is deleted | merged, the same | as a write |
//! | `delete` | deleted, the cookie is removed | the same | the cookie is removed |
//!
//! The cookie goes out with every record that is written, as from Node. So does one that an old
//! secret vouches for, which Node clears if nothing was written.

use std::sync::Arc;

use ::cookie::SameSite;
use http::HeaderValue;

use super::{NodeState, Records, cookie::RecordCookie, saving::Put, state::Came};
use crate::{
    EventKind, SecureSession,
    cookie::{Attributes, CookiePrefix as _, NoPrefix, Overrides, SetCookie, prefix_of},
    error::SealError,
    event::{EndCause, SendCause},
    handle::{Renewal, State},
    layer::Outcome,
    payload::Unknown,
    registry::Entry,
    stored::Failure,
};

/// A session that may have something to do in its store.
pub(crate) struct Work<T> {
    pub(super) entry: Arc<Entry>,
    pub(super) data: Arc<T>,
    pub(super) unknown: Unknown,
    pub(super) dirty: u64,
    pub(super) node: Box<NodeState>,
    pub(super) options: Option<Overrides>,
    /// A handler asked for it to be kept.
    pub(super) asked: bool,
    renewal: Option<Renewal>,
}

impl<T: SecureSession> Work<T> {
    /// `None`: the session is not shared with Node.
    pub(crate) fn of(state: &State<T>, entry: &Arc<Entry>) -> Option<Self> {
        Some(Self {
            entry: Arc::clone(entry),
            data: Arc::clone(&state.data),
            unknown: state.unknown.clone(),
            dirty: state.dirty,
            node: state.node.clone()?,
            options: state.options.clone(),
            asked: state.asked,
            renewal: state.renewal,
        })
    }

    /// Writes the record, and sends its cookie.
    pub(crate) async fn keep(mut self, cause: SendCause) -> Outcome {
        let entry = Arc::clone(&self.entry);
        let Some(records) = entry.records() else {
            return Outcome::Nothing;
        };
        if self.node.is_outside {
            if self.dirty != 0 {
                entry.emit(EventKind::WriteLost);
            }
            return Outcome::Nothing;
        }
        let cookie = self.node.cookie(self.options.as_ref(), entry.now());
        let is_in_the_clear = cookie.secure && self.node.is_https == Some(false);
        if is_in_the_clear || !self.is_to_be_saved(records) {
            return self.sends_unsaved(records, &cookie, cause, is_in_the_clear);
        }
        match self.put(records, &cookie).await {
            Ok(Put::Kept) => {
                entry.emit(EventKind::Saved);
                self.send(records, &cookie, cause)
            }
            Ok(Put::Lost) => {
                if self.dirty != 0 {
                    entry.emit(EventKind::WriteLost);
                }
                Outcome::Nothing
            }
            Err(failure) => self.failed(failure),
        }
    }

    /// Removes the record, and the cookie.
    pub(crate) async fn remove(self) -> Outcome {
        let entry = Arc::clone(&self.entry);
        let Some(records) = entry.records() else {
            return Outcome::Nothing;
        };
        let former = self.node.former.as_ref().map(|former| &former.origin);
        for origin in self.node.origin.iter().chain(former) {
            let key = records.sharing.system.key(&origin.id);
            if let Err(error) = records.delete(&key, None).await {
                entry.log_store_error(&error);
                return self.failed(Failure::Store(error.kind()));
            }
            entry.emit(EventKind::Ended(EndCause::Deleted));
        }
        if self.node.is_outside {
            return Outcome::Nothing;
        }
        clear(&entry, records, self.options)
    }

    /// The rules of Node's `saveUninitialized` and `rolling`: only where neither holds does it
    /// matter whether anything is another than it was.
    fn is_to_be_saved(&self, records: &Records) -> bool {
        let touched = self.asked && !records.sharing.as_node;
        matches!(self.renewal, Some(Renewal::Rolling | Renewal::Fresh))
            || self.node.former.is_some()
            || touched
            || self.is_modified()
    }

    /// The cookie of a session that is not written now.
    fn sends_unsaved(
        self,
        records: &Records,
        cookie: &RecordCookie,
        cause: SendCause,
        is_in_the_clear: bool,
    ) -> Outcome {
        match self.node.came {
            _ if self.node.is_saved => self.send(records, cookie, cause),
            Came::Stale if !is_in_the_clear => self.send(records, cookie, SendCause::KeyRotated),
            Came::Other if records.clears_unbacked() => clear(&self.entry, records, self.options),
            _ => Outcome::Nothing,
        }
    }

    fn send(self, records: &Records, cookie: &RecordCookie, cause: SendCause) -> Outcome {
        let Some(origin) = &self.node.origin else {
            return Outcome::Nothing;
        };
        let sent = set(
            &self.entry,
            records,
            cookie,
            &origin.id,
            self.options.clone(),
        );
        match sent {
            Ok((header, size)) => {
                self.entry.emit(EventKind::Sent { cause, size });
                Outcome::Header(header)
            }
            Err(error) => self.failed(Failure::Seal(error)),
        }
    }

    fn failed(&self, failure: Failure) -> Outcome {
        self.entry.emit(EventKind::from(&failure));
        Outcome::Failed(failure)
    }
}

/// What a response sends for a session that nobody wrote to: the cookie of one that was saved
/// already, and nothing in the place of one that names no session.
pub(crate) fn unwritten<T>(state: &State<T>, entry: &Entry) -> Option<Outcome> {
    let (node, records) = (state.node.as_deref()?, entry.records()?);
    let id = node.origin.as_ref().filter(|_| node.is_saved);
    let Some(origin) = id else {
        let is_unbacked = node.came == Came::Other && records.clears_unbacked();
        return is_unbacked.then(|| clear(entry, records, None));
    };
    let cookie = node.cookie(state.options.as_ref(), entry.now());
    let sent = set(entry, records, &cookie, &origin.id, state.options.clone());
    Some(match sent {
        Ok((header, size)) => {
            let cause = SendCause::Changed;
            entry.emit(EventKind::Sent { cause, size });
            Outcome::Header(header)
        }
        Err(error) => {
            let failure = Failure::Seal(error);
            entry.emit(EventKind::from(&failure));
            Outcome::Failed(failure)
        }
    })
}

/// The header that sets the cookie, and the bytes of its name and value.
fn set(
    entry: &Entry,
    records: &Records,
    cookie: &RecordCookie,
    id: &str,
    options: Option<Overrides>,
) -> Result<(HeaderValue, usize), SealError> {
    let value = records.sharing.system.cookie_value(id);
    let name = entry.set_cookie().name();
    let size = name.len() + value.len();
    if !records.sharing.holds_cookie {
        return Ok((entry.header(&value, options)?, size));
    }
    if options.is_some_and(|options| options.priority.is_some()) {
        return Err(SealError::InvalidAttribute {
            attribute: "priority",
        });
    }
    let unless_said = (!records.sharing.as_node).then_some(SameSite::Lax);
    let attributes = cookie.attributes(unless_said);
    if let Some((attribute, _)) = attributes.problems(name).first() {
        return Err(SealError::InvalidAttribute { attribute });
    }
    let header = SetCookie::new(name.to_owned(), attributes).set(&value, entry.now());
    let header = header.ok_or(SealError::InvalidAttribute { attribute: "value" })?;
    Ok((header, size))
}

/// The header that removes the cookie: with no more attributes than Node gives it, but for what a
/// browser asks of a cookie with a prefix, or a partitioned one.
fn clear(entry: &Entry, records: &Records, options: Option<Overrides>) -> Outcome {
    let name = entry.set_cookie().name();
    let header = if records.sharing.holds_cookie {
        let configured = entry.set_cookie().attributes();
        let partitioned = configured.partitioned;
        let attributes = Attributes {
            path: configured.path.clone(),
            domain: configured.domain.clone(),
            same_site: Some(SameSite::Lax),
            secure: partitioned || prefix_of(name) != NoPrefix::PREFIX,
            http_only: false,
            partitioned,
            priority: None,
            max_age: None,
            expires: None,
        };
        let header = SetCookie::new(name.to_owned(), attributes).remove("");
        header.ok_or(SealError::InvalidAttribute { attribute: "value" })
    } else {
        entry.removal(options)
    };
    match header {
        Ok(header) => {
            entry.emit(EventKind::Removed);
            Outcome::Header(header)
        }
        Err(error) => {
            entry.emit(EventKind::Failed(error.clone()));
            Outcome::Failed(Failure::Seal(error))
        }
    }
}
