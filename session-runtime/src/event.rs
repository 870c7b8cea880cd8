//! What happens to sessions, for logs and counters.

use crate::{error::SealError, reason::Reason, store::StoreErrorKind, stored::Failure};

/// Something that happened to one session in one request.
///
/// Given to the hook of [`Settings::on_event`](crate::Settings::on_event), and to `tracing` (the
/// target is `session`). It names sessions and fields, never an id, a key, a cookie or a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub(crate) session: &'static str,
    pub(crate) kind: EventKind,
}

impl Event {
    /// The session's name.
    pub const fn session(&self) -> &'static str {
        self.session
    }

    /// What happened.
    pub const fn kind(&self) -> &EventKind {
        &self.kind
    }
}

/// What happened to a session.
///
/// Count what concerns you, and leave the rest to `_`: a later version may have more.
///
/// ```
/// use session_runtime::EventKind;
///
/// /// The name of the counter that goes up, if one does.
/// fn counter(kind: &EventKind) -> Option<&'static str> {
///     match kind {
///         EventKind::Fresh(reason) if reason.as_str() != "absent" => Some("sessions_refused"),
///         EventKind::Sent { .. } => Some("session_cookies_sent"),
///         EventKind::StoreFailed(_) => Some("session_store_failures"),
///         _ => None,
///     }
/// }
/// # let _ = counter;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// A handler asked for it and the request had a valid one.
    Opened,
    /// A handler asked for it and got a fresh one.
    Fresh(Reason),
    /// Several cookies of its name came with the request.
    Conflict {
        /// How many came.
        cookies: usize,
        /// How many of them were valid; the one sealed last was taken.
        valid: usize,
    },
    /// The response sets its cookie.
    Sent {
        /// Why.
        cause: SendCause,
        /// Bytes of the cookie's name and value; browsers keep 4096.
        size: usize,
    },
    /// The response removes its cookie.
    Removed,
    /// Changes were made and not sent.
    Discarded(DiscardCause),
    /// A write came too late to be sent (see [`LateWrite`](crate::LateWrite)).
    WriteLost,
    /// Its record was created or saved.
    Saved,
    /// It was changed by two requests at once, and both changes were saved.
    Merged {
        /// Plain fields that both had changed: those of this request stand.
        overwritten: u32,
    },
    /// It has ended.
    Ended(EndCause),
    /// A store did not do as it was asked: the request got, or the response became, a 503, and the
    /// client keeps its cookie.
    StoreFailed(StoreErrorKind),
    /// A sign-in was refused, as its principal has as many sessions as he may have: the response
    /// became a 409.
    LimitReached,
    /// The cookie could not be made: the response became a 500 and the client keeps the old one.
    Failed(SealError),
    /// Its Secure cookie was sent in answer to plain http, on a host that is not loopback: browsers
    /// drop it, and each request gets a new session. Said once for each session of a registry, and
    /// only where the request leaves no doubt.
    SecureOverHttp,
    /// Its keys were swapped while running.
    KeyringSwapped,
    /// The cookie of another library came beside the session's own, which had taken its place. Once:
    /// the answer was lost. Again and again: it was set with other attributes than those it is
    /// removed with, and would sign its owner in after he has signed out.
    OldCookieStayed,
}

/// Why a response sets a session's cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendCause {
    /// A handler wrote, touched or regenerated it.
    Changed,
    /// Its idle limit starts anew, as it is in use.
    Rolling,
    /// It was sealed with a key that is no longer the current one.
    KeyRotated,
    /// Its id was due to be renewed ([`Config::renew_id`](crate::Config::renew_id)).
    IdRenewed,
    /// It is new, and kept though nobody wrote to it, as @fastify/session does.
    Fresh,
    /// It came in the cookie of another library (`Config::also_open_jar`), and gets its own.
    Migrated,
}

/// Why a session has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndCause {
    /// A handler called [`delete`](crate::Session::delete).
    Deleted,
    /// [`regenerate`](crate::Session::regenerate) put another in its place.
    Replaced,
    /// Its principal signed in once too often.
    Limit,
    /// It was ended from outside: by id, with the others, or with all of its principal's.
    Revoked,
}

/// Why changes of a session are not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiscardCause {
    /// A handler panicked.
    Panic,
    /// The response is a 408 or a 504: a timeout dropped the handler half-way.
    Timeout,
    /// The response is a 5xx and the session is configured to discard then.
    ServerError,
}

impl From<&Failure> for EventKind {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Seal(error) => Self::Failed(error.clone()),
            Failure::Store(kind) => Self::StoreFailed(*kind),
            Failure::Refused => Self::LimitReached,
        }
    }
}

impl EventKind {
    #[cfg(feature = "tracing")]
    pub(crate) fn trace(&self, session: &'static str) {
        use tracing::{debug, error, trace, warn};
        match self {
            Self::Opened => trace!(target: "session", session, "opened"),
            Self::Fresh(Reason::Absent) => trace!(target: "session", session, "fresh: absent"),
            Self::Fresh(reason) => debug!(target: "session", session, %reason, "fresh"),
            Self::Conflict { cookies, valid } => {
                warn!(target: "session", session, cookies, valid, "several cookies of its name");
            }
            Self::Sent { cause, size } => {
                debug!(target: "session", session, ?cause, size, "cookie sent");
            }
            Self::Removed => debug!(target: "session", session, "cookie removed"),
            Self::Discarded(cause) => {
                warn!(target: "session", session, ?cause, "changes discarded");
            }
            Self::WriteLost => error!(
                target: "session", session,
                "changed too late: the response was sent, or the session deleted, before"
            ),
            Self::Failed(error) => error!(target: "session", session, %error, "cookie not sent"),
            Self::Saved => trace!(target: "session", session, "saved"),
            Self::Merged { overwritten } => {
                debug!(target: "session", session, overwritten, "merged with another request's");
            }
            Self::Ended(cause) => debug!(target: "session", session, ?cause, "ended"),
            // Logged where the error is at hand.
            Self::StoreFailed(_) => {}
            Self::LimitReached => {
                warn!(target: "session", session, "sign-in refused: too many sessions");
            }
            Self::OldCookieStayed => warn!(
                target: "session", session,
                "an old cookie came beside the session's own: it is removed; if this goes on, it \
                 was set with another path or domain than `JarCookie::attributes` says"
            ),
            Self::SecureOverHttp => warn!(
                target: "session", session,
                "a Secure cookie was sent in answer to plain http: browsers do not keep it, and each \
                 request gets a new session. Ask for https or for http://localhost, or use \
                 `Config::insecure_over_http()` in development; a proxy that ends TLS is to send \
                 `X-Forwarded-Proto: https`. Said once"
            ),
            Self::KeyringSwapped => tracing::info!(target: "session", session, "keyring swapped"),
        }
    }

    #[cfg(not(feature = "tracing"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    pub(crate) const fn trace(&self, _session: &'static str) {}
}
