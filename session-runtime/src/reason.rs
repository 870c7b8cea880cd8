//! Why a request has no session of its own.

use std::fmt;

/// Why a session is a fresh one.
///
/// The handler reads it with [`Meta::reason`](crate::Meta::reason), an event hook as
/// [`EventKind::Fresh`](crate::EventKind::Fresh), an operator in the log. The client sees no
/// difference between any of them.
///
/// Ordered from the least to the most telling: where several cookies of one name were refused,
/// the greatest reason is reported.
///
/// Tell the visitor of [`Expired`](Self::Expired) if it helps him, and nobody but the log of the rest.
///
/// ```
/// # mod example {
/// use session_runtime::{Reason, SecureSession, Session};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     user_id: Option<u64>,
/// #     email: Option<String>,
/// # }
///
/// pub async fn sign_in_page(session: Session<Auth>) -> &'static str {
///     match session.meta().reason() {
///         Some(Reason::Expired) => "You were away for too long. Please sign in again.",
///         _ => "Please sign in.",
///     }
/// }
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// No cookie of that name came with the request.
    Absent,
    /// The cookie is not of the format's shape: cut off, re-encoded, or somebody else's.
    Malformed,
    /// The cookie is longer than any this library would write.
    Oversized,
    /// The cookie was written by a version of the format that this one does not know.
    UnknownVersion,
    /// No key of the keyring has the cookie's key id: it was sealed for another application,
    /// session or cookie name, or its key has been removed. Sealed format only.
    UnknownKey,
    /// The seal does not hold: the cookie was altered. In the fastify format, which names no key,
    /// also: it was sealed with a key that is not in the keyring.
    Tampered,
    /// The store has no session for the cookie: it was ended, it has expired and was removed, or
    /// it never was. Sessions in a store only.
    NotFound,
    /// The cookie's time lies further ahead than the allowed clock skew.
    FromFuture,
    /// What the store holds is no record of ours, or not all of it. It stays where it is. Sessions
    /// in a store only.
    Corrupt,
    /// The data do not fit the struct and no migration made them fit, or the application refuses
    /// them ([`Config::validate`](crate::Config::validate)).
    SchemaMismatch,
    /// Another request of the same browser replaced the cookie a moment ago. What this request
    /// writes is not sent, lest it replace the new one. Sessions in a store only.
    Superseded,
    /// It was ended, by itself or with all of its principal's
    /// ([`Config::revocations`](crate::Config::revocations)).
    Revoked,
    /// The idle or the absolute limit has passed.
    Expired,
}

impl Reason {
    /// The reason as one lower-case word or two, for logs and metric labels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Malformed => "malformed",
            Self::Oversized => "oversized",
            Self::UnknownVersion => "unknown version",
            Self::UnknownKey => "unknown key",
            Self::Tampered => "tampered",
            Self::NotFound => "not found",
            Self::FromFuture => "from the future",
            Self::Corrupt => "corrupt",
            Self::SchemaMismatch => "schema mismatch",
            Self::Superseded => "superseded",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
