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

use super::{
    Origin, RecordData, Rotation, Stored,
    record_data::Former,
    token::{Token, Verifier},
};
use crate::{
    EventKind, SecureSession,
    cookie::Overrides,
    error::SealError,
    event::{EndCause, SendCause},
    handle::State,
    layer::Outcome,
    payload::{self, Decoded, Envelope, Unknown},
    registry::Entry,
    session_id::SessionId,
    store::{Admitted, Record, Revision, Saved, StoreError, StoreErrorKind},
};

/// Conflicts in a row before a save gives up: each means that another was saved.
const MAX_TRIES: usize = 64;

/// A session that has something to do in its store.
pub(crate) struct Work<T> {
    pub(crate) entry: Arc<Entry>,
    pub(crate) data: Arc<T>,
    pub(crate) envelope: Envelope,
    pub(crate) unknown: Unknown,
    pub(crate) dirty: u64,
    pub(crate) rotation: Option<Rotation>,
    pub(crate) origin: Option<Box<Origin>>,
    /// The request's cookie was replaced while it ran.
    pub(crate) superseded: bool,
    pub(crate) options: Option<Overrides>,
    /// A handler asked for the cookie to be sent again.
    pub(crate) asked: bool,
    pub(crate) is_navigation: bool,
}

/// Why a session could not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    Seal(SealError),
    Store(StoreErrorKind),
    /// Its principal has as many sessions as he may have.
    Refused,
}

impl Failure {
    /// Of several, the one to answer with: the developer's mistake before the machine's, and that
    /// before the client's.
    pub(crate) const fn rank(&self) -> u8 {
        match self {
            Self::Seal(_) => 0,
            Self::Store(_) => 1,
            Self::Refused => 2,
        }
    }
}

impl From<SealError> for Failure {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}

/// What has been done, and the cookie that goes with it.
struct Put {
    /// `None`: nothing was written.
    id: Option<SessionId>,
    token: Option<Token>,
    /// The record as it is now, for a handle that goes on.
    kept: Option<Kept>,
}

/// A record that has been saved.
struct Kept {
    revision: Revision,
    data: Vec<u8>,
}

impl Put {
    /// Nothing was written, and nothing is sent.
    const LOST: Self = Self {
        id: None,
        token: None,
        kept: None,
    };
}

impl<T: SecureSession> Work<T> {
    /// Removes the record, and the cookie.
    pub(crate) async fn remove(mut self) -> Outcome {
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
    pub(crate) async fn keep(mut self, cause: SendCause) -> Outcome {
        let sends_again = self.sends_again();
        let put = match self.put(cause).await {
            Ok(put) => put,
            // Nobody asked for it, and the page is as good without.
            Err(failure @ Failure::Store(_)) if cause != SendCause::Changed => {
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
        let header = self.entry.header(&value, self.options.take());
        let sent = header.map(|header| (header, EventKind::Sent { cause, size }));
        self.outcome(sent.map_err(Failure::Seal))
    }

    /// Whether the browser gets the cookie that it has: one that ends with the browser is no better
    /// for it.
    fn sends_again(&self) -> bool {
        let lengthens = self.asked || self.is_navigation;
        self.options.is_some() || (lengthens && self.entry.set_cookie().is_persistent())
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

    /// Saves a session that belongs to no request. `None`: it has ended.
    pub(crate) async fn save_detached(mut self) -> Result<Option<State<T>>, Failure> {
        let put = self.put(SendCause::Changed).await.inspect_err(|failure| {
            self.entry.emit(EventKind::from(failure));
        })?;
        let (Some(_), Some(mut origin)) = (put.id, self.origin) else {
            return Ok(None);
        };
        if let Some(Kept { revision, data }) = put.kept {
            origin.revision = revision;
            origin.data = data;
        }
        Ok(Some(State {
            origin: Some(origin),
            ..State::new(self.data, self.envelope, self.unknown, None)
        }))
    }

    /// Makes a session that no request has asked for. Returns its id and its cookie's value.
    pub(crate) async fn issue(mut self) -> Result<(SessionId, String), Failure> {
        let put = self.create().await.inspect_err(|failure| {
            self.entry.emit(EventKind::from(failure));
        })?;
        let (Some(id), Some(token)) = (put.id, put.token) else {
            return Err(Failure::Store(StoreErrorKind::Unavailable));
        };
        Ok((id, token.encode()))
    }

    async fn put(&mut self, cause: SendCause) -> Result<Put, Failure> {
        let Some(origin) = self.origin.take() else {
            if self.superseded && self.rotation != Some(Rotation::Anew) {
                return Ok(self.lost(cause));
            }
            return self.create().await;
        };
        let is_gone = origin.is_former || !self.lives(&origin).await?;
        let put = match self.rotation {
            Some(Rotation::Anew) if is_gone => None,
            Some(Rotation::Anew) => self.replace(&origin).await?,
            _ if is_gone => return Ok(self.lost(cause)),
            None if self.dirty == 0 => return self.touch(origin).await,
            _ => match self.save(&origin).await? {
                None => return Ok(self.lost(cause)),
                put => put,
            },
        };
        self.origin = Some(origin);
        if let Some(put) = put {
            return Ok(put);
        }
        // A sign-in counts, whatever has become of the session before it.
        self.origin = None;
        self.create().await
    }

    /// Whether the session has not expired since it was loaded. Others may have used it meanwhile.
    async fn lives(&self, origin: &Origin) -> Result<bool, Failure> {
        Ok(origin.expires > self.entry.now() || self.latest(origin).await?.is_some())
    }

    /// A renewal that comes too late is no loss.
    fn lost(&self, cause: SendCause) -> Put {
        if cause == SendCause::Changed && self.dirty != 0 {
            self.entry.emit(EventKind::WriteLost);
        }
        Put::LOST
    }

    async fn create(&mut self) -> Result<Put, Failure> {
        for _ in 0..MAX_TRIES {
            let token = Token::draw(self.entry.random())?;
            let key = self.entry.identity().record(token.locator());
            let now = self.entry.now();
            let verifier = token.verifier();
            let record = self.record(now, verifier, now, Vec::new())?;
            let is_sign_in = record.principal().is_some();
            match self
                .call(|stored| stored.put(&key, None, &record, is_sign_in))
                .await?
            {
                Admitted::Done { ended } => {
                    self.ended(ended);
                    return Ok(self.done(key, Some(token), record));
                }
                Admitted::Refused => return Err(Failure::Refused),
                // Drawn twice, or adopted by a store that is not ours: another.
                Admitted::Exists | Admitted::Conflict | Admitted::Gone => {}
            }
        }
        Err(Failure::Store(StoreErrorKind::Unavailable))
    }

    async fn touch(&mut self, origin: Box<Origin>) -> Result<Put, Failure> {
        let now = self.entry.now();
        let end = self.entry.end(self.envelope.created, now);
        let exists = self
            .call(|stored| stored.touch(&origin.key, now, end))
            .await?;
        // Whose cookie was replaced meanwhile must not put it in the place of the new one.
        let token = if exists && self.sends_again() {
            let latest = self.latest(&origin).await?;
            latest
                .filter(|latest| !latest.is_renewed)
                .and(origin.token.clone())
        } else {
            None
        };
        let put = Put {
            id: Some(origin.id()),
            token,
            kept: None,
        };
        self.origin = Some(origin);
        Ok(if exists { put } else { Put::LOST })
    }

    /// Puts a new session in the place of the one that was loaded, which ends. `None`: it is gone,
    /// or its secret is another.
    async fn replace(&mut self, origin: &Origin) -> Result<Option<Put>, Failure> {
        let Some(old) = &origin.token else {
            return Ok(None);
        };
        let token = old.with_new_secret(self.entry.random())?;
        let mut expected = origin.revision;
        for _ in 0..MAX_TRIES {
            let now = self.entry.now();
            let record = self.record(now, token.verifier(), now, Vec::new())?;
            let is_sign_in = record.principal().is_some();
            let (key, expected_now) = (&origin.key, Some(expected));
            let put = self.call(|stored| stored.put(key, expected_now, &record, is_sign_in));
            match put.await? {
                Admitted::Done { ended } => {
                    self.ended(ended);
                    self.entry.tell_ended(origin.id(), EndCause::Replaced);
                    return Ok(Some(self.done(origin.key, Some(token), record)));
                }
                Admitted::Refused => return Err(Failure::Refused),
                Admitted::Gone | Admitted::Exists => return Ok(None),
                Admitted::Conflict => match self.latest(origin).await? {
                    Some(latest) if !latest.is_renewed => expected = latest.record.revision(),
                    // The renewed cookie may arrive after ours: it must not be nobody's.
                    _ => return Ok(None),
                },
            }
        }
        Err(Failure::Store(StoreErrorKind::Unavailable))
    }

    /// Saves what changed on top of what others have saved. `None`: it is gone, or its secret is
    /// another.
    async fn save(&mut self, origin: &Origin) -> Result<Option<Put>, Failure> {
        self.check_principal(origin)?;
        let mut rotated = match (self.rotation, &origin.token) {
            (Some(_), Some(token)) => Some(token.with_new_secret(self.entry.random())?),
            _ => None,
        };
        let mut token = rotated.clone().or_else(|| origin.token.clone());
        let mut latest = None::<Latest<T>>;
        let mut overwritten = 0;
        for _ in 0..MAX_TRIES {
            let data = latest.as_ref().map_or(&*origin.data, |l| l.record.data());
            let expected = latest
                .as_ref()
                .map_or(origin.revision, |l| l.record.revision());
            let now = self.entry.now();
            let record = self.next_record(origin, data, rotated.as_ref(), now)?;
            let put = self.call(|stored| stored.put(&origin.key, Some(expected), &record, false));
            match put.await? {
                Admitted::Done { .. } => {
                    if latest.is_some() {
                        let fields = overwritten;
                        self.entry.emit(EventKind::Merged {
                            overwritten: fields,
                        });
                    }
                    return Ok(Some(self.done(origin.key, token, record)));
                }
                Admitted::Conflict => {
                    let Some(mut theirs) = self.latest(origin).await? else {
                        return Ok(None);
                    };
                    let Some(decoded) = theirs.decoded.take() else {
                        return Ok(None);
                    };
                    if theirs.is_renewed {
                        if self.dirty == 0 {
                            return Ok(None);
                        }
                        // The browser has, or gets, the cookie of the other.
                        (rotated, token) = (None, None);
                        self.rotation = None;
                    }
                    let merged = self.merge(data, decoded);
                    overwritten += merged.map_err(|_| Failure::Store(StoreErrorKind::Corrupt))?;
                    latest = Some(theirs);
                }
                Admitted::Gone | Admitted::Exists | Admitted::Refused => return Ok(None),
            }
        }
        Err(Failure::Store(StoreErrorKind::Unavailable))
    }

    /// The record of a conflict, if it is of this session still, under the secret it was loaded
    /// with.
    async fn latest(&self, origin: &Origin) -> Result<Option<Latest<T>>, Failure> {
        let Some(record) = self.call(|stored| stored.load(&origin.key)).await? else {
            return Ok(None);
        };
        // An engine may give a record back after its time.
        if record.expires() <= self.entry.now() {
            return Ok(None);
        }
        let Some(parsed) = RecordData::parse(record.data()) else {
            return Ok(None);
        };
        let Ok(decoded) = payload::decode::<T>(parsed.payload, self.entry.rules()) else {
            return Ok(None);
        };
        let is_same = decoded.envelope.id == Some(origin.lineage);
        let is_current = parsed.verifier == origin.verifier;
        // A renewal takes nothing from requests that ran beside it, but a second cookie.
        let is_renewed = !is_current
            && self.rotation != Some(Rotation::Keeping)
            && parsed.has_renewed(&origin.verifier, self.entry.now());
        // A handle without a cookie follows the secret.
        let is_open = is_current || is_renewed || origin.token.is_none();
        let is_ours = is_same && is_open && record.principal() == origin.principal.as_ref();
        let decoded = Some(decoded);
        Ok(is_ours.then_some(Latest {
            record,
            decoded,
            is_renewed,
        }))
    }

    /// Another principal is another session.
    fn check_principal(&self, origin: &Origin) -> Result<(), SealError> {
        let principal = self.data.__principal();
        let principal = principal.map(|name| self.entry.identity().principal(&name));
        if principal == origin.principal {
            Ok(())
        } else {
            Err(SealError::PrincipalChanged)
        }
    }

    /// Our changes in the place of `data`, those of the record to be replaced.
    fn next_record(
        &mut self,
        origin: &Origin,
        data: &[u8],
        rotated: Option<&Token>,
        now: u64,
    ) -> Result<Record, Failure> {
        let corrupt = Failure::Store(StoreErrorKind::Corrupt);
        let old = RecordData::parse(data).ok_or(corrupt)?;
        self.envelope.id = Some(origin.lineage);
        let mut former = old.living_former(now);
        let Some(token) = rotated else {
            return self.record(now, old.verifier, old.since, former);
        };
        let grace = self.entry.stored().map_or(0, |stored| stored.grace);
        if grace > 0 {
            former.push(Former {
                verifier: old.verifier,
                until: now.saturating_add(grace),
                payload: old.payload,
                is_renewed: self.rotation == Some(Rotation::Renewing),
            });
        }
        self.record(now, token.verifier(), now, former)
    }

    fn record(
        &mut self,
        now: u64,
        verifier: Verifier,
        since: u64,
        former: Vec<Former<'_>>,
    ) -> Result<Record, Failure> {
        let Self {
            entry,
            data,
            envelope,
            unknown,
            ..
        } = self;
        if let Some(field) = data.__too_long(self.dirty) {
            return Err(SealError::FieldTooLong { field }.into());
        }
        envelope.touch(now, entry.format());
        envelope.complete(now, entry.format(), entry.random())?;
        let payload = payload::encode(&**data, envelope, unknown, entry.format())?;
        let written = RecordData {
            verifier,
            since,
            payload: &payload,
            former,
        }
        .write();
        let principal = data.__principal();
        let principal = principal.map(|name| entry.identity().principal(&name));
        let revision = Revision::draw(entry.random())?;
        let end = entry.end(envelope.created, now);
        Ok(Record::new(revision, written, principal, now, end))
    }

    fn done(&self, key: crate::store::SessionKey, token: Option<Token>, record: Record) -> Put {
        let lineage = self.envelope.id.unwrap_or_default();
        let revision = record.revision();
        self.entry.emit(EventKind::Saved);
        Put {
            id: Some(SessionId { key, lineage }),
            token,
            kept: Some(Kept {
                revision,
                data: record.into_data(),
            }),
        }
    }

    fn ended(&self, keys: Vec<crate::store::SessionKey>) {
        for key in keys {
            self.entry.tell_key_ended(key, EndCause::Limit);
        }
    }

    fn failed(&self, error: &StoreError) -> Failure {
        self.entry.log_store_error(error);
        Failure::Store(error.kind())
    }

    async fn call<'s, V, C>(&'s self, call: impl FnOnce(&'s Stored) -> C) -> Result<V, Failure>
    where
        C: Future<Output = Result<V, StoreError>>,
    {
        let Some(stored) = self.entry.stored() else {
            return Err(SealError::KeptInStore.into());
        };
        call(stored).await.map_err(|error| self.failed(&error))
    }
}

/// The record that another request has saved.
struct Latest<T> {
    record: Record,
    /// What is in it, until it is merged.
    decoded: Option<Decoded<T>>,
    /// Under another secret, for no other reason than the age of ours.
    is_renewed: bool,
}

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
        let mut expected = Some(origin.revision);
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
