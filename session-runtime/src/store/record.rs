//! What a store keeps of one session.

use std::fmt;
#[cfg(feature = "memory-store")]
use std::sync::Arc;

use super::PrincipalId;

/// Which of the records that a key has had this is.
///
/// 63 random bits that the library draws for every save. A count would be shorter, and wrong: after
/// a failover or from a backup a store can come back with an older record, whose count a new one
/// would reach again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Revision(i64);

impl Revision {
    /// The revision that a store has kept.
    pub const fn from_i64(number: i64) -> Self {
        Self(number)
    }

    /// A number for a store to keep, never negative.
    pub const fn to_i64(self) -> i64 {
        self.0
    }
}

/// The record of one session: what a [`SessionStore`](super::SessionStore) keeps, and gives back as
/// it was.
///
/// A store goes by the revision, the principal and the times. The data are the library's own.
///
/// ```
/// use session_runtime::store::{Record, Revision};
///
/// // Read from a row, say:
/// let (revision, data, touched, expires) = (7, b"{}".to_vec(), 1_000, 61_000);
/// let record = Record::new(Revision::from_i64(revision), data, None, touched, expires);
/// assert_eq!(record.touched_at(2_000, 62_000).expires(), 62_000);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    revision: Revision,
    data: Data,
    principal: Option<PrincipalId>,
    touched: u64,
    expires: u64,
}

/// Bytes that are the record's own, or also those of a store that keeps them in memory.
#[derive(Clone)]
enum Data {
    Own(Vec<u8>),
    #[cfg(feature = "memory-store")]
    Shared(Arc<[u8]>),
}

impl Data {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Own(data) => data,
            #[cfg(feature = "memory-store")]
            Self::Shared(data) => data,
        }
    }
}

impl PartialEq for Data {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Data {}

impl Record {
    /// A record, as a store has kept it.
    pub const fn new(
        revision: Revision,
        data: Vec<u8>,
        principal: Option<PrincipalId>,
        touched: u64,
        expires: u64,
    ) -> Self {
        Self::of(revision, Data::Own(data), principal, touched, expires)
    }

    /// A record whose data the store goes on keeping.
    #[cfg(feature = "memory-store")]
    pub(crate) const fn shared(
        revision: Revision,
        data: Arc<[u8]>,
        principal: Option<PrincipalId>,
        touched: u64,
        expires: u64,
    ) -> Self {
        Self::of(revision, Data::Shared(data), principal, touched, expires)
    }

    const fn of(
        revision: Revision,
        data: Data,
        principal: Option<PrincipalId>,
        touched: u64,
        expires: u64,
    ) -> Self {
        Self {
            revision,
            data,
            principal,
            touched,
            expires,
        }
    }

    /// Which it is.
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// The session itself: UTF-8, JSON, some hundred bytes as a rule. Not for a store to look into.
    pub fn data(&self) -> &[u8] {
        self.data.as_slice()
    }

    /// The session itself, without a copy unless a store keeps it in memory.
    pub fn into_data(self) -> Vec<u8> {
        match self.data {
            Data::Own(data) => data,
            #[cfg(feature = "memory-store")]
            Data::Shared(data) => data.to_vec(),
        }
    }

    /// Whose it is. A save may set it, change it and take it away; an index follows.
    pub const fn principal(&self) -> Option<&PrincipalId> {
        self.principal.as_ref()
    }

    /// When it was last used, in Unix milliseconds. Of a record that is being created or saved, and
    /// of a touch, that is now: a store needs no clock of its own.
    pub const fn touched(&self) -> u64 {
        self.touched
    }

    /// When it ends, in Unix milliseconds: the first at which it lives no more.
    pub const fn expires(&self) -> u64 {
        self.expires
    }

    /// The record after a [`touch`](super::SessionStore::touch).
    #[must_use]
    pub fn touched_at(mut self, touched: u64, expires: u64) -> Self {
        self.touched = self.touched.max(touched);
        self.expires = self.expires.max(expires);
        self
    }
}

// The data are the fields of a session.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("bytes", &self.data().len())
            .field("has_principal", &self.principal.is_some())
            .field("touched", &self.touched)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
