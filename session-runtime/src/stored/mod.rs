//! Sessions that are kept in a store: what the library does around one.
//!
//! ```text
//! cookie = locator ‖ secret           token.rs, shown.rs
//! key    = hash of the locator        identity.rs
//! record = hash of the secret, fields record_data.rs
//! ```
//!
//! A request loads the record ([`opening`]) and reads it ([`reading`]), and its changes are saved on the
//! condition that the record is the one it loaded ([`commit`]); if it is not, they are merged into the
//! one that is.

mod calls;
mod commit;
mod deleting;
mod endings;
mod failure;
mod identity;
mod merge;
mod opening;
mod origin;
mod outside;
mod reading;
mod record_data;
mod saving;
mod shown;
mod sweeper;
mod token;
mod writing;

use std::{fmt, sync::Arc, time::Duration};

pub(crate) use calls::within;
pub(crate) use commit::Work;
pub(crate) use endings::Endings;
pub(crate) use failure::Failure;
pub(crate) use identity::Identity;
pub(crate) use origin::{Origin, Rotation};
pub(crate) use reading::{KnownRecord, LONGEST_REQUEST};
pub(crate) use record_data::RecordData;
pub(crate) use shown::Shown;
pub(crate) use sweeper::Sweeper;
pub(crate) use token::{TOKEN_LENGTH, Token};

use crate::{
    cache::Cache,
    error::SealError,
    random::Random,
    store::{Revision, SessionLimit, SessionStore},
};

/// A store, and how a session is kept in it.
pub(crate) struct Stored {
    pub(crate) store: Arc<dyn SessionStore>,
    /// How long one call may take.
    pub(crate) deadline: Duration,
    /// How long a secret that was replaced shows what it last showed, in milliseconds.
    pub(crate) grace: u64,
    /// The age at which a secret is replaced, in milliseconds.
    pub(crate) renew_id: Option<u64>,
    pub(crate) limit: Option<SessionLimit>,
    pub(crate) endings: Endings,
    pub(crate) sweeper: Sweeper,
    /// Cookies whose sessions were found a moment ago.
    pub(crate) shown: Cache<Shown>,
    /// Records that were read a moment ago.
    pub(crate) known: Cache<KnownRecord>,
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}

impl Revision {
    fn draw(random: &Random, now: u64) -> Result<Self, SealError> {
        let number = random.distinct(now)?.cast_signed();
        Ok(Self::from_i64(number & i64::MAX))
    }
}
