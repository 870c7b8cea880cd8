//! The steps of a commit in the store: a record is created, replaced, or left for another.

use std::sync::Arc;

use super::{
    Records,
    commit::Work,
    cookie::{RecordCookie, RecordedCookie},
    opening::signed,
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
    pub(super) async fn put(
        &mut self,
        records: &Records,
        cookie: &RecordCookie,
    ) -> Result<Put, Failure> {
        if let Some(field) = self.data.__too_long(self.dirty) {
            return Err(SealError::FieldTooLong { field }.into());
        }
        let now = self.entry.now();
        let lifetime = records.sharing.system.lifetime(cookie, now);
        match (self.node.origin.take(), lifetime) {
            (Some(origin), Some(lifetime)) => self.replace(records, cookie, origin, lifetime).await,
            (None, Some(lifetime)) => self.create(records, cookie, lifetime).await,
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
                let text = self.text(records, cookie)?;
                self.node.origin = Some(NodeOrigin { id, text });
                Ok(Put::Kept)
            }
        }
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

    async fn create(
        &mut self,
        records: &Records,
        cookie: &RecordCookie,
        lifetime: Lifetime,
    ) -> Result<Put, Failure> {
        for _ in 0..MAX_TRIES {
            let id = self.take_id(records)?;
            let key = records.sharing.system.key(&id);
            let text = self.text(records, cookie)?;
            let created = records.create(&key, &text, lifetime).await;
            if self.done(created)? == Created::Done {
                self.node.origin = Some(NodeOrigin { id, text });
                return self.leave_former(records, cookie, lifetime).await;
            }
        }
        Err(Failure::Store(StoreErrorKind::Unavailable))
    }

    async fn replace(
        &mut self,
        records: &Records,
        cookie: &RecordCookie,
        origin: NodeOrigin,
        lifetime: Lifetime,
    ) -> Result<Put, Failure> {
        let key = records.sharing.system.key(&origin.id);
        let NodeOrigin { id, text: mut base } = origin;
        let mut merged = None;
        for _ in 0..MAX_TRIES {
            let text = self.text(records, cookie)?;
            let replaced = records.replace(&key, &base, &text, lifetime).await;
            match self.done(replaced)? {
                Saved::Done => {
                    if let Some(overwritten) = merged {
                        self.entry.emit(EventKind::Merged { overwritten });
                    }
                    self.node.origin = Some(NodeOrigin { id, text });
                    return Ok(Put::Kept);
                }
                Saved::Gone => return Ok(Put::Lost),
                Saved::Conflict => {}
            }
            let Some(latest) = self.latest(records, &key).await? else {
                return Ok(Put::Lost);
            };
            if self.dirty == 0 && self.options.is_none() {
                // Nobody wrote here, and whoever wrote there has moved its end.
                self.take_over(latest.decoded);
                let text = latest.text;
                self.node.origin = Some(NodeOrigin { id, text });
                return Ok(Put::Kept);
            }
            *merged.get_or_insert(0) += self.merge(&base, latest.decoded)?;
            base = latest.text;
        }
        Err(Failure::Store(StoreErrorKind::Unavailable))
    }

    /// Ends the record in whose place the new one is.
    async fn leave_former(
        &mut self,
        records: &Records,
        cookie: &RecordCookie,
        lifetime: Lifetime,
    ) -> Result<Put, Failure> {
        let Some(Former { origin, why }) = self.node.former.take() else {
            return Ok(Put::Kept);
        };
        let key = records.sharing.system.key(&origin.id);
        match why {
            Left::Expired => {
                // If another has made it live again meanwhile, it stays.
                self.done(records.delete(&key, Some(&origin.text)).await)?;
                Ok(Put::Kept)
            }
            Left::Replaced => {
                self.done(records.delete(&key, None).await)?;
                self.entry.emit(EventKind::Ended(EndCause::Replaced));
                Ok(Put::Kept)
            }
            Left::Continued => {
                self.continue_from(records, cookie, lifetime, &key, origin)
                    .await
            }
        }
    }

    /// The new record takes the place of the old one as that is now, or there is neither.
    async fn continue_from(
        &mut self,
        records: &Records,
        cookie: &RecordCookie,
        lifetime: Lifetime,
        key: &str,
        former: NodeOrigin,
    ) -> Result<Put, Failure> {
        let mut base = former.text;
        for _ in 0..MAX_TRIES {
            let deleted = records.delete(key, Some(&base)).await;
            match self.done(deleted)? {
                Saved::Done => return Ok(Put::Kept),
                Saved::Gone => return self.give_up(records).await,
                Saved::Conflict => {}
            }
            let Some(latest) = self.latest(records, key).await? else {
                return self.give_up(records).await;
            };
            let overwritten = self.merge(&base, latest.decoded)?;
            base = latest.text;
            let text = self.text(records, cookie)?;
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
        let now = self.entry.now();
        let read = payload::decode_record::<T, RecordedCookie>(&held.value, self.entry.rules());
        let Ok(read) = read else { return Ok(None) };
        let is_https = self.node.is_https;
        let settings = self
            .entry
            .restored(&records.settings, read.cookie, is_https);
        let has_ended = settings.expires.is_some_and(|end| end <= signed(now))
            || held.end.is_some_and(|end| end <= now);
        if has_ended || !self.entry.accepts(&read.decoded.data) {
            return Ok(None);
        }
        Ok(Some(Latest {
            decoded: read.decoded,
            settings,
            text: held.value,
        }))
    }

    /// Puts our changes on top of theirs. `base`: what both started from. Returns how many plain
    /// fields both have changed.
    fn merge(&mut self, base: &str, theirs: Decoded<T>) -> Result<u32, Failure> {
        let base = payload::decode_record::<T, RecordedCookie>(base, self.entry.rules());
        let base = base.map_err(|_| Failure::Store(StoreErrorKind::Corrupt))?;
        if Arc::get_mut(&mut self.data).is_none() {
            self.data = Arc::new(self.data.__duplicate());
        }
        let overwritten = Arc::get_mut(&mut self.data).map_or(0, |ours| {
            T::__merge(&base.decoded.data, theirs.data, ours, self.dirty)
        });
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
        let fields = |data: &T| serde_json::to_value(data).ok();
        let before = match &self.node.origin {
            None => fields(&T::default()),
            Some(origin) => {
                let read =
                    payload::decode_record::<T, RecordedCookie>(&origin.text, self.entry.rules());
                read.ok().and_then(|read| fields(&read.decoded.data))
            }
        };
        self.dirty != 0 && before != fields(&self.data)
    }

    fn text(&self, records: &Records, cookie: &RecordCookie) -> Result<String, SealError> {
        let cookie = records.sharing.holds_cookie.then_some(cookie);
        payload::encode_record(&*self.data, &self.unknown, cookie, self.entry.rules())
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
