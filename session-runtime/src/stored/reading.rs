//! From a record to the session in it.

use std::sync::Arc;

use super::{Origin, RecordData, Shown, record_data::Holder, token::Verifier};
use crate::{
    SecureSession,
    cache::Fingerprint,
    handle::State,
    payload::{self, Decoded},
    reason::Reason,
    registry::{Entry, Shareable},
    store::{Record, SessionKey},
};

/// How long a request may run beside one that replaced its secret, in milliseconds. So long a
/// cookie with the old one is that of such a request, whose answer must not put another cookie in
/// the place of the new one; later it is one like any that is not found.
pub(crate) const LONGEST_REQUEST: u64 = 60_000;

/// A living session, from its record.
pub(crate) struct Loaded<T> {
    /// As they stay, so that nothing large is moved on the way.
    pub(crate) decoded: Decoded<Arc<T>>,
    pub(crate) origin: Box<Origin>,
    /// When the secret was issued.
    pub(crate) since: u64,
}

/// What is in a record for whoever shows its secret, as it was read before.
pub(crate) struct KnownRecord {
    verifier: Verifier,
    since: u64,
    session: Shareable,
}

/// What a record is to whoever shows a secret, or asks for it by its key.
struct Unlocked<T> {
    verifier: Verifier,
    since: u64,
    is_former: bool,
    decoded: Decoded<Arc<T>>,
}

impl Entry {
    /// The session `key` whatever its secret is now.
    pub(crate) fn read_detached<T: SecureSession>(
        &self,
        key: SessionKey,
        record: Record,
        now: u64,
    ) -> Result<Loaded<T>, Reason> {
        self.read(key, record, None, now)
    }

    /// The session in a record. `shown`: what must open it.
    pub(super) fn read<T: SecureSession>(
        &self,
        key: SessionKey,
        record: Record,
        shown: Option<Shown>,
        now: u64,
    ) -> Result<Loaded<T>, Reason> {
        let (token, shown) = shown.map(|shown| (shown.token, shown.verifier)).unzip();
        let Unlocked {
            verifier,
            since,
            is_former,
            mut decoded,
        } = match self.known(&record, shown, now) {
            Some(known) => known,
            None => self.unlock(&record, shown, now)?,
        };
        if !self.accepts(&*decoded.data) {
            return Err(Reason::SchemaMismatch);
        }
        let envelope = &mut decoded.envelope;
        envelope.touched = envelope.touched.max(Some(record.touched()));
        self.expiry().check(envelope, now)?;
        let lineage = envelope.id.unwrap_or_default();
        let origin = Box::new(Origin {
            key,
            token,
            verifier,
            record,
            lineage,
            is_former,
        });
        Ok(Loaded {
            decoded,
            origin,
            since,
        })
    }

    /// What was read of a record before. `None`: it is to be read; whether it lives, and who may open
    /// it, is decided there.
    #[inline]
    fn known<T: SecureSession>(
        &self,
        record: &Record,
        shown: Option<Verifier>,
        now: u64,
    ) -> Option<Unlocked<T>> {
        let known = &self.stored().filter(|_| T::__SHAREABLE)?.known;
        let read = |known: &KnownRecord| {
            let opens = shown.is_none_or(|shown| shown == known.verifier);
            let session = opens.then(|| known.session.decoded()).flatten();
            session.map(|decoded| Unlocked {
                verifier: known.verifier,
                since: known.since,
                is_former: false,
                decoded,
            })
        };
        let known = known
            .get(fingerprint(record), record.data(), read)
            .flatten();
        known.filter(|_| record.expires() > now)
    }

    fn unlock<T: SecureSession>(
        &self,
        record: &Record,
        shown: Option<Verifier>,
        now: u64,
    ) -> Result<Unlocked<T>, Reason> {
        let parsed = RecordData::parse(record.data()).ok_or(Reason::Corrupt)?;
        let since = parsed.since;
        let (payload, verifier, is_former) = match shown {
            None => (parsed.payload, parsed.verifier, false),
            Some(verifier) => match parsed.holder(&verifier, now) {
                Holder::Current => (parsed.payload, verifier, false),
                Holder::Former(payload) => (payload, verifier, true),
                Holder::Nobody if since.saturating_add(LONGEST_REQUEST) > now => {
                    return Err(Reason::Superseded);
                }
                Holder::Nobody => return Err(Reason::NotFound),
            },
        };
        // An engine may give a record back after its time.
        if record.expires() <= now {
            return Err(Reason::Expired);
        }
        let decoded = payload::decode::<T>(payload, self.rules());
        let decoded = decoded.map_err(|reason| match reason {
            Reason::Malformed => Reason::Corrupt,
            reason => reason,
        })?;
        let decoded = decoded.into_shared();
        if let Some(stored) = self.stored().filter(|_| !is_former) {
            let keep = || {
                Shareable::new(&decoded).map(|session| KnownRecord {
                    verifier,
                    since,
                    session,
                })
            };
            stored
                .known
                .missed(fingerprint(record), record.data(), keep);
        }
        Ok(Unlocked {
            verifier,
            since,
            is_former,
            decoded,
        })
    }
}

/// Random bits, which no other record has.
fn fingerprint(record: &Record) -> Fingerprint {
    Fingerprint::of(record.revision().to_i64().cast_unsigned())
}

impl<T: SecureSession> Loaded<T> {
    /// The session that was used last counts, whatever the order of the cookies.
    pub(super) fn rank(&self) -> (bool, Option<u64>, [u8; 32]) {
        let key = *self.origin.key.as_bytes();
        (!self.origin.is_former, self.decoded.envelope.touched, key)
    }

    pub(crate) fn into_state(self) -> State<T> {
        let Decoded {
            data,
            envelope,
            unknown,
        } = self.decoded;
        State {
            origin: Some(self.origin),
            ..State::new(data, envelope, unknown, None)
        }
    }
}
