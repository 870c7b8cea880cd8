//! The steps of a commit in the store: a record is created, replaced, or left for another.

use std::sync::Arc;

use super::{
    Records,
    commit::Work,
    cookie::RecordCookie,
    cookie_json::RecordedCookie,
    state::{Former, Left, NodeOrigin},
};
use crate::{
    EventKind, SecureSession,
    error::SealError,
    event::EndCause,
    payload::{self, Decoded},
    store::{Created, Lifetime, Saved, StoreError, StoreErrorKind},
    stored::Failure,
};

/// Conflicts in a row before a save gives up: each means that another was saved.
const MAX_TRIES: usize = 64;

/// What became of a record.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Put {
    Kept,
    /// It is gone, and does not come back.
    Lost,
}

impl<T: SecureSession> Work<T> {
    /// What the table says. From then on the record as it is now is the session's origin.
    pub(super) async fn put(&mut self, records: &Records) -> Result<Put, Failure> {
        if let Some(field) = self.data.__too_long(self.dirty) {
            return Err(SealError::FieldTooLong { field }.into());
        }
        let put = match (self.node.origin.take(), self.lifetime(records)) {
            (Some(origin), Some(_)) => self.replace(records, origin).await,
            (None, Some(_)) => self.create(records).await,
            // A record whose end has passed is one that is not there.
            (origin, None) => {
                let id = match origin {
                    Some(origin) => {
                        let key = records.sharing.system.key(&origin.id);
                        self.done(records.delete(&key, None).await)?;
                        origin.id
                    }
                    None => self.take_id(records)?,
                };
                let text = self.text(records)?;
                self.node.origin = Some(NodeOrigin::new(id, text));
                Ok(Put::Kept)
            }
        }?;
        match put {
            Put::Kept => self.leave_former(records).await,
            Put::Lost => Ok(Put::Lost),
        }
    }

    /// The cookie as the record has it.
    pub(super) fn cookie(&self) -> RecordCookie {
        self.node.cookie(self.options.as_deref(), self.entry.now())
    }

    fn lifetime(&self, records: &Records) -> Option<Lifetime> {
        let now = self.entry.now();
        records.sharing.system.lifetime(&self.cookie(), now)
    }

    /// The same for a record that is to be there, however short.
    fn some_lifetime(&self, records: &Records) -> Lifetime {
        let now = self.entry.now();
        self.lifetime(records).unwrap_or(Lifetime::new(now, 1))
    }

    /// The id of a session that has no record yet.
    pub(super) fn take_id(&mut self, records: &Records) -> Result<String, SealError> {
        if let Some(id) = self.node.id.take() {
            return Ok(id);
        }
        match &records.generator {
            Some(generator) => {
                let head = self.node.head.as_deref();
                generator.make(head, &*self.data, self.entry.random())
            }
            None => records.sharing.system.draw(self.entry.random()),
        }
    }

    async fn create(&mut self, records: &Records) -> Result<Put, Failure> {
        for _ in 0..MAX_TRIES {
            let id = self.take_id(records)?;
            let key = records.sharing.system.key(&id);
            let (text, lifetime) = (self.text(records)?, self.some_lifetime(records));
            let created = records.create(&key, &text, lifetime).await;
            if self.done(created)? == Created::Done {
                self.node.origin = Some(NodeOrigin::new(id, text));
                return Ok(Put::Kept);
            }
        }
        Err(Failure::Store(StoreErrorKind::Unavailable))
    }

    async fn replace(&mut self, records: &Records, origin: NodeOrigin) -> Result<Put, Failure> {
        let NodeOrigin { id, text, base } = origin;
        let key = records.sharing.system.key(&id);
        let (mut expected, mut merged) = (text, None);
        if let Some(base) = base {
            // It was saved in this request, on top of what another had written.
            let Ok(theirs) = self.decode(&expected) else {
                return Ok(Put::Lost);
            };
            *merged.get_or_insert(0) += self.merge(&base, theirs, !0)?;
        }
        for _ in 0..MAX_TRIES {
            let (text, lifetime) = (self.text(records)?, self.some_lifetime(records));
            let replaced = records.replace(&key, &expected, &text, lifetime).await;
            if replaced.is_err() {
                self.unanswered = Some(text.clone());
            }
            match self.done(replaced)? {
                Saved::Done => {
                    self.node.doubts.clear();
                    if let Some(overwritten) = merged {
                        self.entry.emit(EventKind::Merged { overwritten });
                    }
                    self.node.origin = Some(NodeOrigin::new(id, text));
                    return Ok(Put::Kept);
                }
                Saved::Gone => return Ok(Put::Lost),
                Saved::Conflict => {}
            }
            let Some(latest) = self.latest(records, &key).await? else {
                return Ok(Put::Lost);
            };
            // What another has set of the cookie stays, as "remember me".
            self.node.settings = latest.settings;
            if self.dirty == 0 && self.options.is_none() {
                // Nobody wrote here, and whoever wrote there has moved its end.
                self.take_over(latest.decoded);
                self.node.origin = Some(NodeOrigin::new(id, latest.text));
                return Ok(Put::Kept);
            }
            let base = self.base(expected, &latest.text);
            let overwritten = self.merge(&base, latest.decoded, !0)?;
            if base != latest.text {
                *merged.get_or_insert(0) += overwritten;
            }
            expected = latest.text;
        }
        Err(Failure::Store(StoreErrorKind::Unavailable))
    }

    /// Ends the record in whose place the new one is.
    async fn leave_former(&mut self, records: &Records) -> Result<Put, Failure> {
        let Some(Former { origin, why }) = self.node.former.take() else {
            return Ok(Put::Kept);
        };
        let key = records.sharing.system.key(&origin.id);
        match why {
            Left::Expired => {
                // If another has made it live again meanwhile, it stays. Nobody is to be told if it
                // cannot be removed: it opens nothing.
                let deleted = records.delete(&key, Some(&origin.text)).await;
                if let Err(failure) = self.done(deleted) {
                    self.entry.emit(EventKind::from(&failure));
                }
                Ok(Put::Kept)
            }
            Left::Replaced => {
                self.end_replaced(records, &key).await?;
                Ok(Put::Kept)
            }
            Left::Continued { keep } => self.continue_from(records, &key, origin, keep).await,
        }
    }

    /// Ends a session that another was to stand in for.
    pub(super) async fn end_replaced(&self, records: &Records, key: &str) -> Result<(), Failure> {
        let deleted = records.delete(key, None).await;
        if self.done(deleted)? == Saved::Done {
            self.entry.emit(EventKind::Ended(EndCause::Replaced));
        }
        Ok(())
    }

    /// The new record takes the place of the old one as that is now, or there is neither.
    async fn continue_from(
        &mut self,
        records: &Records,
        key: &str,
        former: NodeOrigin,
        keep: u64,
    ) -> Result<Put, Failure> {
        let mut expected = former.text;
        for _ in 0..MAX_TRIES {
            let deleted = records.delete(key, Some(&expected)).await;
            match self.done(deleted)? {
                Saved::Done => return Ok(Put::Kept),
                Saved::Gone => return self.give_up(records).await,
                Saved::Conflict => {}
            }
            let Some(latest) = self.latest(records, key).await? else {
                return self.give_up(records).await;
            };
            self.node.settings = latest.settings;
            // What was not kept is not taken from the other either.
            let dropped = std::mem::take(&mut self.unknown);
            let base = self.base(expected, &latest.text);
            let overwritten = self.merge(&base, latest.decoded, keep)?;
            self.unknown = dropped;
            expected = latest.text;
            let (text, lifetime) = (self.text(records)?, self.some_lifetime(records));
            let Some(own) = &mut self.node.origin else {
                return Ok(Put::Lost);
            };
            // Nobody else knows it yet.
            let own_key = records.sharing.system.key(&own.id);
            let replaced = records.replace(&own_key, &own.text, &text, lifetime).await;
            own.text = text;
            self.done(replaced)?;
            self.entry.emit(EventKind::Merged { overwritten });
        }
        Err(Failure::Store(StoreErrorKind::Unavailable))
    }

    /// The session ended while it was to go on: the record that was made for it goes too.
    async fn give_up(&mut self, records: &Records) -> Result<Put, Failure> {
        if let Some(own) = self.node.origin.take() {
            let key = records.sharing.system.key(&own.id);
            self.done(records.delete(&key, None).await)?;
        }
        Ok(Put::Lost)
    }

    /// The record that another has written. `None`: it is gone, or of no use.
    pub(super) async fn latest(
        &self,
        records: &Records,
        key: &str,
    ) -> Result<Option<Latest<T>>, Failure> {
        let Some(held) = self.done(records.get(key).await)? else {
            return Ok(None);
        };
        let read = payload::decode_record::<T, RecordedCookie>(&held.value, self.entry.rules());
        let Ok(read) = read else { return Ok(None) };
        let is_https = self.node.is_https;
        let opened_with = self.node.opened_with.as_deref();
        let configured = opened_with.unwrap_or(&records.settings);
        let settings = self.entry.restored(configured, read.cookie, is_https);
        let has_ended = records.has_ended(&settings, held.end, self.entry.now());
        if has_ended || !self.entry.accepts(&read.decoded.data) {
            return Ok(None);
        }
        Ok(Some(Latest {
            decoded: read.decoded,
            settings,
            text: held.value,
        }))
    }

    /// What our fields and the `latest` text started from: what was `expected` there, unless the
    /// text is ours, of which nobody said that it had arrived.
    fn base(&mut self, expected: String, latest: &str) -> String {
        let doubts = &mut self.node.doubts;
        match doubts.iter().position(|doubt| doubt.text == latest) {
            Some(at) => doubts.swap_remove(at).base,
            None => expected,
        }
    }

    fn decode(&self, text: &str) -> Result<Decoded<T>, Failure> {
        let read = payload::decode_record::<T, RecordedCookie>(text, self.entry.rules());
        let read = read.map_err(|_| Failure::Store(StoreErrorKind::Corrupt))?;
        Ok(read.decoded)
    }

    /// Puts our changes on top of theirs, of which only the fields `keep` count. `base`: what both
    /// started from. Returns how many plain fields both have changed.
    fn merge(&mut self, base: &str, theirs: Decoded<T>, keep: u64) -> Result<u32, Failure> {
        let base = self.decode(base)?.data;
        let (base, theirs_data) = if keep == !0 {
            (base, theirs.data)
        } else {
            (T::__keep(base, keep), T::__keep(theirs.data, keep))
        };
        if Arc::get_mut(&mut self.data).is_none() {
            self.data = Arc::new(self.data.__duplicate());
        }
        let overwritten = Arc::get_mut(&mut self.data)
            .map_or(0, |ours| T::__merge(&base, theirs_data, ours, self.dirty));
        // No handler can write what the struct does not know.
        self.unknown = theirs.unknown;
        Ok(overwritten.count_ones())
    }

    pub(super) fn take_over(&mut self, theirs: Decoded<T>) {
        self.data = Arc::new(theirs.data);
        self.unknown = theirs.unknown;
    }

    /// Whether the fields are others than they were when the session was read, written, or made:
    /// `isModified` of Node.
    pub(super) fn is_modified(&self) -> bool {
        if self.dirty == 0 {
            return false;
        }
        let fields = |data: &T| serde_json::to_value(data).ok();
        let before = match &self.node.origin {
            None => fields(&T::default()),
            Some(origin) => {
                let base = origin.base.as_ref().unwrap_or(&origin.text);
                self.decode(base).ok().and_then(|read| fields(&read.data))
            }
        };
        before != fields(&self.data)
    }

    /// The record as it would be written now.
    pub(super) fn text(&self, records: &Records) -> Result<String, SealError> {
        let cookie = records.sharing.holds_cookie.then(|| self.cookie());
        payload::encode_record(
            &*self.data,
            &self.unknown,
            cookie.as_ref(),
            self.entry.rules(),
        )
    }

    pub(super) fn done<V>(&self, result: Result<V, StoreError>) -> Result<V, Failure> {
        result.map_err(|error| {
            self.entry.log_store_error(&error);
            Failure::Store(error.kind())
        })
    }
}

/// What another has written.
pub(super) struct Latest<T> {
    pub(super) decoded: Decoded<T>,
    pub(super) settings: super::CookieSettings,
    pub(super) text: String,
}
