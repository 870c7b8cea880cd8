//! Sessions that are kept opened, for the next request with the same cookie or record.

use std::{any::Any, sync::Arc};

use super::{
    Config,
    config::{Draft, Home},
};
use crate::{
    ConfigError, Format, SecureSession,
    cache::{ENTRIES, MAX_ENTRIES},
    format::Opened,
    payload::Decoded,
};

impl<T: SecureSession> Config<T> {
    /// How many sessions this process keeps opened, so that a browser that comes again with the same
    /// cookie, or to the same record, costs next to nothing. Default: 1024; 0 for none, and at most
    /// 1,048,576. Rounded up to a power of two, and to 8.
    ///
    /// A session is kept when it comes for the second time, in the place of one that was not used
    /// lately. Of a cookie the plaintext is kept, and what was decoded of it too if all fields are of
    /// types that are [`Immutable`](crate::Immutable); requests then share it until one of them writes.
    /// Of a record in a store what was decoded is kept, and what its cookie stands for: the record is
    /// loaded with each request as ever.
    /// Whether a session has expired, was revoked, or is refused by [`validate`](Self::validate) is asked
    /// each time. What changed is another cookie, or another record, and is opened anew; so is everything
    /// after the keys were [replaced](crate::Sessions::swap_keyring), and a session that is
    /// [migrated](macro@crate::SecureSession).
    ///
    /// Takes twice what the session takes in its cookie or record, and what was decoded of it, which for
    /// lists of small values is several times as much. One of more than 4096 bytes is not kept. The cookie
    /// of one in a store takes some 300 bytes beside that. Not for a session that is
    /// [`shared_with_node`](Self::shared_with_node), nor for an unsigned one.
    ///
    /// # Security
    ///
    /// Cookies and what they hide stay in the memory of this process after their requests have gone,
    /// and after the session has ended, until others take their places. A process whose memory is
    /// looked at gives its keys away as well.
    ///
    /// `Deserialize` of the struct, and `Default` for fields that a cookie lacks, are called once for many
    /// requests. Where one that was written by hand draws a random number or reads a clock, set 0.
    pub const fn cached_sessions(mut self, entries: usize) -> Self {
        self.draft.cached = Some(entries);
        self
    }
}

impl Draft {
    pub(super) fn cached_sessions(&self) -> usize {
        match &self.home {
            Home::Node(_) => 0,
            Home::Cookie(_) if self.format == Format::InsecureUnsigned => 0,
            Home::Store(_) if !self.is_shareable => 0,
            Home::Cookie(_) | Home::Store(_) => self.cached.unwrap_or(ENTRIES),
        }
    }

    pub(super) fn cache_problems(&self, problems: &mut Vec<ConfigError>) {
        let Some(entries) = self.cached else {
            return;
        };
        let problem = if entries > MAX_ENTRIES {
            "more than 1,048,576 are not kept: take fewer"
        } else if matches!(self.home, Home::Node(_)) {
            "a record of `shared_with_node` is read anew each time: leave it out"
        } else if self.format == Format::InsecureUnsigned {
            "an unsigned cookie costs nothing to open: leave it out"
        } else if entries > 0 && matches!(self.home, Home::Store(_)) && !self.is_shareable {
            "a field is of a type that is not `Immutable`, so that each request decodes a session \
             of its own: implement `session_runtime::Immutable` for it, or for a type of yours \
             around it, or leave this out"
        } else {
            return;
        };
        problems.push(self.problem("cached_sessions", problem));
    }
}

/// What was made of a cookie.
pub(super) struct Known {
    pub(super) opened: Opened,
    pub(super) shareable: Option<Shareable>,
}

/// What was decoded, of a type that requests may share: a `Decoded<Arc<T>>`.
// No `Debug`: it holds what cookies hide.
pub(crate) struct Shareable(Box<dyn Any + Send + Sync>);

impl Shareable {
    /// `None`: requests may not share it.
    pub(crate) fn new<T: SecureSession>(decoded: &Decoded<Arc<T>>) -> Option<Self> {
        // A migration is the application's own, and may make another one each time.
        let version = decoded.envelope.version;
        let is_migrated = version.is_some_and(|version| version != T::DECLARATION.version);
        (T::__SHAREABLE && !is_migrated).then(|| Self(Box::new(decoded.clone())))
    }

    pub(crate) fn decoded<T: SecureSession>(&self) -> Option<Decoded<Arc<T>>> {
        self.0.downcast_ref::<Decoded<Arc<T>>>().cloned()
    }
}
