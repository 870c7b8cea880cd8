//! The steps of a commit in the store: a record is created, touched, replaced or saved.

use super::{
    Failure, Origin, RecordData, Rotation, Stored,
    commit::{MAX_TRIES, Work},
    token::Token,
};
use crate::{
    EventKind, SecureSession,
    error::SealError,
    event::EndCause,
    payload::{self, Decoded},
    store::{Admitted, Record, SessionKey, StoreError, StoreErrorKind},
};

/// What has been written.
pub(super) struct Put {
    /// What a cookie is to hold, if one is sent.
    pub(super) token: Option<Token>,
    /// The record as it is now; `None` if it was only touched.
    pub(super) kept: Option<Record>,
}

/// The record that another request has saved.
struct Latest<T> {
    record: Record,
    decoded: Decoded<T>,
    /// Under another secret, for no other reason than the age of ours.
    is_renewed: bool,
}

impl<T: SecureSession> Work<T> {
    /// Gives the session a record of its own.
    pub(super) async fn create(&mut self) -> Result<Put, Failure> {
        for _ in 0..MAX_TRIES {
            let token = match self.token.take() {
                Some(token) => token,
                None => Token::draw(self.entry.random())?,
            };
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
                    return Ok(self.done(Some(token), record));
                }
                Admitted::Refused => return Err(Failure::Refused),
                // Drawn twice, or adopted by a store that is not ours: another.
                Admitted::Exists | Admitted::Conflict | Admitted::Gone => {}
            }
        }
        Err(Failure::Store(StoreErrorKind::Unavailable))
    }

    /// Moves the end of the record. `None`: it is gone.
    pub(super) async fn touch(&mut self, origin: &Origin) -> Result<Option<Put>, Failure> {
        let now = self.entry.now();
        let end = self.entry.end(self.envelope.created, now);
        let touch = self.call(|stored| stored.touch(&origin.key, now, end));
        if !touch.await? {
            return Ok(None);
        }
        let mut token = None;
        if self.sends_again() {
            // Whose cookie was replaced meanwhile must not put it in the place of the new one.
            let latest = self.latest(origin).await?;
            let is_current = latest.is_some_and(|latest| !latest.is_renewed);
            token = origin.token.clone().filter(|_| is_current);
        }
        Ok(Some(Put { token, kept: None }))
    }

    /// Puts a new session in the place of the one that was loaded, which ends. `None`: it is gone,
    /// or its secret is another.
    pub(super) async fn replace(&mut self, origin: &Origin) -> Result<Option<Put>, Failure> {
        let Some(old) = &origin.token else {
            return Ok(None);
        };
        let token = old.with_new_secret(self.entry.random())?;
        let mut expected = origin.record.revision();
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
                    return Ok(Some(self.done(Some(token), record)));
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
    pub(super) async fn save(&mut self, origin: &Origin) -> Result<Option<Put>, Failure> {
        self.check_principal(origin)?;
        let mut rotated = match (self.rotation, &origin.token) {
            (Some(_), Some(token)) => Some(token.with_new_secret(self.entry.random())?),
            _ => None,
        };
        let mut token = rotated.clone().or_else(|| origin.token.clone());
        // The record that another has saved last, and how many plain fields both have changed.
        let mut theirs = None::<Record>;
        let mut overwritten = 0;
        for _ in 0..MAX_TRIES {
            let base = theirs.as_ref().unwrap_or(&origin.record);
            let (data, expected) = (base.data(), base.revision());
            let record = self.next_record(origin, data, rotated.as_ref())?;
            let put = self.call(|stored| stored.put(&origin.key, Some(expected), &record, false));
            match put.await? {
                Admitted::Done { .. } => {
                    if theirs.is_some() {
                        self.entry.emit(EventKind::Merged { overwritten });
                    }
                    return Ok(Some(self.done(token, record)));
                }
                Admitted::Conflict => {}
                Admitted::Gone | Admitted::Exists | Admitted::Refused => return Ok(None),
            }
            let Some(latest) = self.latest(origin).await? else {
                return Ok(None);
            };
            if latest.is_renewed {
                if self.dirty == 0 {
                    return Ok(None);
                }
                // The browser has, or gets, the cookie of the other.
                (rotated, token) = (None, None);
                self.rotation = None;
            }
            let merged = self.merge(data, latest.decoded);
            overwritten += merged.map_err(|_| Failure::Store(StoreErrorKind::Corrupt))?;
            theirs = Some(latest.record);
        }
        Err(Failure::Store(StoreErrorKind::Unavailable))
    }

    /// Whether the session has not expired since it was loaded. Others may have used it meanwhile.
    pub(super) async fn lives(&self, origin: &Origin) -> Result<bool, Failure> {
        Ok(origin.record.expires() > self.entry.now() || self.latest(origin).await?.is_some())
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
        if !self.entry.accepts(&decoded.data) {
            return Ok(None);
        }
        let is_same = decoded.envelope.id == Some(origin.lineage);
        let is_current = parsed.verifier == origin.verifier;
        // A renewal takes nothing from requests that ran beside it, but a second cookie.
        let is_renewed = !is_current
            && self.rotation != Some(Rotation::Keeping)
            && parsed.has_renewed(&origin.verifier, self.entry.now());
        // A handle without a cookie follows the secret.
        let is_open = is_current || is_renewed || origin.token.is_none();
        let is_ours = is_same && is_open && record.principal() == origin.record.principal();
        Ok(is_ours.then_some(Latest {
            record,
            decoded,
            is_renewed,
        }))
    }

    /// Another principal is another session.
    fn check_principal(&self, origin: &Origin) -> Result<(), SealError> {
        if self.entry.principal_of(&*self.data).as_ref() == origin.record.principal() {
            Ok(())
        } else {
            Err(SealError::PrincipalChanged)
        }
    }

    fn done(&self, token: Option<Token>, record: Record) -> Put {
        self.entry.emit(EventKind::Saved);
        let kept = Some(record);
        Put { token, kept }
    }

    fn ended(&self, keys: Vec<SessionKey>) {
        for key in keys {
            self.entry.tell_key_ended(key, EndCause::Limit);
        }
    }

    pub(super) fn failed(&self, error: &StoreError) -> Failure {
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
