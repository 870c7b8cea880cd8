//! The record behind a session, as a handler sees it.

use std::{fmt, sync::Arc};

use tokio::sync::OwnedMutexGuard;

use super::{
    RecordCookie, Records,
    commit::{self, Work},
    saving::Put,
    state::{Came, Doubt, NodeOrigin},
};
use crate::{
    SaveError, SealError, SecureSession, Session,
    handle::{Renewal, State},
    reason::Reason,
    registry::Entry,
    stored::within,
};

/// The record behind a session that is shared with Node, from
/// [`Session::record`](crate::Session::record): what @fastify/session shows of one, and its `save`
/// and `reload`.
///
/// Handlers rarely need it: the layer saves what has changed when the response is ready. It is for
/// what must be in the store before that, as for a job that is told of the session.
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{SaveError, SecureSession, Session};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// #[session(cookie_name = "sessionId")]
/// pub struct Cart {
///     items: Vec<String>,
/// }
///
/// pub async fn order(mut cart: Session<Cart>) -> Result<(), SaveError> {
///     cart.update_items(|items| items.push("book".to_owned()));
///     if let Some(mut record) = cart.record() {
///         record.save().await?;
///     }
///     // … tell somebody who reads the record.
///     Ok(())
/// }
/// # }
/// ```
pub struct NodeRecord<'a, T: SecureSession> {
    session: &'a mut Session<T>,
    entry: Arc<Entry>,
}

impl<'a, T: SecureSession> NodeRecord<'a, T> {
    /// `None`: the session is not shared with Node, its cookie's path does not cover the request,
    /// or the response has been sent.
    pub(crate) fn of(session: &'a mut Session<T>) -> Option<Self> {
        let entry = Arc::clone(session.slot().entry()?);
        entry.records()?;
        let is_here = |state: &State<T>| {
            let node = state.node.as_ref().filter(|_| !state.sent);
            node.is_some_and(|node| !node.is_outside)
        };
        let is_here = is_here(&session.slot().lock());
        is_here.then_some(Self { session, entry })
    }

    /// The session's id: `sessionId` in Node. That of a fresh session is drawn at the first call.
    ///
    /// # Errors
    ///
    /// If the system has no randomness, or the function of
    /// [`Config::id_generator`](crate::Config::id_generator) made an id that is too short.
    ///
    /// # Security
    ///
    /// Where cookies are not signed it is all that a cookie holds. Show it to nobody.
    pub fn id(&self) -> Result<String, SealError> {
        id(&mut self.session.slot().lock(), &self.entry)
    }

    /// The id with its signature, as the cookie has it behind the prefix: `encryptedSessionId` in
    /// Node, though nothing is encrypted. In hattip's stores the key of the record.
    ///
    /// # Errors
    ///
    /// As [`id`](Self::id).
    ///
    /// # Security
    ///
    /// Whoever has it has the session.
    pub fn signed_id(&self) -> Result<String, SealError> {
        let id = self.id()?;
        let records = self.entry.records().ok_or(SealError::KeptInStore)?;
        Ok(records.sharing.system.signed(&id))
    }

    /// The cookie as it would be sent now, and as the record has it.
    pub fn cookie(&self) -> Option<RecordCookie> {
        let state = self.session.slot().lock();
        let node = state.node.as_deref()?;
        Some(node.cookie(state.options.as_deref(), self.entry.now()))
    }

    /// Whether a field is another than it was when the session was read, saved or made;
    /// [`Meta::is_changed`](crate::Meta::is_changed) asks whether it was written to.
    pub fn is_modified(&self) -> bool {
        let state = self.session.slot().lock();
        Work::of(&state, &self.entry).is_some_and(|work| work.is_modified())
    }

    /// Whether [`save`](Self::save) has saved it in this request.
    pub fn is_saved(&self) -> bool {
        let state = self.session.slot().lock();
        state.node.as_ref().is_some_and(|node| node.is_saved)
    }

    /// Saves the session now, on top of what others have saved. The response sends its cookie. Of
    /// the handles of a request one saves at a time.
    ///
    /// # Errors
    ///
    /// [`SaveError`], a deadline also if another handle's save takes so long. What was changed is not
    /// lost, and is saved with the response, unless the session has ended.
    pub async fn save(&mut self) -> Result<(), SaveError> {
        let entry = Arc::clone(&self.entry);
        let records = records(&entry)?;
        let _turn = self.turn(records).await?;
        let slot = Arc::clone(self.session.slot());
        let (mut work, written) = {
            let state = slot.lock();
            let work = Work::of(&state, &entry).filter(|_| !state.deleted);
            (work.ok_or(SaveError::Ended)?, Arc::clone(&state.data))
        };
        // Nothing is written for a cookie that cannot be sent.
        commit::attributes(&entry, records, &work.cookie(), work.options.as_deref())
            .map_err(SaveError::Invalid)?;
        let regenerated = work.node.regenerated;
        // What the fields of this handle come to, whatever is merged into them.
        let sent = work.text(records).map_err(SaveError::Invalid)?;
        let put = match work.put(records).await {
            Ok(put) => put,
            Err(failure) => {
                let unanswered = work.unanswered.take();
                let doubt = unanswered.map(|text| Doubt { text, base: sent });
                slot.refresh(|state| {
                    if let Some(node) = &mut state.node {
                        node.doubts.extend(doubt);
                    }
                });
                return Err(failure.into());
            }
        };
        if put == Put::Lost {
            return Err(SaveError::Ended);
        }
        slot.refresh(|state| {
            let is_unchanged = Arc::ptr_eq(&state.data, &written);
            let Some(node) = &mut state.node else { return };
            if node.regenerated != regenerated {
                // Another handle has begun a new session: this one's record is left for it.
                node.leave(work.node.origin);
                return;
            }
            work.node.is_saved = true;
            if !is_unchanged && let Some(origin) = &mut work.node.origin {
                // Another handle has written meanwhile, to fields that what was merged is not in.
                origin.base = Some(sent);
            }
            *node = work.node;
            if is_unchanged {
                state.data = work.data;
                state.unknown = work.unknown;
                state.dirty = 0;
                state.changed = false;
                state.asked = false;
                state.renewal = None;
            }
        });
        Ok(())
    }

    /// Reads the session from the store. What was changed and not saved is lost; of one that is
    /// not there any more, everything. A session that [`regenerate`](crate::Session::regenerate)
    /// has begun is not there yet: it is left as if nothing had been written to it.
    ///
    /// # Errors
    ///
    /// If the store is out of reach, or the session was deleted.
    pub async fn reload(&mut self) -> Result<(), SaveError> {
        let entry = Arc::clone(&self.entry);
        let records = records(&entry)?;
        let _turn = self.turn(records).await?;
        let slot = Arc::clone(self.session.slot());
        let work = {
            let state = slot.lock();
            Work::of(&state, &entry).filter(|_| !state.deleted)
        };
        let work = work.ok_or(SaveError::Ended)?;
        let latest = match &work.node.origin {
            None => None,
            Some(origin) => {
                let key = records.sharing.system.key(&origin.id);
                work.latest(records, &key).await.map_err(SaveError::from)?
            }
        };
        slot.refresh(|state| {
            let Some(node) = &mut state.node else { return };
            // Of another handle's new session nothing is known here.
            if node.regenerated != work.node.regenerated || state.deleted {
                return;
            }
            state.dirty = 0;
            state.changed = node.former.is_some();
            if let Some(latest) = latest {
                state.data = Arc::new(latest.decoded.data);
                state.unknown = latest.decoded.unknown;
                node.settings = latest.settings;
                if let Some(origin) = &mut node.origin {
                    *origin = NodeOrigin::new(std::mem::take(&mut origin.id), latest.text);
                }
                return;
            }
            state.data = Arc::new(T::default());
            state.unknown = crate::payload::Unknown::default();
            if node.origin.take().is_some() {
                node.came = Came::Other;
                state.reason = Some(Reason::NotFound);
                state.renewal = records.sharing.saves_fresh.then_some(Renewal::Fresh);
            }
        });
        Ok(())
    }

    /// Of the handles of a request one saves or reloads at a time: the next begins with what that
    /// has come to.
    async fn turn(&self, records: &Records) -> Result<OwnedMutexGuard<()>, SaveError> {
        let turn = {
            let mut state = self.session.slot().lock();
            let node = state.node.as_mut().ok_or(SaveError::Ended)?;
            Arc::clone(node.turn.get_or_insert_default())
        };
        // Not for ever: the other may be one that nobody waits for any more.
        let turn = within(
            records.deadline,
            Box::pin(async { Ok(turn.lock_owned().await) }),
        );
        turn.await.map_err(|error| SaveError::Store(error.kind()))
    }
}

/// The id of a session, drawn if it has none yet.
pub(crate) fn id<T: SecureSession>(
    state: &mut State<T>,
    entry: &Arc<Entry>,
) -> Result<String, SealError> {
    let (Some(records), Some(mut work)) = (entry.records(), Work::of(state, entry)) else {
        return Err(SealError::KeptInStore);
    };
    if let Some(origin) = &work.node.origin {
        return Ok(origin.id.clone());
    }
    let id = work.take_id(records)?;
    if let Some(node) = &mut state.node {
        node.id = Some(id.clone());
    }
    Ok(id)
}

fn records(entry: &Entry) -> Result<&Records, SaveError> {
    entry.records().ok_or(SaveError::Ended)
}

impl<T: SecureSession> fmt::Debug for NodeRecord<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeRecord")
            .field("session", &T::DECLARATION.name)
            .finish_non_exhaustive()
    }
}
