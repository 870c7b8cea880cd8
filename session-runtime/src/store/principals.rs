//! The sessions of one principal.

use std::num::NonZeroUsize;

use super::{PrincipalId, Record, Revision, SessionKey, StoreFuture};

/// Keeps, beside the records, which of them belong to whom.
///
/// The index follows every operation of the store: a record that is created or saved with a
/// principal is found under it, one that is deleted, or saved with another, is not. Where an engine
/// cannot do both in one step (a cluster), the record comes first, the index after, and what the
/// index says is verified against the records when it is read.
pub trait PrincipalIndex: Send + Sync {
    /// The living records of `principal`, in no particular order.
    ///
    /// Records that have expired may be among them.
    ///
    /// # Errors
    ///
    /// If the store is out of reach.
    fn list<'a>(&'a self, principal: &'a PrincipalId)
    -> StoreFuture<'a, Vec<(SessionKey, Record)>>;

    /// Deletes the records of `principal`, except that of `except`. Returns the keys of those that
    /// were there.
    ///
    /// Atomic towards each record: a save that is under way meets [`Gone`](super::Saved::Gone).
    ///
    /// # Errors
    ///
    /// If the store is out of reach; some of them may be deleted then.
    fn delete_all<'a>(
        &'a self,
        principal: &'a PrincipalId,
        except: Option<&'a SessionKey>,
    ) -> StoreFuture<'a, Vec<SessionKey>>;

    /// Creates (`expected` is `None`) or saves a record whose principal is new to it, so that its
    /// principal has at most [`SessionLimit::max`] records that have not expired at
    /// [`Record::touched`].
    ///
    /// Of any number of calls at once for one principal, none takes it over the limit. With
    /// [`WhenFull::EndOldest`] the ones that were not used for longest are deleted, except `key`.
    ///
    /// A record without a principal is created or saved as it is.
    ///
    /// # Errors
    ///
    /// If the store is out of reach or full.
    fn admit<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
        record: &'a Record,
        limit: SessionLimit,
    ) -> StoreFuture<'a, Admitted>;
}

/// How many sessions a principal may have at once.
///
/// Given to [`Config::limit`](crate::Config::limit).
///
/// ```
/// use session_runtime::store::{SessionLimit, WhenFull};
///
/// let limit = SessionLimit::new(3).when_full(WhenFull::Refuse);
/// # let _ = limit;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimit {
    max: NonZeroUsize,
    when_full: WhenFull,
}

impl SessionLimit {
    /// At most `max` at once, the oldest of which end when there are more.
    ///
    /// # Panics
    ///
    /// If `max` is 0: nobody could sign in.
    pub const fn new(max: usize) -> Self {
        #[expect(clippy::panic, reason = "documented")]
        let Some(max) = NonZeroUsize::new(max) else {
            panic!("a limit of 0 sessions lets nobody sign in")
        };
        Self {
            max,
            when_full: WhenFull::EndOldest,
        }
    }

    /// What happens to one more.
    #[must_use]
    pub const fn when_full(mut self, when_full: WhenFull) -> Self {
        self.when_full = when_full;
        self
    }

    /// How many there may be.
    pub const fn max(self) -> usize {
        self.max.get()
    }

    /// Whether one more is refused.
    pub const fn refuses(self) -> bool {
        matches!(self.when_full, WhenFull::Refuse)
    }
}

/// What happens to a session over the [limit](SessionLimit).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum WhenFull {
    /// It is let in, and the ones that were not used for longest end.
    EndOldest,
    /// It is refused.
    Refuse,
}

/// What became of [`PrincipalIndex::admit`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "stores of others return it, and must know all"
)]
pub enum Admitted {
    /// The record is kept.
    Done {
        /// The sessions that ended for it.
        ended: Vec<SessionKey>,
    },
    /// There is a record of that key already ([`Created::Exists`](super::Created::Exists)).
    Exists,
    /// The record has another revision ([`Saved::Conflict`](super::Saved::Conflict)).
    Conflict,
    /// There is no record to save ([`Saved::Gone`](super::Saved::Gone)).
    Gone,
    /// The principal has as many as he may have. Nothing has changed.
    Refused,
}
