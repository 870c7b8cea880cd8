//! Where a session lives, made ready for requests.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::{
    cached::Known,
    config::{Draft, Home as Configured},
};
use crate::{
    CookieKeys, Random, Reason, SealError,
    cache::Cache,
    expiry::milliseconds,
    format::{CookieFormat, Opened, sealed::CsrfKey},
    node::Records,
    revocation::Revocation,
    stored::{Endings, Stored, Sweeper},
};

/// The keys of a session, and the format made ready with them.
pub(super) struct Keys {
    pub(super) given: CookieKeys,
    /// One for each key that seals or opens; none in formats of Node.
    pub(super) csrf: Vec<CsrfKey>,
    pub(super) codec: Box<dyn CookieFormat>,
    /// What they have opened: it goes with them.
    pub(super) known: Cache<Known>,
}

/// Where a session lives, ready for requests.
pub(super) enum Home {
    Cookie {
        keys: ArcSwap<Keys>,
        /// How many cookies are kept opened.
        cached: usize,
        revocation: Option<Revocation>,
    },
    Store(Stored),
    Node(Records),
}

impl Home {
    /// Keys that can do nothing yet: they are to be checked first.
    pub(super) fn new(draft: &Draft) -> Self {
        match &draft.home {
            Configured::Cookie(configured) => Self::Cookie {
                keys: ArcSwap::from_pointee(Keys {
                    given: configured.clone(),
                    csrf: Vec::new(),
                    codec: Box::new(Unusable),
                    known: Cache::new(0),
                }),
                cached: draft.cached_sessions(),
                revocation: draft
                    .revocation_list()
                    .map(|list| Revocation::new(list, draft.deadline(), draft.sweep_every())),
            },
            Configured::Node(sharing) => Self::Node(draft.records(sharing)),
            Configured::Store(store) => Self::Store(Stored {
                store: Arc::clone(store),
                deadline: draft.deadline(),
                grace: milliseconds(draft.grace()),
                renew_id: draft.renew_id().map(milliseconds),
                limit: draft.limit(),
                endings: Endings::new(),
                sweeper: Sweeper::new(draft.sweep_every()),
                shown: Cache::new(draft.cached_sessions()),
                known: Cache::new(draft.cached_sessions()),
            }),
        }
    }
}

/// Stands in until the keys have been checked.
struct Unusable;

impl CookieFormat for Unusable {
    fn open(&self, _: &[u8]) -> Result<Opened, Reason> {
        Err(Reason::UnknownKey)
    }

    fn seal_onto(&self, _: &mut Vec<u8>, _: &[u8], _: u64, _: &Random) -> Result<(), SealError> {
        Err(SealError::NoRandomness)
    }

    fn sealed_len(&self, _: usize) -> usize {
        0
    }

    fn removal_value(&self) -> String {
        String::new()
    }
}
