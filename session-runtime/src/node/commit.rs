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

use http::HeaderValue;

use super::{
    NodeState, Records,
    cookie::RecordCookie,
    saving::Put,
    state::{Came, Former, Left},
};
use crate::{
    EventKind, SameSite, SecureSession,
    cookie::{Attributes, CookiePrefix as _, NoPrefix, Overrides, SetCookie, prefix_of},
    error::SealError,
    event::{EndCause, SendCause},
    handle::{Renewal, State},
    layer::Outcome,
    payload::Unknown,
    registry::Entry,
    store::Saved,
    stored::Failure,
};

/// A session that may have something to do in its store.
pub(crate) struct Work<T> {
    pub(super) entry: Arc<Entry>,
    pub(super) data: Arc<T>,
    pub(super) unknown: Unknown,
    pub(super) dirty: u64,
    pub(super) node: Box<NodeState>,
    pub(super) options: Option<Box<Overrides>>,
    /// A handler asked for it to be kept.
    pub(super) asked: bool,
    renewal: Option<Renewal>,
    /// The text that the store was sent last, if it did not answer.
    pub(super) unanswered: Option<String>,
}

impl<T: SecureSession> Work<T> {
    /// `None`: the session is not shared with Node, or its response has been sent.
    pub(crate) fn of(state: &State<T>, entry: &Arc<Entry>) -> Option<Self> {
        let node = state.node.clone()?;
        Some(Self {
            entry: Arc::clone(entry),
            data: Arc::clone(&state.data),
            unknown: state.unknown.clone(),
            dirty: state.dirty,
            node,
            options: state.options.clone(),
            asked: state.asked,
            renewal: state.renewal,
            unanswered: None,
        })
    }

    /// The same for a response: nothing can be done with the record any more after it.
    pub(crate) fn take(state: &mut State<T>, entry: &Arc<Entry>) -> Option<Self> {
        // First: most sessions are not, and are to cost nothing here.
        let node = state.node.take()?;
        Some(Self {
            entry: Arc::clone(entry),
            data: Arc::clone(&state.data),
            node,
            unknown: std::mem::take(&mut state.unknown),
            dirty: state.dirty,
            options: state.options.take(),
            asked: state.asked,
            renewal: state.renewal,
            unanswered: None,
        })
    }

    /// Writes the record, and sends its cookie.
    pub(crate) async fn keep(mut self, cause: SendCause) -> Outcome {
        let entry = Arc::clone(&self.entry);
        let Some(records) = entry.records() else {
            return Outcome::Nothing;
        };
        if self.node.is_outside {
            self.lost();
            return Outcome::Nothing;
        }
        if self
            .node
            .is_in_the_clear(self.options.as_deref(), entry.now())
        {
            return self.keep_in_the_clear(records, cause).await;
        }
        if !self.is_to_be_saved(records) {
            return self.send_unsaved(records, cause);
        }
        // Nothing is written for a cookie that cannot be sent.
        if let Err(error) = attributes(&entry, records, &self.cookie(), self.options.as_deref()) {
            return self.failed(Failure::Seal(error));
        }
        match self.put(records).await {
            Ok(Put::Kept) => {
                entry.emit(EventKind::Saved);
                self.send(records, cause)
            }
            Ok(Put::Lost) => {
                self.lost();
                Outcome::Nothing
            }
            // Nobody asked for it, and the page is as good without.
            Err(failure @ Failure::Store(_)) if cause != SendCause::Changed => {
                entry.emit(EventKind::from(&failure));
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
            let deleted = records.delete(&key, None).await;
            match self.done(deleted) {
                Ok(Saved::Done) => entry.emit(EventKind::Ended(EndCause::Deleted)),
                Ok(_) => {}
                Err(failure) => return self.failed(failure),
            }
        }
        if self.node.is_outside {
            return Outcome::Nothing;
        }
        // The browser has it where the record says.
        let cookie = self.node.origin.as_ref().or(former).map(|_| self.cookie());
        let place = cookie.map(|cookie| cookie.attributes(None));
        clear(&entry, records, place, self.options)
    }

    /// The rules of Node's `saveUninitialized` and `rolling`: only where neither holds does it
    /// matter whether anything is another than it was.
    fn is_to_be_saved(&self, records: &Records) -> bool {
        let touched = self.asked && !records.sharing.as_node;
        matches!(self.renewal, Some(Renewal::Rolling | Renewal::Fresh))
            || self.node.former.is_some()
            || self.node.is_wanted
            || touched
            || self.is_modified()
    }

    /// A session whose cookie must not go in the clear, where it would: nothing is written, but a
    /// session that was to be replaced ends.
    async fn keep_in_the_clear(mut self, records: &Records, cause: SendCause) -> Outcome {
        self.lost();
        let is_replaced = |former: &mut Former| former.why == Left::Replaced;
        if let Some(former) = self.node.former.take_if(is_replaced) {
            let key = records.sharing.system.key(&former.origin.id);
            if let Err(failure) = self.end_replaced(records, &key).await {
                return self.failed(failure);
            }
        }
        match self.node.came {
            _ if self.node.is_saved && records.sharing.as_node => self.send(records, cause),
            Came::Other if records.clears_unbacked() => {
                clear(&self.entry, records, None, self.options)
            }
            _ => Outcome::Nothing,
        }
    }

    /// The cookie of a session that is not written now.
    fn send_unsaved(self, records: &Records, cause: SendCause) -> Outcome {
        match self.node.came {
            _ if self.node.is_saved => self.send(records, cause),
            Came::Stale => self.send(records, SendCause::KeyRotated),
            Came::Other if records.clears_unbacked() => {
                clear(&self.entry, records, None, self.options)
            }
            _ => Outcome::Nothing,
        }
    }

    fn send(self, records: &Records, cause: SendCause) -> Outcome {
        let Some(origin) = &self.node.origin else {
            return Outcome::Nothing;
        };
        let (cookie, options) = (self.cookie(), self.options.as_deref());
        sent(
            &self.entry,
            set(&self.entry, records, &cookie, &origin.id, options),
            cause,
        )
    }

    fn lost(&self) {
        if self.dirty != 0 {
            self.entry.emit(EventKind::WriteLost);
        }
    }

    fn failed(&self, failure: Failure) -> Outcome {
        self.entry.emit(EventKind::from(&failure));
        Outcome::Failed(failure)
    }
}

/// What a response sends for a session that nobody wrote to: the cookie of one that was saved
/// already, and nothing in the place of one that names no session.
pub(crate) fn unwritten(
    node: &NodeState,
    options: Option<&Overrides>,
    entry: &Entry,
) -> Option<Outcome> {
    let (records, now) = (entry.records()?, entry.now());
    let is_sent = node.is_saved && (records.sharing.as_node || !node.is_in_the_clear(options, now));
    let Some(origin) = node.origin.as_ref().filter(|_| is_sent) else {
        let is_unbacked = node.came == Came::Other && records.clears_unbacked();
        return is_unbacked.then(|| clear(entry, records, None, None));
    };
    let cookie = node.cookie(options, now);
    let header = set(entry, records, &cookie, &origin.id, options);
    Some(sent(entry, header, SendCause::Changed))
}

fn sent(
    entry: &Entry,
    header: Result<(HeaderValue, usize), SealError>,
    cause: SendCause,
) -> Outcome {
    match header {
        Ok((header, size)) => {
            entry.emit(EventKind::Sent { cause, size });
            Outcome::Header(header)
        }
        Err(error) => {
            let failure = Failure::Seal(error);
            entry.emit(EventKind::from(&failure));
            Outcome::Failed(failure)
        }
    }
}

/// The attributes of the cookie, if it can be sent.
pub(super) fn attributes(
    entry: &Entry,
    records: &Records,
    cookie: &RecordCookie,
    options: Option<&Overrides>,
) -> Result<Attributes, SealError> {
    // Records have no place for it.
    let has_priority = options.is_some_and(|options| options.priority.is_some());
    if has_priority && records.sharing.holds_cookie {
        return Err(SealError::InvalidAttribute {
            attribute: "priority",
        });
    }
    let unless_said = (!records.sharing.as_node).then_some(SameSite::Lax);
    let attributes = cookie.attributes(unless_said);
    match attributes.problems(entry.set_cookie().name()).first() {
        Some((attribute, _)) => Err(SealError::InvalidAttribute { attribute }),
        None => Ok(attributes),
    }
}

/// The header that sets the cookie, and the bytes of its name and value.
fn set(
    entry: &Entry,
    records: &Records,
    cookie: &RecordCookie,
    id: &str,
    options: Option<&Overrides>,
) -> Result<(HeaderValue, usize), SealError> {
    let value = records.sharing.system.cookie_value(id);
    let name = entry.set_cookie().name();
    let size = name.len() + value.len();
    if !records.sharing.holds_cookie {
        return Ok((entry.header(&value, options.cloned().map(Box::new))?, size));
    }
    let attributes = attributes(entry, records, cookie, options)?;
    let header = SetCookie::new(name.to_owned(), attributes).set(&value, entry.now());
    let header = header.ok_or(SealError::InvalidAttribute { attribute: "value" })?;
    Ok((header, size))
}

/// The header that removes the cookie: with no more attributes than Node gives it, but for what a
/// browser asks of a cookie with a prefix, or a partitioned one. `place`: where the browser has it,
/// if that is known; else where the configuration puts it.
fn clear(
    entry: &Entry,
    records: &Records,
    place: Option<Attributes>,
    options: Option<Box<Overrides>>,
) -> Outcome {
    let name = entry.set_cookie().name();
    let header = if records.sharing.holds_cookie {
        let place = place.unwrap_or_else(|| entry.set_cookie().attributes().clone());
        let attributes = Attributes {
            same_site: Some(SameSite::Lax),
            secure: place.partitioned || prefix_of(name) != NoPrefix::PREFIX,
            http_only: false,
            priority: None,
            max_age: None,
            expires: None,
            ..place
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
